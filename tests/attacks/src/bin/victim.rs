//! The server that is attacked where `everything` lacks a tool or a limit. `attack-victim http` listens on a free port,
//! `attack-victim stdio` serves its standard streams. What it is to be comes from the environment:
//!
//! ```text
//! ATTACK_SCALE=20      all limits on time are divided by that
//! ATTACK_TIMES=max     all limits on time are the longest there is
//! ATTACK_AUTH=1        a token is the name of its caller; after a dot: `max` never ends, `none` ends at once
//! ATTACK_SSE=1         HTTP with SSE as well, at /sse and /messages
//! ATTACK_STORE=FILE    sessions and tasks are kept in that file
//! ATTACK_TLS=FILE      TLS, with the certificate and the key in that file
//! ATTACK_TOOLS=N       so many tools made at run time
//! ```
//!
//! Over HTTP it ends when its standard input does, so that it cannot outlive the program that started it.
#![forbid(unsafe_code)]
#![allow(clippy::print_stderr, reason = "a program that says where it listens")]

use std::env::var;
use std::io::Read;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use pulseengine_mcp::http::{Head, HttpLimits, HttpRejection, Listener, Policy, Tls, endpoint, stop_signal};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, unix_time};
use pulseengine_mcp::store::RedbStore;
use pulseengine_mcp::{DynamicTool, Principal, serve_stdio};

/// Returns what is no longer used to the system, also while the server is idle. That of glibc keeps up to twenty times of what a
/// server used at its start.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// How long requests in flight may still take at the end, before it is scaled.
const GRACE: Duration = Duration::from_secs(10);

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Default)]
struct Victim {
    at_work: Arc<AtomicUsize>,
}

/// Counts a handler for as long as it lives.
struct AtWork(Arc<AtomicUsize>);

impl AtWork {
    fn of(victim: &Victim) -> Self {
        victim.at_work.fetch_add(1, SeqCst);
        Self(Arc::clone(&victim.at_work))
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// What is asked for.
#[derive(Schema)]
struct Word {
    word: String,
}

#[server(name = "victim", version = "1.0.0")]
impl Victim {
    /// Echoes.
    #[tool]
    fn echo(&self, message: String) -> String {
        message
    }

    /// Returns a text of that many bytes.
    #[tool]
    fn big(&self, size: u32) -> String {
        text(size)
    }

    /// Never returns. What it was called with is kept meanwhile.
    #[tool]
    async fn wait(&self, #[schema(default = "")] kept: String) -> String {
        let _at_work = AtWork::of(self);
        std::future::pending::<()>().await;
        kept
    }

    /// Blocks its thread for that many milliseconds.
    #[tool]
    fn block(&self, time: u32) -> &'static str {
        std::thread::sleep(Duration::from_millis(time.into()));
        "blocked"
    }

    /// The same, as a handler that says that it blocks.
    #[tool(blocking)]
    fn block_declared(&self, time: u32) -> &'static str {
        std::thread::sleep(Duration::from_millis(time.into()));
        "blocked"
    }

    /// How many handlers of `wait` there are.
    #[tool]
    fn at_work(&self) -> String {
        self.at_work.load(SeqCst).to_string()
    }

    /// Reports progress so many times, pauses in between, and returns a text of that many bytes.
    #[tool]
    async fn steps(&self, count: u32, pause: u32, size: u32, cx: &Context) -> String {
        for step in 0..count {
            cx.progress_with(f64::from(step), None, Some("a step of a long way")).await;
            sleep(Duration::from_millis(pause.into())).await;
        }
        text(size)
    }

    /// A task that ends at once, with a text of that many bytes.
    #[tool(task)]
    fn done(&self, size: u32) -> String {
        text(size)
    }

    /// A task that takes that many seconds.
    #[tool(task)]
    async fn sleeper(&self, time: u32) -> &'static str {
        sleep(Duration::from_secs(time.into())).await;
        "slept"
    }

    /// Asks for a word.
    #[tool]
    async fn ask(&self, cx: &Context) -> Result<String, ToolError> {
        let answer = cx.elicit::<Word>("Which word?").await?;
        Ok(answer.accepted().map_or("none".into(), |answer| answer.word))
    }

    /// Announces changes.
    #[tool]
    fn touch(&self, cx: &Context) -> &'static str {
        cx.server().notify_resource_updated("victim://note");
        cx.server().notify_tools_changed();
        cx.server().notify_prompts_changed();
        "touched"
    }

    #[resource("victim://note")]
    fn note(&self) -> &'static str {
        "a note"
    }

    #[resource("victim://between/{one}-{two}")]
    fn between(&self, one: String, two: String) -> String {
        format!("{} and {}", one.len(), two.len())
    }
}

fn text(size: u32) -> String {
    "x".repeat(usize::try_from(size).unwrap_or_default())
}

fn scale() -> u32 {
    var("ATTACK_SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(1).max(1)
}

fn limits() -> HttpLimits {
    let longest = var("ATTACK_TIMES").is_ok();
    let all = HttpLimits::DEFAULT;
    let time = |time: Duration| if longest { Duration::MAX } else { time / scale() };
    HttpLimits {
        // A busy machine does not send a head in half a second.
        head_time: time(all.head_time).max(Duration::from_secs(1)),
        body_time: time(all.body_time),
        idle_time: time(all.idle_time),
        handler_time: time(all.handler_time),
        request_time: time(all.request_time),
        stream_time: time(all.stream_time),
        quiet_time: time(all.quiet_time),
        keep_alive: time(all.keep_alive),
        session_time: time(all.session_time),
        ..all
    }
}

fn authenticate(head: &Head<'_>) -> Result<Principal, HttpRejection> {
    let token = head.bearer().ok_or_else(|| HttpRejection::unauthorized("Bearer"))?;
    Ok(match token.split_once('.') {
        None => Principal::new(token),
        Some((name, "max")) => Principal::new(name).until(Duration::from_secs(u64::MAX)),
        Some((name, _)) => Principal::new(name).until(unix_time()),
    })
}

fn app() -> Result<App, Failure> {
    let mut app = App::of(Victim::default()).subscriptions().announce_changes().state_key([7; 32]);
    if var("ATTACK_AUTH").is_ok() {
        app = app.authenticate(authenticate);
    }
    if let Ok(path) = var("ATTACK_STORE") {
        app = app.store(RedbStore::open(path)?);
    }
    let tools: u32 = var("ATTACK_TOOLS").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
    for number in 0..tools {
        let tool = DynamicTool::new(format!("filler_{number:05}"), r#"{"type":"object"}"#)?;
        app = app.dynamic_tool(tool.handler(|_, _| async { "filler" }));
    }
    Ok(app)
}

async fn http(app: App) -> Result<(), Failure> {
    let mut policy = Policy::new().with_limits(limits());
    if var("ATTACK_SSE").is_ok() {
        policy = policy.http_with_sse("/sse", "/messages");
    }
    let mut listener = Listener::bind("127.0.0.1:0").await?.grace(GRACE / scale());
    if let Ok(path) = var("ATTACK_TLS") {
        let pem = std::fs::read(path)?;
        listener = listener.tls(Tls::from_pem(&pem, &pem)?);
    }
    eprintln!("listening on {}", listener.local_addr()?);
    listener.serve_until(endpoint(app, policy), stop_signal()).await;
    Ok(())
}

fn main() -> ExitCode {
    let over_http = std::env::args().nth(1).is_some_and(|word| word == "http");
    let served = app().and_then(|app| {
        if over_http {
            std::thread::spawn(|| {
                let _ = std::io::stdin().read_to_end(&mut Vec::new());
                std::process::exit(0);
            });
            block_on(http(app))
        } else {
            block_on(serve_stdio(app)).map_err(Into::into)
        }
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
