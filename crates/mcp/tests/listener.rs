//! The listener with a service that is not an endpoint: its limits, unread bodies and the end of serving.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use pulseengine_mcp::http::{HttpLimits, HttpService, Listener, RequestBody, Tower};
use pulseengine_mcp::runtime::{JoinHandle, block_on, sleep, spawn, sync::Notify, timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A bound on what may take a while on a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// The whole request, and one whose body is declared and does not arrive.
const WHOLE: &str = "POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\nhi";
const UNREAD: &str = "POST /ignore HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\nhi";
const CHUNKED: &str =
    "POST /echo HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";

struct Served {
    address: SocketAddr,
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

async fn start(limits: HttpLimits, service: impl HttpService) -> Served {
    let listener = Listener::bind("127.0.0.1:0").await.unwrap().limits(limits);
    let address = listener.local_addr().unwrap();
    let stop = Arc::new(Notify::new());
    let stopped = Arc::clone(&stop);
    let task = spawn(async move { listener.serve_until(service, async { stopped.notified().await }).await });
    Served { address, stop, task }
}

/// A router whose `/wait` answers when `open` is notified, and sets `begun` before.
fn router(begun: &Arc<AtomicBool>, open: &Arc<Notify>) -> Tower<Router> {
    let (begun, open) = (Arc::clone(begun), Arc::clone(open));
    let wait = move || async move {
        begun.store(true, SeqCst);
        open.notified().await;
        "opened"
    };
    let router = Router::new()
        .route("/echo", post(|body: Bytes| async { body }))
        .route("/ignore", post(|| async { "ignored" }))
        .route("/stream", post(|body: Body| async { body }))
        .route("/wait", get(wait));
    Tower(router)
}

fn simple() -> Tower<Router> {
    router(&Arc::default(), &Arc::new(Notify::new()))
}

async fn client(served: &Served, bytes: &str) -> TcpStream {
    let mut client = TcpStream::connect(served.address).await.unwrap();
    client.write_all(bytes.as_bytes()).await.unwrap();
    client
}

/// Reads until `wanted` arrives, or to the end of the connection.
async fn until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut text = String::new();
    let mut chunk = [0; 4096];
    while !text.contains(wanted) {
        match timeout(LONG, stream.read(&mut chunk)).await.unwrap() {
            Ok(0) | Err(_) => break,
            Ok(n) => text.push_str(&String::from_utf8_lossy(&chunk[..n])),
        }
    }
    text
}

async fn to_end(stream: &mut TcpStream) -> String {
    until(stream, "\0").await
}

fn run(test: impl Future<Output = ()>) {
    block_on(async { timeout(LONG * 2, test).await.unwrap() });
}

#[test]
fn slow_heads_and_idle_connections_are_closed() {
    run(async {
        let time = Duration::from_millis(600);
        let limits = HttpLimits { head_time: time, idle_time: time, ..HttpLimits::DEFAULT };
        let served = start(limits, simple()).await;
        for bytes in ["", "POST /echo HTTP/1.1\r\nhost: lo", "PRI * HT"] {
            assert_eq!(to_end(&mut client(&served, bytes).await).await, "", "{bytes:?}");
        }
        let mut idle = client(&served, WHOLE).await;
        let answer = to_end(&mut idle).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\nhi"), "{answer}");
    });
}

#[test]
fn connections_are_bounded_in_number() {
    run(async {
        let (begun, open) = (Arc::default(), Arc::new(Notify::new()));
        let limits = HttpLimits { connections: 1, ..HttpLimits::DEFAULT };
        let served = start(limits, router(&begun, &open)).await;
        let mut busy = client(&served, "GET /wait HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        begins(&begun).await;
        let refusal = to_end(&mut TcpStream::connect(served.address).await.unwrap()).await;
        assert!(refusal.starts_with("HTTP/1.1 503"), "{refusal}");
        open.notify_waiters();
        assert!(until(&mut busy, "opened").await.starts_with("HTTP/1.1 200"));
    });
}

async fn begins(begun: &AtomicBool) {
    let since = Instant::now();
    while !begun.load(SeqCst) {
        assert!(since.elapsed() < LONG, "the handler does not begin");
        sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn an_unread_body_ends_the_connection() {
    run(async {
        let served = start(HttpLimits::DEFAULT, simple()).await;
        let mut unread = client(&served, UNREAD).await;
        let answer = to_end(&mut unread).await;
        assert!(answer.contains("connection: close\r\n") && answer.ends_with("ignored"), "{answer}");
        // Bodies that are read to the end leave the connection usable, in chunks or not, kept or not.
        for bytes in [WHOLE, CHUNKED, &WHOLE.replace("echo", "stream"), &CHUNKED.replace("echo", "stream")] {
            let mut client = client(&served, bytes).await;
            for _ in 0..2 {
                let answer = until(&mut client, "hi").await;
                assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("close"), "{answer}");
                // The end of a response in chunks.
                if answer.contains("chunked") && !answer.ends_with("0\r\n\r\n") {
                    until(&mut client, "0\r\n\r\n").await;
                }
                client.write_all(bytes.as_bytes()).await.unwrap();
            }
        }
    });
}

#[test]
fn requests_in_flight_are_answered_at_the_end() {
    run(async {
        let (begun, open) = (Arc::default(), Arc::new(Notify::new()));
        let served = start(HttpLimits::DEFAULT, router(&begun, &open)).await;
        let mut idle = client(&served, WHOLE).await;
        until(&mut idle, "hi").await;
        let mut busy = client(&served, "GET /wait HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        begins(&begun).await;
        served.stop.notify_one();
        assert_eq!(to_end(&mut idle).await, "");
        assert!(TcpStream::connect(served.address).await.is_err());
        open.notify_waiters();
        assert!(to_end(&mut busy).await.ends_with("opened"));
        served.task.await.unwrap();
    });
}

#[test]
fn http2() {
    run(async {
        let served = start(HttpLimits::DEFAULT, simple()).await;
        let io = TokioIo::new(TcpStream::connect(served.address).await.unwrap());
        let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), io);
        let (mut client, connection) = handshake.await.unwrap();
        spawn(connection);
        for path in ["echo", "ignore", "stream"] {
            let request = Request::post(format!("http://localhost/{path}"));
            let body = Full::new(Bytes::from_static(b"ignored"));
            let answer = client.send_request(request.body(body).unwrap()).await.unwrap();
            assert!(answer.headers().get("connection").is_none());
            assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "ignored", "{path}");
        }
    });
}

/// A service of its own, which is notified of the end.
#[derive(Clone, Default)]
struct Greeting {
    ended: Arc<AtomicBool>,
}

impl HttpService for Greeting {
    type Body = Full<Bytes>;

    async fn call(&self, request: Request<RequestBody<'_>>) -> Response<Full<Bytes>> {
        Response::new(request.into_body().collect().await.unwrap().to_bytes().into())
    }

    fn shut_down(&self) {
        self.ended.store(true, SeqCst);
    }
}

#[test]
fn a_service_of_its_own_is_shut_down() {
    run(async {
        let service = Greeting::default();
        let served = start(HttpLimits::DEFAULT, service.clone()).await;
        let mut client = client(&served, CHUNKED).await;
        assert!(until(&mut client, "hi").await.starts_with("HTTP/1.1 200"));
        assert!(!service.ended.load(SeqCst));
        served.stop.notify_one();
        served.task.await.unwrap();
        assert!(service.ended.load(SeqCst));
    });
}
