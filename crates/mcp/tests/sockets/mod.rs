//! A server on a socket, and a client that sends any bytes.
#![allow(dead_code, reason = "each test uses a part")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use pulseengine_mcp::Server;
use pulseengine_mcp::http::{HttpLimits, Listener, Policy, endpoint};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{block_on, sleep, sync::oneshot};
use serde_json::Value;

pub struct Workshop;

#[server(name = "workshop")]
impl Workshop {
    /// Echoes.
    #[tool]
    fn echo(&self, message: String) -> String {
        message
    }

    /// Says the region, which a header repeats.
    #[tool]
    fn region(&self, #[schema(header = "Region")] region: String) -> String {
        region
    }

    /// Reports progress for a while.
    #[tool]
    async fn steps(&self, count: u32, cx: &Context) -> &'static str {
        for step in 0..count {
            cx.progress(f64::from(step), None).await;
            sleep(Duration::from_millis(2)).await;
        }
        "stepped"
    }
}

/// A server that serves until it is dropped.
pub struct Served {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    pub fn start(limits: HttpLimits) -> Self {
        Self::of(Workshop, limits)
    }

    pub fn of(server: impl Into<Server> + Send + 'static, limits: HttpLimits) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (ready, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            block_on(async move {
                let listener = Listener::bind("127.0.0.1:0").await.unwrap();
                ready.send(listener.local_addr().unwrap()).unwrap();
                let endpoint = endpoint(server, Policy::new().with_limits(limits));
                let stop = async { drop(stopped.await) };
                listener.serve_until(endpoint, stop).await;
            });
        });
        Self { address: address.recv().unwrap(), stop: Some(stop), thread: Some(thread) }
    }

    pub fn connect(&self) -> Client {
        Client::to(self.address)
    }

    /// Stops it and waits for its end.
    pub fn stop(mut self) {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

/// One connection.
pub struct Client {
    pub stream: TcpStream,
    read: Vec<u8>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The code of the JSON-RPC error, 0 when there is none.
    pub fn code(&self) -> i64 {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["error"]["code"].as_i64().unwrap_or(0)
    }
}

impl Client {
    pub fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: Vec::new() }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        // The server may have answered and closed in the middle of what it will not read.
        let _ = self.stream.write_all(bytes);
    }

    fn more(&mut self) -> bool {
        let mut chunk = [0; 16 * 1024];
        match self.stream.read(&mut chunk) {
            Ok(0) | Err(_) => false,
            Ok(n) => {
                self.read.extend_from_slice(&chunk[..n]);
                true
            }
        }
    }

    /// The next response with a length; `None`: the connection has ended.
    pub fn answer(&mut self) -> Option<Answer> {
        loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = String::from_utf8(self.read.drain(..end + 4).collect()).unwrap().to_lowercase();
                let status = head.split(' ').nth(1)?.parse().unwrap();
                if status == 100 {
                    continue;
                }
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                let length = length.map_or(0, |length| length.parse().unwrap());
                while self.read.len() < length {
                    if !self.more() {
                        return None;
                    }
                }
                let body = String::from_utf8(self.read.drain(..length).collect()).unwrap();
                return Some(Answer { status, head, body });
            }
            if !self.more() {
                return None;
            }
        }
    }

    /// All that comes until the connection ends.
    pub fn rest(&mut self) -> String {
        while self.more() {}
        String::from_utf8_lossy(&self.read).into_owned()
    }
}

pub const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"progressToken":1}"#;

/// The body of a call.
pub fn call(tool: &str, arguments: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments},{META}}}}}"#
    )
}

/// The fields of a call in good order, without those about its length.
pub fn fields(tool: &str) -> Vec<(String, String)> {
    [
        ("host", "localhost"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", tool),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// A request as bytes.
pub fn request(line: &str, fields: &[(String, String)], body: &str) -> Vec<u8> {
    let mut text = format!("{line}\r\n");
    for (name, value) in fields {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    text.into_bytes()
}

/// A call in good order.
pub fn good() -> Vec<u8> {
    request("POST /mcp HTTP/1.1", &fields("echo"), &call("echo", r#"{"message":"a"}"#))
}
