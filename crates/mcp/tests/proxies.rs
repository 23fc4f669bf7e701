//! Clients behind proxies: which address counts, what each gets its share of, and what clients that make up a proxy's words
//! achieve. Every address is one of this machine.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pulseengine_mcp::http::{HttpLimits, Listener, PeerAddress, Tls, Tower};
use pulseengine_mcp::runtime::{JoinHandle, block_on, sleep, spawn, timeout};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use behind_proxy::{
    CLIENT, Events, LONG, ONE_HUNDRED, PROXY, Served, answer, body, call, connect, origin, start,
};

mod behind_proxy;

/// A call that is not answered, from there; `false` if it is refused.
async fn is_held(from: IpAddr, served: &Served, lines: &str) -> (bool, TcpStream) {
    let mut stream = connect(from, served.address).await;
    stream.write_all(call("wait", lines).as_bytes()).await.unwrap();
    let held = timeout(Duration::from_millis(300), stream.readable()).await.is_err();
    if !held {
        assert_eq!(answer(&mut stream).await.0, 429);
    }
    (held, stream)
}

/// How many of 30 calls are held that an address sends, of which each has other lines.
async fn held_of_30(
    from: IpAddr,
    served: &Served,
    lines: impl Fn(usize) -> String,
) -> (usize, Vec<TcpStream>) {
    let mut streams = Vec::new();
    for number in 0..30 {
        let mut stream = connect(from, served.address).await;
        stream.write_all(call("wait", &lines(number)).as_bytes()).await.unwrap();
        streams.push(stream);
    }
    sleep(Duration::from_millis(500)).await;
    let mut held = 0;
    for stream in &streams {
        held += usize::from(timeout(Duration::from_millis(5), stream.readable()).await.is_err());
    }
    (held, streams)
}

/// A header of the PROXY protocol for a client at that address.
fn header(client: SocketAddr) -> Vec<u8> {
    let SocketAddr::V4(client) = client else { panic!("{client}") };
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0f".to_vec();
    header.extend_from_slice(&client.ip().octets());
    header.extend_from_slice(&[127, 0, 0, 1]);
    header.extend_from_slice(&client.port().to_be_bytes());
    header.extend_from_slice(&[0, 80, 4, 0, 0]);
    header
}

#[test]
fn the_fields_of_a_trusted_proxy_name_the_client_of_each_request() {
    block_on(async {
        let served = start(HttpLimits::DEFAULT, |listener| listener).await;
        let mut stream = connect(PROXY, served.address).await;
        let proxy = stream.local_addr().unwrap().to_string();
        for (lines, client) in [
            ("x-forwarded-for: 6.6.6.6, 192.0.2.1\r\n", "192.0.2.1:0"),
            ("Forwarded: for=6.6.6.6\r\nForwarded: for=\"192.0.2.2:4711\";proto=https\r\n", "192.0.2.2:4711"),
            ("x-forwarded-for: 192.0.2.3\r\nx-forwarded-for: 127.0.0.3\r\n", "192.0.2.3:0"),
            ("", &proxy),
            ("x-forwarded-for: unknown\r\n", &proxy),
            ("x-forwarded-for: 192.0.2.4\r\nforwarded: for=192.0.2.5\r\n", &proxy),
        ] {
            assert_eq!(origin(&mut stream, lines).await, client, "{lines}");
            served.events.until(&format!("response {client}")).await;
        }
        served.events.until(&format!("opened {proxy}")).await;
    });
}

#[test]
fn clients_behind_one_proxy_have_shares_of_their_own() {
    block_on(async {
        let served = start(ONE_HUNDRED, |listener| listener).await;
        let from = |client: &str| format!("x-forwarded-for: {client}\r\n");
        let (held, _streams) = held_of_30(PROXY, &served, |_| from("192.0.2.1")).await;
        assert_eq!(held, 25);
        assert!(!is_held(PROXY, &served, &from("192.0.2.1")).await.0);
        assert!(is_held(PROXY, &served, &from("192.0.2.2")).await.0);
        assert!(is_held(CLIENT, &served, "").await.0);
    });
}

#[test]
fn a_client_that_is_no_proxy_cannot_change_its_address() {
    block_on(async {
        let served = start(ONE_HUNDRED, |listener| listener).await;
        let mut stream = connect(CLIENT, served.address).await;
        let own = stream.local_addr().unwrap().to_string();
        for lines in
            ["x-forwarded-for: 192.0.2.1\r\n", "forwarded: for=192.0.2.1\r\n", "forwarded: for=127.0.0.3\r\n"]
        {
            assert_eq!(origin(&mut stream, lines).await, own);
        }
        let lines =
            |number| format!("x-forwarded-for: 192.0.2.{number}\r\nforwarded: for=192.0.2.{number}\r\n");
        assert_eq!(held_of_30(CLIENT, &served, lines).await.0, 25);
    });
}

#[test]
fn the_streams_of_a_proxy_s_connection_are_those_of_its_clients() {
    block_on(async {
        let served = start(ONE_HUNDRED, |listener| listener).await;
        let io = TokioIo::new(connect(PROXY, served.address).await);
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
        spawn(connection);
        let send = |tool: &str, client: &str| {
            let request = hyper::Request::post(format!("http://{}/mcp", served.address))
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream")
                .header("mcp-protocol-version", "2026-07-28")
                .header("mcp-method", "tools/call")
                .header("mcp-name", tool)
                .header("forwarded", format!("for={client}"))
                .body(Full::new(Bytes::from(body(tool))))
                .unwrap();
            let mut sender = sender.clone();
            spawn(async move {
                sender.ready().await?;
                sender.send_request(request).await
            })
        };
        let mut sent = Vec::new();
        for _ in 0..26 {
            sent.push(send("wait", "192.0.2.1"));
        }
        let refused = timeout(LONG, async {
            loop {
                if let Some(at) = sent.iter().position(JoinHandle::is_finished) {
                    return sent.swap_remove(at).await.unwrap().unwrap();
                }
                sleep(Duration::from_millis(5)).await;
            }
        });
        assert_eq!(refused.await.unwrap().status(), 429);
        for client in ["192.0.2.2", "192.0.2.3"] {
            let served = timeout(LONG, send("origin", client)).await.unwrap().unwrap().unwrap();
            assert_eq!(served.status(), 200);
            let body = served.into_body().collect().await.unwrap().to_bytes();
            assert!(String::from_utf8_lossy(&body).contains(&format!("\"{client}:0\"")), "{body:?}");
        }
    });
}

#[test]
fn a_trusted_proxy_has_no_share_of_the_connections() {
    block_on(async {
        let served = start(HttpLimits { connections: 80, ..HttpLimits::DEFAULT }, |listener| listener).await;
        let mut held = Vec::new();
        // A share is 20, and 20 are left for others.
        for number in 0..79 {
            let mut stream = connect(PROXY, served.address).await;
            let lines = format!("x-forwarded-for: 192.0.2.{number}\r\n");
            stream.write_all(call("wait", &lines).as_bytes()).await.unwrap();
            held.push(stream);
        }
        let mut idle = connect(PROXY, served.address).await;
        assert_eq!(origin(&mut idle, "x-forwarded-for: 192.0.2.200\r\n").await, "192.0.2.200:0");
        // All are taken: the idle one makes room.
        let mut last = connect(PROXY, served.address).await;
        assert_eq!(origin(&mut last, "x-forwarded-for: 192.0.2.201\r\n").await, "192.0.2.201:0");
        assert_eq!(timeout(LONG, idle.read(&mut [0])).await.unwrap().unwrap_or(0), 0);
    });
}

#[test]
fn the_proxy_protocol_names_the_client_of_a_connection() {
    block_on(async {
        let served = start(HttpLimits::DEFAULT, |listener| listener.proxy_protocol(true)).await;
        let spoof = "x-forwarded-for: 192.0.2.9\r\nforwarded: for=192.0.2.9\r\n";
        let mut stream = connect(PROXY, served.address).await;
        stream.write_all(&header("192.0.2.1:4711".parse().unwrap())).await.unwrap();
        for lines in ["", spoof] {
            assert_eq!(origin(&mut stream, lines).await, "192.0.2.1:4711");
        }
        served.events.until("opened 192.0.2.1:4711").await;
        drop(stream);
        served.events.until("closed 192.0.2.1:4711 ").await;
        // The client is a trusted proxy of HTTP.
        let mut stream = connect(PROXY, served.address).await;
        stream.write_all(&header("127.0.0.3:4711".parse().unwrap())).await.unwrap();
        assert_eq!(origin(&mut stream, spoof).await, "192.0.2.9:0");
        assert_eq!(origin(&mut stream, "").await, "127.0.0.3:4711");
        // The proxy itself, and a client without an address.
        for kind in [b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", b"\r\n\r\n\0\r\nQUIT\n\x21\0\0\0"] {
            let mut stream = connect(PROXY, served.address).await;
            stream.write_all(kind).await.unwrap();
            assert_eq!(origin(&mut stream, spoof).await, stream.local_addr().unwrap().to_string());
        }
    });
}

#[test]
fn what_does_not_begin_with_the_proxy_protocol_is_closed() {
    block_on(async {
        let limits = HttpLimits { head_time: Duration::from_millis(600), ..HttpLimits::DEFAULT };
        let served = start(limits, |listener| listener.proxy_protocol(true)).await;
        let good = header("192.0.2.1:4711".parse().unwrap());
        let request = call("origin", "");
        for (from, bytes, reason) in [
            (CLIENT, good.as_slice(), "the connection does not come from a trusted proxy"),
            (CLIENT, request.as_bytes(), "the connection does not come from a trusted proxy"),
            (
                PROXY,
                b"PROXY TCP4 192.0.2.1 127.0.0.1 1 2\r\n",
                "version 1 of the PROXY protocol is not served",
            ),
            (
                PROXY,
                request.as_bytes(),
                "the connection does not begin with a header of the PROXY protocol, version 2",
            ),
            (PROXY, &good[..20], ""),
            (PROXY, b"", ""),
        ] {
            let mut stream = connect(from, served.address).await;
            let (own, began) = (stream.local_addr().unwrap(), Instant::now());
            // The server may have closed it.
            let _ = stream.write_all(bytes).await;
            let mut answer = Vec::new();
            let _ = timeout(LONG, stream.read_to_end(&mut answer)).await.unwrap();
            assert_eq!(answer, b"");
            served.events.until(&format!("opened {own}")).await;
            served.events.until(&format!("closed {own} {reason}")).await;
            assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
        }
    });
}

#[test]
fn the_proxy_protocol_comes_before_tls() {
    block_on(async {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let tls =
            Tls::from_pem(own.cert.pem().as_bytes(), own.signing_key.serialize_pem().as_bytes()).unwrap();
        let served = start(HttpLimits::DEFAULT, |listener| listener.tls(tls).proxy_protocol(true)).await;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(own.cert.der().to_vec())).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut stream = connect(PROXY, served.address).await;
        stream.write_all(&header("192.0.2.1:4711".parse().unwrap())).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        assert_eq!(origin(&mut stream, "").await, "192.0.2.1:4711");
    });
}

#[test]
fn a_client_of_the_proxy_protocol_that_has_the_most_connections_loses_one() {
    block_on(async {
        let limits = HttpLimits { connections: 80, ..HttpLimits::DEFAULT };
        let served = start(limits, |listener| listener.proxy_protocol(true)).await;
        let mut polite = connect(PROXY, served.address).await;
        polite.write_all(&header("192.0.2.1:1".parse().unwrap())).await.unwrap();
        assert_eq!(origin(&mut polite, "").await, "192.0.2.1:1");
        let mut greedy = Vec::new();
        for port in 1..80 {
            let mut stream = connect(PROXY, served.address).await;
            stream.write_all(&header(SocketAddr::from(([192, 0, 2, 2], port)))).await.unwrap();
            assert_eq!(origin(&mut stream, "").await, format!("192.0.2.2:{port}"));
            greedy.push(stream);
        }
        let mut next = connect(PROXY, served.address).await;
        next.write_all(&header("192.0.2.3:1".parse().unwrap())).await.unwrap();
        assert_eq!(origin(&mut next, "").await, "192.0.2.3:1");
        assert_eq!(origin(&mut polite, "").await, "192.0.2.1:1");
        let (mut open, begun) = (79, Instant::now());
        while open == 79 {
            assert!(begun.elapsed() < LONG);
            open = 0;
            for stream in &greedy {
                open += usize::from(timeout(Duration::from_millis(1), stream.readable()).await.is_err());
            }
        }
        assert_eq!(open, 78);
    });
}

#[test]
fn a_router_sees_the_client_too() {
    block_on(async {
        let router = axum::Router::new().route(
            "/mcp",
            axum::routing::post(|axum::Extension(PeerAddress(address))| async move {
                format!(r#""text":"{address}""#)
            }),
        );
        let listener = Listener::bind("127.0.0.1:0").await.unwrap().trusted_proxies([PROXY.into()]);
        let address = listener.local_addr().unwrap();
        let served =
            Served { address, events: Events::default(), task: spawn(listener.serve(Tower(router))) };
        let mut stream = connect(PROXY, served.address).await;
        assert_eq!(origin(&mut stream, "x-forwarded-for: 192.0.2.1\r\n").await, "192.0.2.1:0");
    });
}
