//! Native connections over real sockets: HTTP/1.1, HTTP/2 and TLS, the bounds on time and number, clients that leave,
//! the end of serving, and the service in a router.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pulseengine_mcp::http::Tls;
use pulseengine_mcp::http::{HttpLimits, Listener, Policy, endpoint, service};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, spawn, sync::Notify, timeout};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// What may take a while on a busy machine.
const LONG: Duration = Duration::from_secs(20);

const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"NAME","arguments":ARGS,"_meta":{"progressToken":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;

#[derive(Default)]
struct Seen {
    begun: AtomicUsize,
    dropped: AtomicUsize,
    open: Notify,
}

struct Guard(Arc<Seen>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, SeqCst);
    }
}

#[derive(Default)]
struct Workshop(Arc<Seen>);

#[server(name = "workshop")]
impl Workshop {
    /// Echoes.
    #[tool]
    fn echo(&self, message: String) -> String {
        message
    }

    /// Waits until the door is opened; before, it says something if it is to.
    #[tool]
    async fn wait(&self, loud: bool, cx: &Context) -> &'static str {
        let _guard = Guard(Arc::clone(&self.0));
        if loud {
            cx.progress(1.0, None).await;
        }
        self.0.begun.fetch_add(1, SeqCst);
        self.0.open.notified().await;
        "opened"
    }
}

/// A server that serves until it is dropped or stopped.
struct Served {
    address: SocketAddr,
    seen: Arc<Seen>,
    stop: Arc<Notify>,
    task: pulseengine_mcp::runtime::JoinHandle<()>,
}

async fn start(limits: HttpLimits, change: impl FnOnce(Listener) -> Listener) -> Served {
    let seen = Arc::new(Seen::default());
    let listener = change(Listener::bind("127.0.0.1:0").await.unwrap());
    let address = listener.local_addr().unwrap();
    let endpoint = endpoint(Workshop(Arc::clone(&seen)), Policy::new().with_limits(limits));
    let stop = Arc::new(Notify::new());
    let stopped = Arc::clone(&stop);
    let task = spawn(async move { listener.serve_until(endpoint, async { stopped.notified().await }).await });
    Served { address, seen, stop, task }
}

fn request(tool: &str, arguments: &str) -> String {
    let body = CALL.replace("NAME", tool).replace("ARGS", arguments);
    let length = body.len();
    format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, \
         text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: {tool}\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

fn echo() -> String {
    request("echo", r#"{"message":"hi"}"#)
}

/// Reads until `wanted` has come; what has come by then, or by the end of the connection.
async fn until(stream: &mut (impl AsyncRead + Unpin), wanted: &str) -> String {
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

/// Reads to the end of the connection.
async fn to_end(stream: &mut (impl AsyncRead + Unpin)) -> String {
    until(stream, "\0").await
}

async fn says_hi(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> bool {
    stream.write_all(echo().as_bytes()).await.is_ok()
        && until(stream, "\"hi\"").await.starts_with("HTTP/1.1 200")
}

async fn soon(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < LONG, "it does not happen");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Runs a test, which ends in time.
fn run(test: impl Future<Output = ()>) {
    block_on(async { timeout(LONG * 2, test).await.unwrap() });
}

fn short() -> HttpLimits {
    let time = Duration::from_millis(600);
    HttpLimits { head_time: time, body_time: time, idle_time: time, ..HttpLimits::DEFAULT }
}

#[test]
fn who_leaves_stops_the_handler() {
    run(async {
        let served = start(HttpLimits::DEFAULT, |listener| listener).await;
        for (left, loud) in [(1, "false"), (2, "true")] {
            let mut client = TcpStream::connect(served.address).await.unwrap();
            client.write_all(request("wait", &format!(r#"{{"loud":{loud}}}"#)).as_bytes()).await.unwrap();
            soon(|| served.seen.begun.load(SeqCst) == left).await;
            if loud == "true" {
                assert!(until(&mut client, "notifications/progress").await.contains("text/event-stream"));
            }
            drop(client);
            soon(|| served.seen.dropped.load(SeqCst) == left).await;
        }
    });
}

#[test]
fn slow_heads_and_idle_connections_are_closed() {
    run(async {
        let served = start(short(), |listener| listener).await;
        // Nothing, a part of a head, and the beginning of HTTP/2.
        for bytes in ["", "POST /mcp HTTP/1.1\r\nhost: lo", "P", "PRI * HT"] {
            let mut client = TcpStream::connect(served.address).await.unwrap();
            client.write_all(bytes.as_bytes()).await.unwrap();
            assert_eq!(to_end(&mut client).await, "", "{bytes:?}");
        }
        // A part of a second head, and nothing after the first request.
        for bytes in ["POST /mcp HT", ""] {
            let mut client = TcpStream::connect(served.address).await.unwrap();
            assert!(says_hi(&mut client).await);
            client.write_all(bytes.as_bytes()).await.unwrap();
            assert_eq!(to_end(&mut client).await, "", "{bytes:?}");
        }
        // A handler may take its time all the while.
        let mut client = TcpStream::connect(served.address).await.unwrap();
        client.write_all(request("wait", r#"{"loud":false}"#).as_bytes()).await.unwrap();
        sleep(Duration::from_millis(2000)).await;
        served.seen.open.notify_waiters();
        assert!(until(&mut client, "opened").await.starts_with("HTTP/1.1 200"));
    });
}

#[test]
fn a_slow_body_is_answered_with_408() {
    run(async {
        let served = start(short(), |listener| listener).await;
        let mut client = TcpStream::connect(served.address).await.unwrap();
        let all = echo();
        client.write_all(&all.as_bytes()[..all.len() - 1]).await.unwrap();
        let answer = to_end(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("connection: close"), "{answer}");
        // A part after the other, but in time.
        let mut client = TcpStream::connect(served.address).await.unwrap();
        for part in all.as_bytes().chunks(all.len() / 3) {
            client.write_all(part).await.unwrap();
            sleep(Duration::from_millis(20)).await;
        }
        assert!(until(&mut client, "\"hi\"").await.starts_with("HTTP/1.1 200"));
    });
}

#[test]
fn who_is_idle_makes_room() {
    run(async {
        let limits = HttpLimits { connections: 3, ..HttpLimits::DEFAULT };
        let served = start(limits, |listener| listener).await;
        let mut clients = Vec::new();
        for _ in 0..3 {
            let mut client = TcpStream::connect(served.address).await.unwrap();
            assert!(says_hi(&mut client).await);
            clients.push(client);
        }
        // The bound is reached and no connection has been closed.
        for client in &mut clients {
            assert!(says_hi(client).await);
        }
        let mut another = TcpStream::connect(served.address).await.unwrap();
        assert!(says_hi(&mut another).await);
        let mut open = 0;
        for mut client in clients {
            open += usize::from(says_hi(&mut client).await);
        }
        assert_eq!(open, 2);
    });
}

#[test]
fn without_an_idle_connection_there_is_no_room() {
    run(async {
        let limits = HttpLimits { connections: 2, ..HttpLimits::DEFAULT };
        let served = start(limits, |listener| listener).await;
        let mut clients = Vec::new();
        for _ in 0..2 {
            let mut client = TcpStream::connect(served.address).await.unwrap();
            client.write_all(request("wait", r#"{"loud":false}"#).as_bytes()).await.unwrap();
            clients.push(client);
        }
        soon(|| served.seen.begun.load(SeqCst) == 2).await;
        let mut another = TcpStream::connect(served.address).await.unwrap();
        let answer = to_end(&mut another).await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after"), "{answer}");
        served.seen.open.notify_waiters();
        for mut client in clients {
            assert!(until(&mut client, "opened").await.starts_with("HTTP/1.1 200"));
        }
    });
}

#[test]
fn good_requests_are_served_beside_a_thousand_idle_and_fifty_slow_ones() {
    run(async {
        let served = start(HttpLimits::DEFAULT, |listener| listener).await;
        let mut others = Vec::new();
        for count in 0..1_050 {
            let Ok(mut client) = TcpStream::connect(served.address).await else { break };
            if count >= 1_000 {
                client.write_all(b"POST /mcp HTTP/1.1\r\nhost: lo").await.unwrap();
            }
            others.push(client);
        }
        assert!(others.len() > 500, "the system gives {} sockets", others.len());
        let mut client = TcpStream::connect(served.address).await.unwrap();
        let mut times = Vec::new();
        for _ in 0..200 {
            for slow in others.iter_mut().skip(1_000) {
                // Those that have lost their connection to others may fail.
                let _ = slow.write_all(b"c").await;
            }
            let begun = Instant::now();
            assert!(says_hi(&mut client).await);
            times.push(begun.elapsed());
        }
        times.sort();
        // The aim is 100 ms; a machine that is busy with other tests gets more.
        assert!(times[197] < Duration::from_secs(2), "{:?}", times[197]);
    });
}

#[test]
fn what_is_in_flight_is_answered_at_the_end() {
    run(async {
        let served = start(HttpLimits::DEFAULT, |listener| listener).await;
        let mut idle = TcpStream::connect(served.address).await.unwrap();
        assert!(says_hi(&mut idle).await);
        let mut busy = TcpStream::connect(served.address).await.unwrap();
        busy.write_all(request("wait", r#"{"loud":false}"#).as_bytes()).await.unwrap();
        soon(|| served.seen.begun.load(SeqCst) == 1).await;
        served.stop.notify_one();
        assert_eq!(to_end(&mut idle).await, "");
        assert!(TcpStream::connect(served.address).await.is_err());
        served.seen.open.notify_waiters();
        assert!(to_end(&mut busy).await.contains("opened"));
        served.task.await.unwrap();
    });
}

/// A call over HTTP/2, and its answer.
async fn over_http2(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    authority: &str,
) -> (u16, String) {
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(io)).await.unwrap();
    spawn(connection);
    let body = CALL.replace("NAME", "echo").replace("ARGS", r#"{"message":"hi"}"#);
    let request = hyper::Request::post(format!("http://{authority}/mcp"))
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", "echo");
    let answer = client.send_request(request.body(Full::new(Bytes::from(body))).unwrap()).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[test]
fn http2_without_tls() {
    run(async {
        let served = start(HttpLimits::DEFAULT, |listener| listener).await;
        let stream = TcpStream::connect(served.address).await.unwrap();
        let (status, body) = over_http2(stream, "localhost").await;
        assert_eq!(status, 200);
        assert!(body.contains("\"hi\""), "{body}");
        let stream = TcpStream::connect(served.address).await.unwrap();
        assert_eq!(over_http2(stream, "evil.example").await.0, 403);
    });
}

#[test]
fn a_reset_stream_of_http2_stops_the_handler() {
    run(async {
        let served = start(HttpLimits::DEFAULT, |listener| listener).await;
        let stream = TcpStream::connect(served.address).await.unwrap();
        let (mut client, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        spawn(connection);
        let body = CALL.replace("NAME", "wait").replace("ARGS", r#"{"loud":false}"#);
        let request = hyper::Request::post("http://localhost/mcp")
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/call")
            .header("mcp-name", "wait");
        let answer = client.send_request(request.body(Full::new(Bytes::from(body))).unwrap());
        let waiting = spawn(answer);
        soon(|| served.seen.begun.load(SeqCst) == 1).await;
        waiting.abort();
        soon(|| served.seen.dropped.load(SeqCst) == 1).await;
    });
}

#[test]
fn tls_with_either_version_of_http() {
    run(async {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let tls =
            Tls::from_pem(made.cert.pem().as_bytes(), made.signing_key.serialize_pem().as_bytes()).unwrap();
        let served = start(HttpLimits::DEFAULT, |listener| listener.tls(tls)).await;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(made.cert.der().to_vec())).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        for protocol in ["http/1.1", "h2"] {
            config.alpn_protocols = vec![protocol.into()];
            let connector = TlsConnector::from(Arc::new(config.clone()));
            let stream = TcpStream::connect(served.address).await.unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            let mut stream = connector.connect(name, stream).await.unwrap();
            match protocol {
                "h2" => assert_eq!(over_http2(stream, "localhost").await.0, 200),
                _ => assert!(says_hi(&mut stream).await),
            }
        }
        // Without TLS there is no answer.
        let mut plain = TcpStream::connect(served.address).await.unwrap();
        assert!(!says_hi(&mut plain).await);
        assert!(Tls::from_pem(b"no certificate", b"no key").is_err());
    });
}

#[test]
fn mounted_in_a_router() {
    run(async {
        let service = service(Workshop::default(), Policy::new());
        let router = axum::Router::new().route_service("/tools/mcp", service);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        spawn(async move { axum::serve(listener, router).await.unwrap() });
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(echo().replace("/mcp", "/tools/mcp").as_bytes()).await.unwrap();
        assert!(until(&mut client, "\"hi\"").await.starts_with("HTTP/1.1 200"));
        client.write_all(echo().as_bytes()).await.unwrap();
        assert!(until(&mut client, "\r\n\r\n").await.starts_with("HTTP/1.1 404"));
    });
}
