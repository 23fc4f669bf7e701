//! Attacks on a server, each with its figure and its bound. `cargo xtask attack` builds the programs and runs them.
//!
//! Everything stays on this machine: the attacker is 127.0.0.1, a good client is 127.0.0.2 and makes 20 requests a second
//! during each attack and after it. What has to hold of every attack: at most one in 100 of its requests is refused, 99 of 100
//! are answered within 250 ms, the server uses at most 300 MiB, and some time after the attack at most twice what it used before
//! (and 8 MiB), with no more descriptors. A case adds bounds of its own.
//!
//! The server is the example `everything` with its defaults, or `attack-victim`, whose limits of time can be scaled: the short
//! form divides them by 20.
//!
//! The attacks on earlier versions that had worked, by number, and what answers them now:
//!
//! | # | attack | case, or test |
//! |--:|---|---|
//! | 1 | a head that announces a body, then silence | `slow-body`, `slow-body-h2`, `chunk-drip`, `expectation` |
//! | 2 | windows of HTTP/2 that stay closed | `window-zero`, `window-zero-answers` |
//! | 3 | handlers that block their threads | `blocking`, `declared-blocking` |
//! | 4 | 1 MB of `clientInfo` in each session | `client-info` |
//! | 5 | subscriptions to long URIs | `subscriptions` |
//! | 6 | ended streams that are kept for clients that come back | `event-buffers` |
//! | 7 | calls in sessions whose clients hang up | `hung-up` |
//! | 8 | changes announced to sessions that are not read | `announcements` |
//! | 9 | more calls of one principal than it may have | `principal` |
//! | 10 | streams of finished tasks that are not read | `task-listeners` |
//! | 11 | bodies of HTTP/2 that do not end | `h2-bodies`, `h2-endless-bodies`, `large-bodies` |
//! | 12 | long progress tokens | `progress-token` |
//! | 13 | HTTP with SSE: posts whose answers are not read | `sse-posts` |
//! | 14 | memory after all sessions have ended | `sessions-ended`, and "memory after" of every case |
//! | 15 | URIs that a template matches in many ways | `templates` |
//! | 16 | the last of many tools | `many-tools`, and `cargo xtask bench instructions` |
//! | 17 | tasks that end at once, or never | `short-tasks`, `sleeping-tasks` |
//! | 18 | sessions that push out those of others | `many-sessions` |
//! | 19 | running tasks that keep their caller from asking for them | `task-control` |
//! | 20 | one address takes all connections or streams | `connections`, `streams`, `many-addresses` |
//! | 21 | SIGKILL after an answer | `killed` |
//! | 22 | limits and tokens without end | `longest-times` |
//! | 23 | event ids that were never given | `event-ids` |
//! | 24 | SIGTERM during a call | `sigterm` |
//! | 25 | stdio: the client goes away during a call | `client-gone` |
//! | 26 | `notes`: options as folder, links out of the folder | `notes` |
//! | 27 | `fetch` reaches private addresses | not here: the guard of the outbound client has its own tests |
//! | 28 | one `requestState` used again and again | not here: a matter of the server's store |
//!
//! Cases without a number are attacks of the same kinds that had not worked, or had not been tried.
//!
//! A component has no listener of its own: its host reads heads, keeps connections and knows addresses. What remains (bodies, JSON, long
//! names, calls without a session) is made against `everything` under the host of the tests as well: `cargo xtask attack --component`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stderr, reason = "what a server says while it is attacked is shown")]

pub mod attacks;
pub mod case;
mod cases;
pub mod figure;
pub mod good;
pub mod http1;
pub mod http2;
pub mod message;
pub mod process;
pub mod run;
pub mod table;
pub mod tls;

pub use cases::cases;
