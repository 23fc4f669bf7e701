//! Keys of issuers that are fetched over HTTP from a server of this test: right ones, and ones that answer badly.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![cfg(not(target_family = "wasm"))]

mod endpoint;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use endpoint::{Client, app, call};
use pulseengine_mcp_auth::{Issuer, OAuth};
use pulseengine_mcp_runtime::block_on;

/// What a server of documents has received: the heads of requests, with their bodies.
type Seen = Arc<Mutex<Vec<String>>>;

/// Serves every request by that function of its target.
fn serve(respond: impl Fn(SocketAddr, &str) -> Vec<u8> + Send + 'static) -> (SocketAddr, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, seen) = (listener.local_addr().unwrap(), Seen::default());
    let kept = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
            let (mut received, mut buffer) = (Vec::new(), [0; 4096]);
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                received.extend_from_slice(&buffer[..length]);
                if received.starts_with(b"GET") && received.ends_with(b"\r\n\r\n") {
                    break;
                }
            }
            let text = String::from_utf8_lossy(&received).into_owned();
            let target = text.split(' ').nth(1).unwrap_or_default().to_owned();
            kept.lock().unwrap().push(text);
            let _ = stream.write_all(&respond(address, &target));
        }
    });
    (address, seen)
}

fn json(body: &str) -> Vec<u8> {
    document("200 OK", "application/json", body)
}

fn document(status: &str, media_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A server whose issuer is at that address, asked once with a token of that issuer.
fn status(issuer: Issuer, url: &str) -> (u16, String) {
    let client = Client::new(app(OAuth::resource(tokens::RESOURCE).issuer(issuer)));
    let token = endpoint::token(&format!(r#"{{"iss":"{url}"}}"#));
    let answer = block_on(client.send_as(&token, &call("read")));
    (answer.status, answer.body)
}

#[test]
fn keys_are_discovered() {
    let (address, seen) = serve(|address, target| match target {
        "/tenant/.well-known/openid-configuration" => {
            json(&format!(r#"{{"issuer":"http://{address}/tenant","jwks_uri":"http://{address}/jwks"}}"#))
        }
        "/jwks" => document("200 OK", "application/jwk-set+json", tokens::JWKS),
        _ => document("404 Not Found", "text/html", "<html>"),
    });
    let url = format!("http://{address}/tenant");
    assert_eq!(status(Issuer::new(&*url), &url).0, 200);
    let targets: Vec<String> =
        seen.lock().unwrap().iter().map(|request| request.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(
        targets,
        [
            "/.well-known/oauth-authorization-server/tenant",
            "/.well-known/openid-configuration/tenant",
            "/tenant/.well-known/openid-configuration",
            "/jwks",
        ]
    );
    // The caller's token goes nowhere.
    assert!(
        seen.lock().unwrap().iter().all(|request| !request.to_lowercase().contains("\r\nauthorization:"))
    );
}

/// J29: what is too large, too slow, elsewhere or something else gives no keys.
#[test]
fn bad_answers_give_no_keys() {
    let large = format!("{}{}", tokens::JWKS, " ".repeat(10 << 20));
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("10 MiB", json(&large)),
        ("a redirect", b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_vec()),
        ("HTML", document("200 OK", "text/html", tokens::JWKS)),
        ("an error", document("500 Internal Server Error", "application/json", tokens::JWKS)),
        (
            "no media type",
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", tokens::JWKS.len(), tokens::JWKS)
                .into_bytes(),
        ),
        ("cut off", json(tokens::JWKS)[..400].to_vec()),
        ("nothing", Vec::new()),
        ("an empty set", json(r#"{"keys":[]}"#)),
        ("keys twice", json(r#"{"keys":[],"keys":[]}"#)),
        ("too many keys", json(&format!(r#"{{"keys":[{}]}}"#, vec!["{}"; 33].join(",")))),
    ];
    for (name, response) in cases {
        let (address, seen) = serve(move |_, _| response.clone());
        let url = format!("http://{address}");
        let issuer = Issuer::new(&*url).jwks_url(format!("{url}/jwks"));
        let (status, body) = status(issuer, &url);
        assert_eq!(status, 503, "{name}: {body}");
        assert_eq!(seen.lock().unwrap().len(), 1, "{name}");
    }
}

#[test]
fn a_slow_issuer_has_five_seconds() {
    let (address, _) = serve(|_, _| {
        std::thread::sleep(Duration::from_secs(8));
        json(tokens::JWKS)
    });
    let url = format!("http://{address}");
    let began = Instant::now();
    assert_eq!(status(Issuer::new(&*url).jwks_url(format!("{url}/jwks")), &url).0, 503);
    assert!((4..8).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[test]
fn an_opaque_token_is_asked_about_at_its_issuer_only() {
    let (address, seen) = serve(|address, target| match target {
        "/.well-known/oauth-authorization-server" => json(&format!(
            r#"{{"issuer":"http://{address}","introspection_endpoint":"http://{address}/ask"}}"#
        )),
        "/ask" => json(&format!(
            r#"{{"active":true,"sub":"alice","aud":"{}","exp":4000000000,"scope":"files:read"}}"#,
            tokens::RESOURCE
        )),
        _ => document("404 Not Found", "text/html", "<html>"),
    });
    let url = format!("http://{address}");
    let issuer = Issuer::new(&*url).introspect("mcp", "secret");
    let oauth =
        OAuth::resource(tokens::RESOURCE).issuer(issuer).longest_lifetime(Duration::from_secs(u64::MAX / 4));
    let answer = block_on(Client::new(app(oauth)).send_as("opaque-token", &call("read")));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let asked = seen.lock().unwrap()[1].clone();
    assert!(asked.starts_with("POST /ask "), "{asked}");
    assert!(asked.to_lowercase().contains("authorization: basic bwnwonnly3jlda=="), "{asked}");
    assert!(asked.ends_with("token_type_hint=access_token&token=opaque-token"), "{asked}");
}
