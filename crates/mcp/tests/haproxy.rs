//! Clients behind haproxy, where it is installed. Every address is one of this machine.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pulseengine_mcp::runtime::{block_on, sleep};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use behind_proxy::{CLIENT, LONG, ONE_HUNDRED, OTHER, PROXY, Served, answer, call, connect, origin, start};

mod behind_proxy;

/// haproxy in front of a server, until it is dropped.
struct Haproxy {
    address: SocketAddr,
    process: Child,
    file: PathBuf,
}

impl Haproxy {
    /// `None` where it is not installed. Its connections come from the address of the proxy.
    async fn start(name: &str, served: &Served, frontend: &str, server: &str) -> Option<Self> {
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let file = std::env::temp_dir().join(format!("mcp-{}-{name}.cfg", std::process::id()));
        let time = "timeout connect 5s\n timeout client 30s\n timeout server 30s";
        let to = served.address;
        let text = format!(
            "defaults\n mode http\n {time}\nfrontend f\n bind {address}\n {frontend}\n default_backend b\n\
             backend b\n source {PROXY}\n server s {to} {server}\n"
        );
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new("haproxy");
        command
            .arg("-db")
            .arg("-f")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let Ok(process) = command.spawn() else {
            eprintln!("SKIPPED: haproxy is not installed");
            let _ = std::fs::remove_file(&file);
            return None;
        };
        let started = Self { address, process, file };
        let begun = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            assert!(begun.elapsed() < LONG, "haproxy does not start");
            sleep(Duration::from_millis(20)).await;
        }
        Some(started)
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_file(&self.file);
    }
}

/// Clients at two addresses of this machine are known apart behind haproxy, whatever fields they send.
async fn knows_clients_apart(haproxy: &Haproxy, served: &Served, has_port: bool) {
    let spoof = "x-forwarded-for: 192.0.2.9\r\n";
    for client in [CLIENT, OTHER] {
        for lines in ["", spoof] {
            let mut stream = connect(client, haproxy.address).await;
            let own = stream.local_addr().unwrap();
            let seen = origin(&mut stream, lines).await;
            assert_eq!(seen, SocketAddr::from((client, if has_port { own.port() } else { 0 })).to_string());
        }
    }
    let mut streams = Vec::new();
    for _ in 0..25 {
        let mut stream = connect(CLIENT, haproxy.address).await;
        stream.write_all(call("wait", spoof).as_bytes()).await.unwrap();
        streams.push(stream);
    }
    sleep(Duration::from_millis(500)).await;
    let mut refused = connect(CLIENT, haproxy.address).await;
    refused.write_all(call("origin", "").as_bytes()).await.unwrap();
    assert_eq!(answer(&mut refused).await.0, 429);
    let mut other = connect(OTHER, haproxy.address).await;
    assert!(origin(&mut other, "").await.starts_with("127.0.0.2:"));
    // Without the proxy the server is reached, or not, as if the fields were not there.
    let mut direct = connect(OTHER, served.address).await;
    if !has_port {
        assert_eq!(origin(&mut direct, spoof).await, direct.local_addr().unwrap().to_string());
    }
}

#[test]
fn clients_behind_haproxy_are_known_by_its_field() {
    block_on(async {
        let served = start(ONE_HUNDRED, |listener| listener).await;
        for (name, server) in [("field", ""), ("field-h2", "proto h2")] {
            let Some(haproxy) = Haproxy::start(name, &served, "option forwardfor", server).await else {
                return;
            };
            knows_clients_apart(&haproxy, &served, false).await;
            drop(haproxy);
            sleep(Duration::from_millis(500)).await;
        }
    });
}

#[test]
fn clients_behind_haproxy_are_known_by_the_proxy_protocol() {
    block_on(async {
        let served = start(ONE_HUNDRED, |listener| listener.proxy_protocol(true)).await;
        for (name, frontend, server) in [
            ("v2", "", "send-proxy-v2"),
            ("v2-checked", "", "send-proxy-v2 check inter 200ms"),
            ("v2-crc", "", "send-proxy-v2 proxy-v2-options crc32c,unique-id"),
            ("v2-field", "option forwardfor", "send-proxy-v2"),
        ] {
            let Some(haproxy) = Haproxy::start(name, &served, frontend, server).await else { return };
            knows_clients_apart(&haproxy, &served, true).await;
            drop(haproxy);
            sleep(Duration::from_millis(500)).await;
        }
        let Some(haproxy) = Haproxy::start("v1", &served, "", "send-proxy").await else { return };
        let mut stream = connect(CLIENT, haproxy.address).await;
        stream.write_all(call("origin", "").as_bytes()).await.unwrap();
        assert!(matches!(answer(&mut stream).await.0, 502 | 503));
        served.events.until("version 1 of the PROXY protocol is not served").await;
    });
}
