//! A server that trusts one proxy, and clients at several addresses of this machine.
#![allow(dead_code, reason = "each test uses a part")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pulseengine_mcp::http::{HttpLimits, Listener, Policy, endpoint};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{JoinHandle, sleep, spawn, timeout};
use pulseengine_mcp::{Event, Observer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Of these requests an address gets 25.
pub const ONE_HUNDRED: HttpLimits = HttpLimits { in_flight: 100, ..HttpLimits::DEFAULT };

/// What may take a while on a busy machine.
pub const LONG: Duration = Duration::from_secs(20);
pub const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
pub const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3));

#[derive(Default)]
pub struct Desk;

#[server(name = "desk")]
impl Desk {
    /// Says where the call comes from.
    #[tool]
    fn origin(&self, cx: &Context) -> String {
        cx.http().and_then(|head| head.peer).map_or("unknown".into(), |peer| peer.to_string())
    }

    /// Never answers.
    #[tool]
    async fn wait(&self) -> &'static str {
        std::future::pending().await
    }
}

/// The addresses that an observer sees, and why connections ended.
#[derive(Clone, Default)]
pub struct Events(pub Arc<Mutex<Vec<String>>>);

impl Observer for Events {
    fn observe(&self, event: &Event<'_>) {
        let note = match event {
            Event::ConnectionOpened { peer: Some(peer) } => format!("opened {peer}"),
            Event::ConnectionClosed { peer: Some(peer), error, .. } => {
                let cause = error.as_ref().and_then(std::error::Error::source);
                format!("closed {peer} {}", cause.map_or(String::new(), ToString::to_string))
            }
            Event::Response { request, .. } => format!("response {}", request.peer.unwrap()),
            _ => return,
        };
        self.0.lock().unwrap().push(note);
    }
}

impl Events {
    pub async fn until(&self, wanted: &str) {
        let begun = Instant::now();
        while !self.0.lock().unwrap().iter().any(|event| event.contains(wanted)) {
            assert!(begun.elapsed() < LONG, "no `{wanted}` in {:?}", self.0.lock().unwrap());
            sleep(Duration::from_millis(5)).await;
        }
    }
}

pub struct Served {
    pub address: SocketAddr,
    pub events: Events,
    pub task: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub async fn start(limits: HttpLimits, change: impl FnOnce(Listener) -> Listener) -> Served {
    let listener = Listener::bind("127.0.0.1:0").await.unwrap().trusted_proxies([PROXY.into()]);
    let (listener, events) = (change(listener), Events::default());
    let address = listener.local_addr().unwrap();
    let app = App::of(Desk).observer(events.clone());
    let endpoint = endpoint(app, Policy::new().with_limits(limits));
    Served { address, events, task: spawn(async move { listener.serve(endpoint).await }) }
}

pub fn body(tool: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
    )
}

/// A call with more header lines.
pub fn call(tool: &str, lines: &str) -> String {
    let body = body(tool);
    let length = body.len();
    format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, \
         text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: {tool}\r\n\
         content-length: {length}\r\n{lines}\r\n{body}"
    )
}

pub async fn connect(from: IpAddr, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

/// The status and the text of a response with a length.
pub async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> (u16, String) {
    let mut text = String::new();
    let mut chunk = [0; 4096];
    loop {
        let length = timeout(LONG, stream.read(&mut chunk)).await.unwrap().unwrap_or(0);
        assert!(length > 0, "no answer: {text}");
        text.push_str(&String::from_utf8_lossy(&chunk[..length]));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let announced = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= announced.map_or(0, |length| length.parse().unwrap()) {
            return (head[9..12].parse().unwrap(), text);
        }
    }
}

/// Calls `origin` on a connection; the address that the handler saw.
pub async fn origin(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), lines: &str) -> String {
    stream.write_all(call("origin", lines).as_bytes()).await.unwrap();
    let (status, text) = answer(stream).await;
    assert_eq!(status, 200, "{text}");
    let (_, rest) = text.split_once(r#""text":""#).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}
