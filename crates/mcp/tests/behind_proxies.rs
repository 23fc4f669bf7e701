//! A call that says nothing for longer than the proxies on the way wait: nginx and haproxy between the client and the server.
//! With `MCP_FULL` set, with the times that servers and proxies have by default: 90 seconds.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "what is skipped is said")]

mod sockets;

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use pulseengine_mcp::http::HttpLimits;
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::sleep;
use sockets::{Served, call, fields, request};

struct Oracle;

#[server(name = "oracle")]
impl Oracle {
    /// Says nothing for a while.
    #[tool]
    async fn ponder(&self, millis: u64) -> String {
        sleep(Duration::from_millis(millis)).await;
        "pondered".into()
    }
}

/// The times of a run.
struct Times {
    limits: HttpLimits,
    call: Duration,
    /// How long a proxy waits, if it is to be set.
    proxy: Option<Duration>,
}

fn times() -> Times {
    if std::env::var_os("MCP_FULL").is_some() {
        return Times { limits: HttpLimits::DEFAULT, call: Duration::from_secs(90), proxy: None };
    }
    let limits = HttpLimits {
        quiet_time: Duration::from_millis(200),
        keep_alive: Duration::from_millis(300),
        ..HttpLimits::DEFAULT
    };
    Times { limits, call: Duration::from_secs(3), proxy: Some(Duration::from_secs(1)) }
}

/// A proxy that listens at a socket of the file system. It ends when this is dropped.
struct Proxy {
    process: Child,
    folder: PathBuf,
    socket: PathBuf,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Proxy {
    /// `None`: the program is not installed.
    fn start(program: &str, arguments: &[&str], configuration: impl FnOnce(&Path) -> String) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("mcp-{program}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (file, socket) = (folder.join("configuration"), folder.join("socket"));
        std::fs::write(&file, configuration(&folder)).unwrap();
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let started = Command::new(program)
            .env("PATH", path)
            .args(arguments)
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = started else {
            assert!(
                std::env::var_os("CI").is_none(),
                "{program} is not installed: apt-get install {program}"
            );
            eprintln!("skipped: {program} is not installed");
            let _ = std::fs::remove_dir_all(&folder);
            return None;
        };
        let proxy = Self { process, folder, socket };
        let began = Instant::now();
        while UnixStream::connect(&proxy.socket).is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "{program} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Some(proxy)
    }

    fn nginx(server: SocketAddr, wait: Option<Duration>) -> Option<Self> {
        let wait = wait.map_or_else(String::new, |wait| format!("proxy_read_timeout {}s;", wait.as_secs()));
        Self::start("nginx", &["-e", "/dev/null", "-c"], |folder| {
            let folder = folder.display();
            format!(
                "daemon off; master_process off; pid {folder}/pid; events {{}}\n\
                 http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n\
                 fastcgi_temp_path {folder}/f; scgi_temp_path {folder}/s; uwsgi_temp_path {folder}/u;\n\
                 server {{ listen unix:{folder}/socket; location / {{ proxy_pass http://{server};\n\
                 proxy_http_version 1.1; proxy_set_header Connection \"\"; {wait} }} }} }}\n"
            )
        })
    }

    fn haproxy(server: SocketAddr, wait: Option<Duration>) -> Option<Self> {
        let wait = wait.unwrap_or(Duration::from_secs(60)).as_secs();
        Self::start("haproxy", &["-f"], |folder| {
            format!(
                "defaults\n mode http\n timeout connect 5s\n timeout client {wait}s\n timeout server {wait}s\n\
                 frontend all\n bind unix@{}/socket\n default_backend servers\n\
                 backend servers\n server one {server}\n",
                folder.display()
            )
        })
    }
}

/// The response to a request, when the connection has ended.
fn exchange(socket: &Path, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut text = Vec::new();
    // A proxy may reset the connection after the last byte.
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn post(more: &[(&str, &str)], body: &str) -> Vec<u8> {
    let fields = [
        ("host", "localhost"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("connection", "close"),
    ];
    let fields: Vec<_> =
        fields.iter().chain(more).map(|(name, value)| ((*name).into(), (*value).into())).collect();
    request("POST /mcp HTTP/1.1", &fields, body)
}

/// The request of a silent call, in a session and without one.
fn calls(socket: &Path, time: Duration) -> [Vec<u8>; 2] {
    let millis = time.as_millis();
    let initialize = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#;
    let begun = exchange(socket, &post(&[], initialize)).to_lowercase();
    let session = begun.lines().find_map(|line| line.strip_prefix("mcp-session-id: ")).unwrap().to_owned();
    let of_session = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"ponder","arguments":{{"millis":{millis}}}}}}}"#
    );
    let mut stateless = fields("ponder");
    stateless.push(("connection".into(), "close".into()));
    [
        post(&[("mcp-session-id", &session), ("mcp-protocol-version", "2025-11-25")], &of_session),
        request("POST /mcp HTTP/1.1", &stateless, &call("ponder", &format!(r#"{{"millis":{millis}}}"#))),
    ]
}

fn is_not_cut(start: fn(SocketAddr, Option<Duration>) -> Option<Proxy>) {
    let times = times();
    let served = Served::of(Oracle, times.limits);
    let Some(proxy) = start(served.address, times.proxy) else { return };
    let calls = calls(&proxy.socket, times.call);
    let began = Instant::now();
    let waiting = calls.map(|call| {
        let socket = proxy.socket.clone();
        thread::spawn(move || exchange(&socket, &call))
    });
    for call in waiting {
        let response = call.join().unwrap();
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
        assert!(response.contains("pondered"), "{response}");
        let comments = response.lines().filter(|line| line.starts_with(':')).count();
        assert!(comments >= 4, "{response}");
    }
    assert!(began.elapsed() >= times.call);
    drop(proxy);
    served.stop();
}

#[test]
fn nginx_does_not_cut_a_silent_call() {
    is_not_cut(Proxy::nginx);
}

#[test]
fn haproxy_does_not_cut_a_silent_call() {
    is_not_cut(Proxy::haproxy);
}
