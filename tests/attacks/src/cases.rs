//! All cases.

use std::path::Path;

use crate::attacks::{cpu, multiplexed, places, queues, sessions, slow, soak, streams, tasks, times};
use crate::case::{
    Case, Failure, Kind, Load, Setting, everything, guarded, victim, victim_in_session, victim_that_keeps,
    victim_with_tasks,
};
use crate::tls::Trust;

macro_rules! beside {
    ($load:ident, $name:literal, $rows:expr, $setting:expr, $attack:path, $what:literal) => {
        beside!(@ false, $load, $name, $rows, $setting, $attack, $what)
    };
    (@ $component:literal, $load:ident, $name:literal, $rows:expr, $setting:expr, $attack:path, $what:literal) => {
        Case {
            name: $name,
            rows: &$rows,
            what: $what,
            load: Load::$load,
            component: $component,
            kind: Kind::Beside { setting: $setting, attack: |stage| Box::pin($attack(stage)) },
        }
    };
}

/// Against `everything`, natively and as a component.
macro_rules! portable {
    ($load:ident, $name:literal, $rows:expr, $attack:path, $what:literal) => {
        beside!(@ true, $load, $name, $rows, everything, $attack, $what)
    };
}

macro_rules! alone {
    ($load:ident, $name:literal, $rows:expr, $attack:path, $what:literal) => {
        Case {
            name: $name,
            rows: &$rows,
            what: $what,
            load: Load::$load,
            component: false,
            kind: Kind::Alone(|programs| Box::pin($attack(programs))),
        }
    };
}

mod further;

/// Every case: those that mostly wait first, then those that keep processors busy.
pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = TABLE.iter().chain(further::FURTHER).copied().collect();
    cases.sort_by_key(|case| case.load == Load::Works);
    cases
}

/// The attacks of the table, and the first ones besides them.
const TABLE: &[Case] = &[
    beside!(Waits, "slow-body", [1], victim, slow::bodies, "1,024 heads that announce a body, then silence"),
    beside!(
        Waits,
        "slow-body-h2",
        [1],
        victim,
        multiplexed::silent_bodies,
        "the same on 1,000 streams of HTTP/2"
    ),
    beside!(
        Waits,
        "window-zero",
        [2],
        victim,
        multiplexed::closed_windows,
        "270 calls with progress, of which nothing is taken"
    ),
    beside!(
        Waits,
        "window-zero-answers",
        [2],
        victim,
        multiplexed::closed_windows_of_answers,
        "1,000 answers of 500 kB that are not taken"
    ),
    beside!(
        Waits,
        "h2-bodies",
        [11],
        victim,
        multiplexed::bodies_in_windows,
        "1,200 bodies of HTTP/2 that do not end"
    ),
    beside!(Waits, "head-drip", [], victim, slow::head_drip, "heads of which a byte comes each second"),
    beside!(
        Waits,
        "chunk-drip",
        [1],
        victim,
        slow::chunk_drip,
        "bodies of which a chunk of a byte comes each five seconds"
    ),
    beside!(Waits, "expectation", [1], victim, slow::expectation, "`Expect: 100-continue`, then silence"),
    beside!(Waits, "preface", [], victim, slow::preface, "the beginning of HTTP/2 that stops"),
    beside!(Waits, "tls-stall", [], encrypted, slow::handshakes, "TLS handshakes that stop"),
    beside!(Waits, "connections", [20], victim, places::connections, "one address opens 1,200 connections"),
    beside!(Waits, "streams", [20], victim, places::streams, "one address opens 1,024 streams"),
    beside!(
        Waits,
        "many-addresses",
        [20],
        victim,
        places::many_addresses,
        "51 addresses, each with 24 connections that wait"
    ),
    beside!(
        Waits,
        "principal",
        [9],
        guarded,
        places::one_principal,
        "256 calls of one principal, in sessions and without"
    ),
    beside!(Waits, "questions", [], victim, sessions::questions, "600 questions that are never answered"),
    beside!(Waits, "event-ids", [23], victim, sessions::event_ids, "Last-Event-ID that was never given"),
    beside!(
        Waits,
        "task-control",
        [19],
        guarded,
        tasks::control,
        "a caller with 32 running tasks asks for them and ends them"
    ),
    beside!(
        Waits,
        "longest-times",
        [22],
        times::longest_setting,
        times::longest,
        "limits and tokens that end never"
    ),
    beside!(Works, "unread-answers", [], victim, slow::unread_answers, "answers of 4 MB that are not read"),
    alone!(
        Waits,
        "client-gone",
        [25],
        streams::client_gone,
        "stdio: the client goes away during a call of an hour"
    ),
    alone!(Waits, "sigterm", [24], times::terminated, "SIGTERM while calls run"),
    alone!(Waits, "notes", [26], streams::notes, "`notes`: an option as folder, links out of the folder"),
    beside!(Works, "blocking", [3], victim, places::blocking, "two handlers that block their threads"),
    beside!(
        Waits,
        "declared-blocking",
        [3],
        victim,
        places::declared_blocking,
        "64 handlers that block, and say so"
    ),
    beside!(
        Works,
        "kept-by-many",
        [],
        victim,
        places::kept_for_many,
        "eight addresses, calls with arguments of 1 MB that do not end"
    ),
    beside!(
        Works,
        "unread-by-many",
        [],
        victim,
        places::unread_by_many,
        "eight addresses that do not take answers of 4 MB"
    ),
    beside!(Works, "client-info", [4], victim, sessions::client_info, "sessions with 1 MB of clientInfo"),
    beside!(
        Works,
        "subscriptions",
        [5],
        victim,
        sessions::subscriptions,
        "subscriptions to URIs of 1 MB and of 7 kB"
    ),
    beside!(
        Works,
        "event-buffers",
        [6],
        victim,
        sessions::event_buffers,
        "ended streams of ten sessions, 900 kB each"
    ),
    beside!(
        Works,
        "hung-up",
        [7],
        victim,
        sessions::hung_up,
        "1,024 calls in four sessions whose clients hang up"
    ),
    beside!(
        Works,
        "announcements",
        [8],
        victim,
        sessions::announcements,
        "changes announced to sessions that are not read"
    ),
    beside!(
        Works,
        "unread-streams",
        [],
        victim,
        sessions::unread_streams,
        "streams that are never read while there is progress"
    ),
    beside!(
        Works,
        "sessions-ended",
        [14],
        victim,
        sessions::used_and_ended,
        "sessions that are used and ended"
    ),
    beside!(
        Works,
        "many-sessions",
        [18],
        victim_in_session,
        sessions::many_sessions,
        "more sessions than one caller may have"
    ),
    beside!(Works, "deletes", [], victim, sessions::deletes, "DELETE of sessions that do not exist"),
    beside!(
        Works,
        "task-listeners",
        [10],
        victim_that_keeps,
        queues::task_listeners,
        "30 streams of 60 finished tasks of 1 MB, not read"
    ),
    beside!(
        Works,
        "sse-posts",
        [13],
        with_sse,
        queues::sse_posts,
        "HTTP with SSE: posts whose answers are not read"
    ),
    beside!(Works, "short-tasks", [17], victim_with_tasks, tasks::short, "10,400 tasks that end at once"),
    beside!(
        Works,
        "sleeping-tasks",
        [17],
        victim_with_tasks,
        tasks::sleepers,
        "512 tasks that sleep for an hour"
    ),
    beside!(Works, "progress-token", [12], victim, cpu::progress_token, "progress tokens of 900 kB"),
    beside!(Works, "templates", [15], victim, cpu::templates, "a template with two variables and long URIs"),
    beside!(Works, "many-tools", [16], with_many_tools, cpu::many_tools, "the last of 10,000 tools"),
    portable!(
        Works,
        "large-bodies",
        [11],
        cpu::large_bodies,
        "bodies of 4 MB, many at once, and larger ones"
    ),
    portable!(Works, "json-bombs", [], cpu::json_bombs, "1 MB of JSON that is hard to read"),
    portable!(Works, "deep-json", [], cpu::deep_json, "1 MB of arrays within each other"),
    portable!(Works, "long-names", [], cpu::long_names, "cursor, id, method, tool, state of 1 MB"),
    beside!(Works, "batches", [], everything, cpu::batches, "1 MB of ids in a batch"),
    beside!(
        Works,
        "h2-endless-bodies",
        [11],
        victim,
        multiplexed::endless_bodies,
        "bodies of 1 MB that do not end, beyond the windows"
    ),
    beside!(
        Works,
        "rapid-reset",
        [],
        everything,
        multiplexed::rapid_reset,
        "streams of HTTP/2 that are reset at once"
    ),
    beside!(
        Works,
        "continuations",
        [],
        everything,
        multiplexed::continuations,
        "a head of HTTP/2 that never ends"
    ),
    beside!(
        Works,
        "small-frames",
        [],
        everything,
        multiplexed::small_frames,
        "settings, pings and empty data of HTTP/2"
    ),
    beside!(Works, "long-heads", [], everything, slow::long_heads, "heads that are too long"),
    beside!(
        Works,
        "pipelined",
        [],
        victim,
        slow::pipelined,
        "50,000 requests one behind the other, answers not read"
    ),
    beside!(
        Works,
        "coming-and-going",
        [],
        everything,
        places::coming_and_going,
        "connections that come and go"
    ),
    alone!(Works, "killed", [21], times::killed, "SIGKILL just after sessions were answered"),
    alone!(Works, "stdio-no-newline", [], streams::without_newline, "stdio: a line that does not end"),
    alone!(Works, "stdio-unread", [], streams::unread, "stdio: requests whose answers are not read"),
    alone!(
        Works,
        "stdio-characters",
        [],
        streams::split_characters,
        "stdio: characters of four bytes, cut at each byte"
    ),
    alone!(Works, "stdio-ids", [], streams::ids, "stdio: 1,000 calls in flight, ids of 200 B and 100 kB"),
    alone!(Works, "stdio-bombs", [], streams::bombs, "stdio: lines that are hard to read or mean nothing"),
    beside!(Works, "soak", [], victim, soak::soak, "100 requests a second and 100 streams for a while"),
];

fn encrypted(folder: &Path) -> Result<Setting, Failure> {
    let mut setting = victim(folder)?;
    let file = folder.join("tls.pem");
    setting.good.trust = Some(Trust::in_new(&file)?);
    setting.setup = setting.setup.env("ATTACK_TLS", file.to_string_lossy());
    Ok(setting)
}

fn with_sse(folder: &Path) -> Result<Setting, Failure> {
    let mut setting = victim(folder)?;
    setting.setup = setting.setup.env("ATTACK_SSE", "1");
    Ok(setting)
}

fn with_many_tools(folder: &Path) -> Result<Setting, Failure> {
    let mut setting = victim(folder)?;
    setting.setup = setting.setup.env("ATTACK_TOOLS", "10000");
    Ok(setting)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::cases;

    /// Rows of the table in the documentation of the crate that are answered elsewhere.
    const ELSEWHERE: [u8; 2] = [27, 28];

    #[test]
    fn names_are_unique_and_every_row_is_answered() {
        let cases = cases();
        let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), cases.len());
        let answered: BTreeSet<u8> = cases.iter().flat_map(|case| case.rows).copied().collect();
        for row in 1..=28 {
            assert_eq!(answered.contains(&row), !ELSEWHERE.contains(&row), "row {row}");
        }
        let text = include_str!("lib.rs");
        for case in cases.iter().filter(|case| !case.rows.is_empty()) {
            let named = text
                .lines()
                .any(|line| line.starts_with("//! |") && line.contains(&format!("`{}`", case.name)));
            assert!(named, "{} is missing in the table", case.name);
        }
    }
}
