//! The end of a server: handlers have a while to finish, then they are cancelled, and nothing is left without an answer.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod sockets;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use pulseengine_mcp::http::{HttpLimits, Policy, service};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, spawn, spawn_blocking, sync::Notify, timeout};
use pulseengine_mcp::{App, serve_stream};
use serde_json::Value;
use sockets::{Client, Served, call, fields, request};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

const GRACE: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(20);

#[derive(Clone, Default)]
struct Bell {
    cancelled: Arc<AtomicUsize>,
}

struct OnDrop(Arc<AtomicUsize>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[server(name = "bell")]
impl Bell {
    /// Rings after a while.
    #[tool]
    async fn ring(&self, millis: u64, loud: bool, cx: &Context) -> &'static str {
        let _dropped = OnDrop(Arc::clone(&self.cancelled));
        if loud {
            cx.progress(1.0, None).await;
        }
        sleep(Duration::from_millis(millis)).await;
        "rung"
    }
}

fn server(bell: &Bell) -> App {
    App::of(bell.clone()).grace(GRACE).announce_changes()
}

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#;

fn ring(id: u32, millis: u64) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"ring","arguments":{{"millis":{millis},"loud":false}}}}}}"#
    )
}

#[test]
fn the_end_of_the_input_leaves_handlers_a_while() {
    block_on(async {
        let bell = Bell::default();
        let (mut lines, input) = tokio::io::duplex(1 << 16);
        let (output, answers) = tokio::io::duplex(1 << 16);
        let served = spawn(serve_stream(server(&bell), input, output));
        for line in [INITIALIZE, &ring(1, 50), &ring(2, 3_600_000), &ring(3, 3_600_000)] {
            lines.write_all(format!("{line}\n").as_bytes()).await.unwrap();
        }
        drop(lines);
        let began = Instant::now();
        timeout(LONG, served).await.unwrap().unwrap().unwrap();
        assert!(began.elapsed() >= GRACE);
        let (mut answers, mut seen) = (BufReader::new(answers).lines(), Vec::new());
        while let Some(line) = answers.next_line().await.unwrap() {
            let answer: Value = serde_json::from_str(&line).unwrap();
            seen.push((answer["id"].as_u64().unwrap(), answer["error"]["code"].as_i64()));
            assert_eq!(answer["error"].is_null(), !line.contains("the server has ended"), "{line}");
        }
        seen.sort_unstable();
        assert_eq!(seen, [(0, None), (1, None), (2, Some(-32603)), (3, Some(-32603))]);
        assert_eq!(bell.cancelled.load(SeqCst), 3);
    });
}

#[test]
fn a_client_that_reads_nothing_does_not_hold_up_the_end() {
    block_on(async {
        let (mut lines, input) = tokio::io::duplex(1 << 16);
        let (output, answers) = tokio::io::duplex(16);
        let served = spawn(serve_stream(server(&Bell::default()), input, output));
        lines.write_all(format!("{INITIALIZE}\n{}\n", ring(1, 1)).as_bytes()).await.unwrap();
        drop(lines);
        timeout(LONG, served).await.unwrap().unwrap().unwrap();
        drop(answers);
    });
}

/// A POST of a revision with sessions.
fn post(client: &mut Client, session: Option<&str>, body: &str) {
    let mut fields: Vec<(String, String)> = [
        ("host", "localhost"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    if let Some(session) = session {
        fields.push(("mcp-session-id".into(), session.into()));
        fields.push(("mcp-protocol-version".into(), "2025-11-25".into()));
    }
    client.send(&request("POST /mcp HTTP/1.1", &fields, body));
}

/// A call of 2026-07-28.
fn post_call(client: &mut Client, loud: bool) {
    let arguments = format!(r#"{{"millis":3600000,"loud":{loud}}}"#);
    client.send(&request("POST /mcp HTTP/1.1", &fields("ring"), &call("ring", &arguments)));
}

#[test]
fn serving_over_http_ends_in_good_order() {
    let bell = Bell::default();
    let served = Served::of(server(&bell), HttpLimits::DEFAULT);
    let [mut first, mut idle, mut silent, mut streaming, mut of_session, mut listening, mut unused] =
        std::array::from_fn(|_| served.connect());
    post(&mut first, None, INITIALIZE);
    let answer = first.answer().unwrap();
    let session =
        answer.head.lines().find_map(|line| line.strip_prefix("mcp-session-id: ")).unwrap().to_owned();
    idle.send(&request("POST /mcp HTTP/1.1", &fields("ring"), &call("ring", r#"{"millis":1,"loud":false}"#)));
    assert!(idle.answer().unwrap().body.contains("rung"));
    post_call(&mut silent, false);
    post_call(&mut streaming, true);
    post(&mut of_session, Some(&session), &ring(7, 3_600_000));
    listening.send(
        format!(
            "GET /mcp HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nmcp-session-id: {session}\r\n\
             mcp-protocol-version: 2025-11-25\r\n\r\n"
        )
        .as_bytes(),
    );
    thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    let stopping = thread::spawn(move || served.stop());
    // What serves no request ends at once, and a stream with its last chunk.
    assert_eq!(idle.rest(), "");
    assert_eq!(unused.rest(), "");
    let stream = listening.rest();
    assert!(stream.starts_with("HTTP/1.1 200") && stream.ends_with("0\r\n\r\n"), "{stream:?}");
    assert!(began.elapsed() < GRACE, "{:?}", began.elapsed());
    // The handlers had their while, and each request has an answer.
    let answer = silent.answer().unwrap();
    assert_eq!((answer.status, answer.code()), (503, -32603), "{answer:?}");
    assert!(answer.head.contains("connection: close"), "{answer:?}");
    for (client, id) in [(&mut streaming, 1), (&mut of_session, 7)] {
        let text = client.rest();
        assert!(text.contains(&format!(r#""id":{id},"error":{{"code":-32603"#)), "{text}");
        assert!(text.contains("the server has ended"), "{text}");
    }
    assert!(began.elapsed() >= GRACE);
    stopping.join().unwrap();
    assert!(began.elapsed() < GRACE + LONG);
    assert_eq!(bell.cancelled.load(SeqCst), 4);
}

#[test]
fn a_router_ends_with_its_service() {
    block_on(async {
        let bell = Bell::default();
        let service = service(server(&bell), Policy::new());
        let router = axum::Router::new().route_service("/mcp", service.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let serving = spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async move { stopped.notified().await })
                .await
        });
        let (mut listening, mut calling) = (Client::to(address), Client::to(address));
        let mut of_listen = fields("listen");
        of_listen.retain(|(name, _)| name != "mcp-name" && name != "mcp-method");
        of_listen.push(("mcp-method".into(), "subscriptions/listen".into()));
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{{"notifications":{{"toolsListChanged":true}},{}}}}}"#,
            sockets::META
        );
        listening.send(&request("POST /mcp HTTP/1.1", &of_listen, &body));
        post_call(&mut calling, false);
        sleep(Duration::from_millis(300)).await;
        stop.notify_one();
        service.shut_down();
        let stream = spawn_blocking(move || listening.rest()).await.unwrap();
        assert!(stream.starts_with("HTTP/1.1 200") && stream.ends_with("0\r\n\r\n"), "{stream}");
        service.abort();
        let answer = spawn_blocking(move || calling.answer()).await.unwrap().unwrap();
        assert_eq!((answer.status, answer.code()), (503, -32603), "{answer:?}");
        timeout(LONG, serving).await.unwrap().unwrap().unwrap();
    });
}
