//! What one client can take of a server: its share of connections, requests and memory, and no time without progress.
//! Others come from another address of this machine.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pulseengine_mcp::http::{HttpLimits, Listener, Policy, endpoint};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, spawn, timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const LONG: Duration = Duration::from_secs(20);
const GREEDY: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const POLITE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

#[derive(Default)]
struct Workshop {
    begun: Arc<AtomicUsize>,
}

#[server(name = "workshop")]
impl Workshop {
    /// Echoes.
    #[tool]
    fn echo(&self, message: String) -> String {
        message
    }

    /// Never answers.
    #[tool]
    async fn wait(&self) -> &'static str {
        self.begun.fetch_add(1, SeqCst);
        std::future::pending().await
    }
}

struct Served {
    address: SocketAddr,
    begun: Arc<AtomicUsize>,
    task: pulseengine_mcp::runtime::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn start(limits: HttpLimits) -> Served {
    let listener = Listener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let workshop = Workshop::default();
    let begun = Arc::clone(&workshop.begun);
    let endpoint = endpoint(workshop, Policy::new().with_limits(limits));
    let task = spawn(async move { listener.serve(endpoint).await });
    Served { address, begun, task }
}

/// A call of a tool, of which `missing` bytes at the end are left out.
fn call(tool: &str, arguments: &str, missing: usize) -> String {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments},"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
    );
    let (length, sent) = (body.len(), &body[..body.len() - missing]);
    format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, \
         text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: {tool}\r\n\
         content-length: {length}\r\n\r\n{sent}"
    )
}

fn echo(message: &str, missing: usize) -> String {
    call("echo", &format!(r#"{{"message":"{message}"}}"#), missing)
}

async fn connect(from: IpAddr, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

async fn send(from: IpAddr, to: SocketAddr, request: &str) -> TcpStream {
    let mut stream = connect(from, to).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// The status of the response; `None` when the connection ends without.
async fn status(stream: &mut TcpStream) -> Option<u16> {
    let mut head = [0; 12];
    timeout(LONG, stream.read_exact(&mut head)).await.unwrap().ok()?;
    std::str::from_utf8(&head[9..]).unwrap().parse().ok()
}

/// The polite client is served, and soon.
async fn is_served(served: &Served) {
    let began = Instant::now();
    let mut stream = send(POLITE, served.address, &echo("hi", 0)).await;
    assert_eq!(status(&mut stream).await, Some(200));
    assert!(began.elapsed() < Duration::from_secs(2), "served after {:?}", began.elapsed());
}

#[test]
fn a_body_that_does_not_come_is_answered_in_time() {
    block_on(async {
        let limits = HttpLimits { body_time: Duration::from_secs(1), ..HttpLimits::DEFAULT };
        let served = start(limits).await;
        let whole = echo("hi", 0);
        let head = whole.find("\r\n\r\n").unwrap() + 4;
        let chunked = whole[..head].replace("content-length", "transfer-encoding: chunked\r\nx-length");
        for request in [&whole[..head], &whole[..head + 10], &chunked] {
            let began = Instant::now();
            let mut stream = send(GREEDY, served.address, request).await;
            assert_eq!(status(&mut stream).await, Some(408));
            assert!(began.elapsed() < Duration::from_secs(3), "answered after {:?}", began.elapsed());
        }
    });
}

#[test]
fn connections_that_wait_for_input_do_not_keep_others_out() {
    block_on(async {
        let served = start(HttpLimits { connections: 100, ..HttpLimits::DEFAULT }).await;
        let head = echo("hi", 0).find("\r\n\r\n").unwrap() + 4;
        let mut held = Vec::new();
        for _ in 0..100 {
            held.push(send(GREEDY, served.address, &echo("hi", 0)[..head]).await);
        }
        is_served(&served).await;
        // Those of the greedy client that have waited for a while make room for its next one.
        sleep(Duration::from_millis(1600)).await;
        let mut next = send(GREEDY, served.address, &echo("hi", 0)).await;
        assert_eq!(status(&mut next).await, Some(200));
    });
}

#[test]
fn an_address_gets_its_share_of_requests() {
    block_on(async {
        let served = start(HttpLimits { in_flight: 100, ..HttpLimits::DEFAULT }).await;
        let mut held = Vec::new();
        for _ in 0..30 {
            held.push(send(GREEDY, served.address, &call("wait", "{}", 0)).await);
        }
        let mut refused = send(GREEDY, served.address, &call("wait", "{}", 0)).await;
        assert_eq!(status(&mut refused).await, Some(429));
        is_served(&served).await;
        while served.begun.load(SeqCst) < 25 {
            sleep(Duration::from_millis(10)).await;
        }
        sleep(Duration::from_millis(100)).await;
        assert_eq!(served.begun.load(SeqCst), 25);
    });
}

#[test]
fn bodies_share_one_budget_of_memory() {
    block_on(async {
        let served = start(HttpLimits { memory: 120 << 20, ..HttpLimits::DEFAULT }).await;
        let large = echo(&"x".repeat(1_000_000), 1);
        let mut held = Vec::new();
        for _ in 0..20 {
            held.push(send(GREEDY, served.address, &large).await);
        }
        // Ten of a million bytes, counted three times, are a quarter; the rest is refused.
        let mut refused = 0;
        for stream in &mut held {
            if let Ok(status) = timeout(Duration::from_millis(300), status(stream)).await {
                assert_eq!(status, Some(429));
                refused += 1;
            }
        }
        assert_eq!(refused, 10);
        let mut polite = send(POLITE, served.address, &echo(&"x".repeat(1_000_000), 0)).await;
        assert_eq!(status(&mut polite).await, Some(200));
        drop(held);
        sleep(Duration::from_millis(300)).await;
        let mut again = send(GREEDY, served.address, &echo(&"x".repeat(1_000_000), 0)).await;
        assert_eq!(status(&mut again).await, Some(200));
    });
}

#[test]
fn a_stream_whose_client_takes_nothing_ends_its_connection() {
    block_on(async {
        let limits = HttpLimits { body_time: Duration::from_secs(1), ..HttpLimits::DEFAULT };
        let served = start(limits).await;
        let io = TokioIo::new(connect(GREEDY, served.address).await);
        let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        builder.initial_stream_window_size(0);
        let (mut sender, connection) = builder.handshake(io).await.unwrap();
        let mut connection = spawn(connection);
        let request = echo(&"x".repeat(100_000), 0);
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        let request = hyper::Request::post(format!("http://{}/mcp", served.address))
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/call")
            .header("mcp-name", "echo")
            .body(Full::new(Bytes::from(body.to_owned())))
            .unwrap();
        let began = Instant::now();
        let response = timeout(LONG, sender.send_request(request)).await.unwrap().unwrap();
        assert_eq!(response.status(), 200);
        // The answer is there and is not taken.
        assert!(timeout(LONG, response.into_body().collect()).await.unwrap().is_err());
        assert!(timeout(LONG, &mut connection).await.is_ok());
        assert!(began.elapsed() < Duration::from_secs(4), "ended after {:?}", began.elapsed());
        is_served(&served).await;
    });
}
