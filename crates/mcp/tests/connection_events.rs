//! What an observer and handlers see of native connections: addresses, certificates, bytes, failures.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pulseengine_mcp::http::{HttpLimits, Listener, PeerAddress, Policy, Tls, Tower, endpoint, service};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, spawn, sync::Notify, timeout};
use pulseengine_mcp::{Event, Observer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const LONG: Duration = Duration::from_secs(20);

const BODY: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"NAME","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;

#[derive(Default)]
struct Desk(Arc<Notify>);

#[server(name = "desk")]
impl Desk {
    /// Never ends.
    #[tool]
    async fn forever(&self) -> &'static str {
        self.0.notify_one();
        std::future::pending::<()>().await;
        "never"
    }

    /// What is known of the client.
    #[tool]
    fn client(&self, cx: &Context) -> String {
        let head = cx.http().unwrap();
        let certificate = head.client_certificate.map_or(0, <[u8]>::len);
        format!("{} {certificate}", head.peer.map_or("unknown".into(), |peer| peer.to_string()))
    }
}

#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl Observer for Events {
    fn observe(&self, event: &Event<'_>) {
        let note = match event {
            Event::ConnectionOpened { peer: Some(_) } => "opened".to_owned(),
            Event::ConnectionClosed { received, sent, error, .. } => {
                format!("closed {received} {sent} {}", if error.is_some() { "broken" } else { "well" })
            }
            Event::ConnectionRefused { .. } => "refused".to_owned(),
            Event::TlsFailed { .. } => "no tls".to_owned(),
            _ => return,
        };
        self.0.lock().unwrap().push(note);
    }
}

impl Events {
    async fn until(&self, expected: &str) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let events = self.0.lock().unwrap().clone();
            if events.iter().any(|event| event.starts_with(expected)) {
                return events;
            }
            assert!(begun.elapsed() < LONG, "no `{expected}` in {events:?}");
            sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn start(limits: HttpLimits, tls: Option<Tls>) -> (SocketAddr, Events) {
    let (address, events, _) = started(limits, tls).await;
    (address, events)
}

async fn started(limits: HttpLimits, tls: Option<Tls>) -> (SocketAddr, Events, Arc<Notify>) {
    let events = Events::default();
    let mut listener = Listener::bind("127.0.0.1:0").await.unwrap().limits(limits);
    if let Some(tls) = tls {
        listener = listener.tls(tls);
    }
    let address = listener.local_addr().unwrap();
    let desk = Desk::default();
    let begun = Arc::clone(&desk.0);
    let app = App::of(desk).observer(events.clone());
    spawn(listener.serve(endpoint(app, Policy::new())));
    (address, events, begun)
}

fn request(tool: &str) -> String {
    let body = BODY.replace("NAME", tool);
    let length = body.len();
    format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, \
         text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: {tool}\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

/// Sends a call, and returns the answer.
async fn call(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    let request = request("client");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    let mut chunk = [0; 4096];
    while !text.contains("serverInfo") {
        let length = timeout(LONG, stream.read(&mut chunk)).await.unwrap().unwrap();
        assert!(length > 0, "no answer: {text}");
        text.push_str(&String::from_utf8_lossy(&chunk[..length]));
    }
    text
}

#[test]
fn handlers_see_the_address_and_an_observer_the_connection() {
    block_on(async {
        let (address, events) = start(HttpLimits::DEFAULT, None).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let answer = call(&mut stream).await;
        let own = stream.local_addr().unwrap();
        assert!(answer.contains(&format!("{own} 0")), "{own}: {answer}");
        drop(stream);
        let events = events.until("closed").await;
        let words: Vec<_> = events[1].split(' ').collect();
        assert_eq!((events[0].as_str(), words[2].parse::<usize>().unwrap()), ("opened", answer.len()));
        assert!(words[1].parse::<usize>().unwrap() > BODY.len(), "{events:?}");
        assert_eq!(words[3], "well");
    });
}

#[test]
fn a_connection_too_many_and_one_that_breaks_off_are_reported() {
    block_on(async {
        let (address, events, begun) =
            started(HttpLimits { connections: 1, ..HttpLimits::DEFAULT }, None).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        // A connection that is served is not closed in favour of another one.
        first.write_all(request("forever").as_bytes()).await.unwrap();
        timeout(LONG, begun.notified()).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        let mut answer = String::new();
        second.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        events.until("refused").await;
        drop(first);
        events.until("closed").await;
        events.0.lock().unwrap().clear();
        let mut third = TcpStream::connect(address).await.unwrap();
        third.write_all(b"no head at all\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        third.read_to_string(&mut answer).await.unwrap();
        let events = events.until("closed").await;
        assert!(events.last().unwrap().ends_with("broken"), "{events:?}");
    });
}

#[test]
fn a_client_authenticates_itself_with_a_certificate() {
    block_on(async {
        let server = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let client = rcgen::generate_simple_self_signed(["client".to_owned()]).unwrap();
        let (certificate, key) = (server.cert.pem(), server.signing_key.serialize_pem());
        let tls = Tls::mutual_from_pem(certificate.as_bytes(), key.as_bytes(), client.cert.pem().as_bytes());
        let (address, events) = start(HttpLimits::DEFAULT, Some(tls.unwrap())).await;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(server.cert.der().to_vec())).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let without = builder.clone().with_no_client_auth();
        let own = CertificateDer::from(client.cert.der().to_vec());
        let key = PrivateKeyDer::try_from(client.signing_key.serialize_der()).unwrap();
        let with = builder.with_client_auth_cert(vec![own.clone()], key).unwrap();
        let connect = async |config: ClientConfig| {
            let stream = TcpStream::connect(address).await.unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            TlsConnector::from(Arc::new(config)).connect(name, stream).await
        };
        let mut stream = connect(with).await.unwrap();
        let answer = call(&mut stream).await;
        assert!(answer.contains(&format!(" {}\"", own.len())), "{}: {answer}", own.len());
        // In TLS 1.3 the client learns of the refusal when it reads.
        if let Ok(mut stream) = connect(without).await {
            let mut answer = String::new();
            assert!(stream.read_to_string(&mut answer).await.is_err(), "{answer}");
        }
        events.until("no tls").await;
        assert!(Tls::mutual_from_pem(certificate.as_bytes(), b"", b"").is_err());
    });
}

#[test]
fn a_router_behind_a_listener_passes_the_address_on() {
    block_on(async {
        let events = Events::default();
        let router =
            axum::Router::new().route_service("/mcp", service(Desk::default(), Policy::new())).route(
                "/address",
                axum::routing::get(
                    |axum::Extension(PeerAddress(address))| async move { address.to_string() },
                ),
            );
        let listener = Listener::bind("127.0.0.1:0").await.unwrap().observer(Arc::new(events.clone()));
        let address = listener.local_addr().unwrap();
        spawn(listener.serve(Tower(router)));
        let mut stream = TcpStream::connect(address).await.unwrap();
        let own = stream.local_addr().unwrap();
        assert!(call(&mut stream).await.contains(&format!("{own} 0")));
        stream
            .write_all(b"GET /address HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with(&own.to_string()), "{answer}");
        events.until("closed").await;
    });
}
