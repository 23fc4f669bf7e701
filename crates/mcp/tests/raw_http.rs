//! Requests as bytes on a socket: heads, framing, hosts and origins, and what comes of the connection.
//!
//! After every case a good request has to be answered, on the same connection where that stays usable.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod sockets;

use pulseengine_mcp::http::HttpLimits;
use sockets::{Served, call, fields, good, request};

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Usable,
    Closed,
}
use Then::{Closed, Usable};

/// Sends bytes on a connection of their own; the status and code have to be those, and so the fate of the connection.
fn check(server: &Served, title: &str, bytes: &[u8], status: u16, code: i64, then: Then) {
    let mut client = server.connect();
    client.send(bytes);
    let answer = client.answer().unwrap_or_else(|| panic!("{title}: no answer"));
    assert_eq!((answer.status, answer.code()), (status, code), "{title}: {answer:?}");
    client.send(&good());
    let next = client.answer().map(|answer| answer.status);
    assert_eq!(next, (then == Usable).then_some(200), "{title}: the connection after {answer:?}");
    let mut other = server.connect();
    other.send(&good());
    assert_eq!(other.answer().unwrap().status, 200, "{title}: another connection");
}

/// Fields of the good request, with some replaced (`""` as name of a pair: taken out).
fn with(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all = fields("echo");
    for (name, _) in changes {
        all.retain(|(known, _)| !known.eq_ignore_ascii_case(name.trim_start_matches('-')));
    }
    let added = changes.iter().filter(|(name, _)| !name.starts_with('-'));
    all.extend(added.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    all
}

const ECHO: &str = r#"{"message":"a"}"#;

#[test]
fn hosts_and_origins() {
    let server = Served::start(HttpLimits::DEFAULT);
    let hosts: &[(&str, u16)] = &[
        ("localhost", 200),
        ("LocalHost", 200),
        ("localhost:80", 200),
        ("localhost:65535", 200),
        ("localhost:0", 200),
        ("localhost:", 200),
        ("127.0.0.1", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]", 200),
        ("[::1]:8080", 200),
        ("localhost:65536", 400),
        ("localhost:80a", 400),
        ("localhost:-1", 400),
        ("localhost:80:80", 400),
        ("localhost:80@evil.example", 400),
        ("user@localhost", 400),
        ("user:word@localhost", 400),
        ("localhost/", 400),
        ("localhost#x", 400),
        ("localhost\\.evil.example", 400),
        ("local host", 400),
        ("[::1", 400),
        ("::1", 400),
        ("[::1]x", 400),
        ("[]", 400),
        ("[fe80::1%25lo]", 400),
        ("", 400),
        (":80", 400),
        ("localhost,evil.example", 400),
        ("localhost.", 403),
        ("localhost.evil.example", 403),
        ("evil.example", 403),
        ("evil.example:80", 403),
        ("127.0.0.1.nip.io", 403),
        ("127.0.0.2", 403),
        ("127.1", 403),
        ("2130706433", 403),
        ("0x7f000001", 403),
        ("0177.0.0.1", 403),
        ("0.0.0.0", 403),
        ("[::]", 403),
        ("[::ffff:127.0.0.1]", 403),
        ("[0:0:0:0:0:0:0:1]", 403),
        ("xn--lcalhost-54a.example", 403),
        ("169.254.169.254", 403),
    ];
    for (host, status) in hosts {
        let bytes = request("POST /mcp HTTP/1.1", &with(&[("host", host)]), &call("echo", ECHO));
        let code = if *status == 200 { 0 } else { -32600 };
        // What is refused with its body unread ends the connection.
        let then = if *status == 200 { Usable } else { Closed };
        check(&server, &format!("Host: {host}"), &bytes, *status, code, then);
    }
    let origins: &[(&str, u16)] = &[
        ("http://localhost", 200),
        ("http://localhost:5173", 200),
        ("https://localhost", 200),
        ("HTTP://LOCALHOST", 200),
        ("http://127.0.0.1:3000", 200),
        ("http://[::1]:3000", 200),
        ("null", 403),
        ("", 403),
        ("localhost", 403),
        ("//localhost", 403),
        ("file://", 403),
        ("ftp://localhost", 403),
        ("chrome-extension://abcdef", 403),
        ("http://evil.example", 403),
        ("http://localhost.evil.example", 403),
        ("http://localhost@evil.example", 403),
        ("http://evil.example#localhost", 403),
        ("http://localhost/", 403),
        ("http://localhost/path", 403),
        ("http://localhost, http://evil.example", 403),
        ("http://127.0.0.1.nip.io", 403),
        ("http://2130706433", 403),
        ("javascript:alert(1)", 403),
    ];
    for (origin, status) in origins {
        let bytes = request("POST /mcp HTTP/1.1", &with(&[("origin", origin)]), &call("echo", ECHO));
        let (code, then) = if *status == 200 { (0, Usable) } else { (-32600, Closed) };
        check(&server, &format!("Origin: {origin}"), &bytes, *status, code, then);
    }
    for (title, changes, status) in [
        ("no Host", vec![("-host", "")], 400),
        ("two Hosts", vec![("host", "localhost"), ("Host", "localhost")], 400),
        ("two Origins", vec![("origin", "http://localhost"), ("Origin", "http://localhost")], 403),
    ] {
        let bytes = request("POST /mcp HTTP/1.1", &with(&changes), &call("echo", ECHO));
        check(&server, title, &bytes, status, -32600, Closed);
    }
    for (target, host, status) in [
        ("http://localhost/mcp", "localhost", 200),
        ("http://evil.example/mcp", "localhost", 403),
        ("http://localhost/mcp", "127.0.0.1", 400),
        ("http://localhost/other", "localhost", 404),
    ] {
        let line = format!("POST {target} HTTP/1.1");
        let bytes = request(&line, &with(&[("host", host)]), &call("echo", ECHO));
        let (code, then) = if status == 200 { (0, Usable) } else { (-32600, Closed) };
        check(&server, &format!("{target} for {host}"), &bytes, status, code, then);
    }
    server.stop();
}

/// Changed fields, and the status and code that come of them.
type Fields<'a> = (&'a [(&'a str, &'a str)], u16, i64);

#[test]
fn fields_methods_and_paths() {
    let server = Served::start(HttpLimits::DEFAULT);
    let fields: &[Fields<'_>] = &[
        (&[("MCP-METHOD", "tools/call")], 200, 0),
        (&[("mcp-method", "  tools/call\t")], 200, 0),
        (&[("-mcp-method", "")], 400, -32020),
        (&[("mcp-method", "")], 400, -32020),
        (&[("mcp-method", "tools/list")], 400, -32020),
        (&[("mcp-method", "Tools/call")], 400, -32020),
        (&[("mcp-method", "tools/call"), ("Mcp-Method", "tools/call")], 400, -32020),
        (&[("mcp-method", "tools/call, tools/call")], 400, -32020),
        (&[("mcp-method", "=?base64?dG9vbHMvY2FsbA==?=")], 400, -32020),
        (&[("mcp_method", "tools/call"), ("-mcp-method", "")], 400, -32020),
        (&[("-mcp-name", "")], 400, -32020),
        (&[("mcp-name", "")], 400, -32020),
        (&[("mcp-name", "Echo")], 400, -32020),
        (&[("mcp-name", "echo"), ("Mcp-Name", "echo")], 400, -32020),
        (&[("mcp-name", "=?base64?ZWNobw==?=")], 200, 0),
        (&[("mcp-name", "=?base64?ZWNobw?=")], 400, -32020),
        (&[("mcp-name", "=?base64?ZWN!bw==?=")], 400, -32020),
        (&[("mcp-name", "=?BASE64?ZWNobw==?=")], 400, -32020),
        (&[("mcp-name", "=?base64?ZWNobw==")], 400, -32020),
        (&[("mcp-name", "=?base64??=")], 400, -32020),
        (&[("mcp-name", "\u{e9}cho")], 400, -32020),
        (&[("-mcp-protocol-version", "")], 400, -32020),
        (&[("mcp-protocol-version", "2025-11-25")], 400, -32020),
        (&[("mcp-protocol-version", "2026-07-28 ")], 200, 0),
        (&[("mcp-protocol-version", "v1")], 400, -32020),
        (&[("mcp-protocol-version", "")], 400, -32020),
        (&[("mcp-protocol-version", "2026-07-28"), ("MCP-Protocol-Version", "2026-07-28")], 400, -32020),
        (&[("mcp-session-id", "whatever")], 200, 0),
        (&[("last-event-id", "1-1")], 200, 0),
        (&[("mcp-param-region", "x")], 200, 0),
        (&[("-accept", "")], 406, -32600),
        (&[("accept", "")], 406, -32600),
        (&[("accept", "application/json")], 406, -32600),
        (&[("accept", "text/event-stream")], 406, -32600),
        (&[("accept", "text/html")], 406, -32600),
        (&[("accept", "application/json, text/event-stream;q=0")], 406, -32600),
        (&[("accept", "*/*")], 200, 0),
        (&[("accept", "application/json"), ("Accept", "text/event-stream")], 200, 0),
        (&[("accept", "APPLICATION/JSON;q=0.5 , TEXT/EVENT-STREAM")], 200, 0),
        (&[("-content-type", "")], 415, -32600),
        (&[("content-type", "")], 415, -32600),
        (&[("content-type", "text/plain")], 415, -32600),
        (&[("content-type", "application/x-www-form-urlencoded")], 415, -32600),
        (&[("content-type", "multipart/form-data; boundary=x")], 415, -32600),
        (&[("content-type", "application/json; charset=latin1")], 415, -32600),
        (&[("content-type", "application/json; charset=utf-8")], 200, 0),
        (&[("content-type", "Application/JSON")], 200, 0),
        (&[("content-type", "application/json"), ("Content-Type", "application/json")], 415, -32600),
        (&[("content-encoding", "gzip")], 415, -32600),
        (&[("content-encoding", "identity")], 200, 0),
    ];
    for (changes, status, code) in fields {
        let bytes = request("POST /mcp HTTP/1.1", &with(changes), &call("echo", ECHO));
        let unread = matches!(status, 406 | 415)
            || changes.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case("mcp-protocol-version") && !value.is_empty() && changes.len() > 1
            });
        let then = if unread { Closed } else { Usable };
        check(&server, &format!("{changes:?}"), &bytes, *status, *code, then);
    }
    for (tool, region, status, code) in [
        ("region", Some("us"), 200, 0),
        ("region", Some("=?base64?dXM=?="), 200, 0),
        ("region", Some("US"), 400, -32020),
        ("region", Some("=?base64?dXM?="), 400, -32020),
        ("region", None, 400, -32020),
    ] {
        let mut all = sockets::fields(tool);
        all.extend(region.map(|region| ("Mcp-Param-Region".to_owned(), region.to_owned())));
        let bytes = request("POST /mcp HTTP/1.1", &all, &call(tool, r#"{"region":"us"}"#));
        check(&server, &format!("region {region:?}"), &bytes, status, code, Usable);
    }
    for (line, status) in [
        ("PUT /mcp HTTP/1.1", 405),
        ("PATCH /mcp HTTP/1.1", 405),
        ("OPTIONS /mcp HTTP/1.1", 405),
        ("TRACE /mcp HTTP/1.1", 405),
        ("post /mcp HTTP/1.1", 405),
        ("MCP /mcp HTTP/1.1", 405),
        ("POST / HTTP/1.1", 404),
        ("POST /mcp/ HTTP/1.1", 404),
        ("POST /MCP HTTP/1.1", 404),
        ("POST //mcp HTTP/1.1", 404),
        ("POST /mcp/../mcp HTTP/1.1", 404),
        ("POST /%6dcp HTTP/1.1", 404),
        ("POST /mcp%00 HTTP/1.1", 404),
    ] {
        let bytes = request(line, &with(&[]), &call("echo", ECHO));
        check(&server, line, &bytes, status, -32600, Closed);
    }
    let query = request("POST /mcp?a=b HTTP/1.1", &with(&[]), &call("echo", ECHO));
    check(&server, "a query", &query, 200, 0, Usable);
    for line in ["GET /mcp HTTP/1.1", "DELETE /mcp HTTP/1.1"] {
        let mut text = format!("{line}\r\n");
        with(&[]).iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\r\n")));
        let status = if line.starts_with("GET") { 405 } else { 400 };
        check(&server, line, (text + "\r\n").as_bytes(), status, -32600, Usable);
    }
    server.stop();
}

#[test]
fn framing() {
    let server = Served::start(HttpLimits::DEFAULT);
    let body = call("echo", ECHO);
    let length = body.len();
    let head: String = with(&[]).iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let post = format!("POST /mcp HTTP/1.1\r\n{head}");
    let chunked =
        |size: &str, end: &str| format!("{post}transfer-encoding: chunked\r\n\r\n{size}\r\n{body}\r\n{end}");
    let hex = format!("{length:x}");
    let answered: Vec<(&str, String, u16, Then)> = vec![
        ("chunked", chunked(&hex, "0\r\n\r\n"), 200, Usable),
        ("chunk extensions", chunked(&format!("{hex};a=b;c=\"d\""), "0\r\n\r\n"), 200, Usable),
        ("leading zeros", chunked(&format!("000{hex}"), "0\r\n\r\n"), 200, Usable),
        ("upper case size", chunked(&hex.to_uppercase(), "0\r\n\r\n"), 200, Usable),
        ("trailers", chunked(&hex, "0\r\nx-a: b\r\n\r\n"), 200, Usable),
        ("a trailer that looks like a field", chunked(&hex, "0\r\nmcp-name: other\r\n\r\n"), 200, Usable),
        ("bare line feed in the head", format!("{post}content-length: {length}\n\n{body}"), 200, Usable),
        (
            "expect",
            format!("{post}expect: 100-continue\r\ncontent-length: {length}\r\n\r\n{body}"),
            200,
            Usable,
        ),
        (
            "connection: close",
            format!("{post}connection: close\r\ncontent-length: {length}\r\n\r\n{body}"),
            200,
            Closed,
        ),
        (
            "upgrade is ignored",
            format!("{post}connection: upgrade\r\nupgrade: h2c\r\ncontent-length: {length}\r\n\r\n{body}"),
            200,
            Usable,
        ),
        (
            "websocket is ignored",
            format!(
                "{post}connection: upgrade\r\nupgrade: websocket\r\ncontent-length: {length}\r\n\r\n{body}"
            ),
            200,
            Usable,
        ),
        ("1.0", format!("POST /mcp HTTP/1.0\r\n{head}content-length: {length}\r\n\r\n{body}"), 200, Closed),
        (
            "1.0 with keep-alive",
            format!(
                "POST /mcp HTTP/1.0\r\n{head}connection: keep-alive\r\ncontent-length: {length}\r\n\r\n{body}"
            ),
            200,
            Usable,
        ),
        (
            "the same length twice",
            format!("{post}content-length: {length}\r\ncontent-length: {length}\r\n\r\n{body}"),
            200,
            Usable,
        ),
        ("an empty line first", format!("\r\n{post}content-length: {length}\r\n\r\n{body}"), 200, Usable),
        ("no body", format!("{post}\r\n"), 400, Usable),
        ("empty body", format!("{post}content-length: 0\r\n\r\n"), 400, Usable),
    ];
    for (title, text, status, then) in &answered {
        let code = if *status == 200 { 0 } else { -32700 };
        check(&server, title, text.as_bytes(), *status, code, *then);
    }
    let refused: Vec<(&str, String)> = vec![
        ("two lengths", format!("{post}content-length: {length}\r\ncontent-length: 1\r\n\r\n{body}")),
        ("two lengths in one field", format!("{post}content-length: {length}, 1\r\n\r\n{body}")),
        ("a length with a sign", format!("{post}content-length: +{length}\r\n\r\n{body}")),
        ("a negative length", format!("{post}content-length: -1\r\n\r\n{body}")),
        ("a length in hexadecimal", format!("{post}content-length: 0x10\r\n\r\n{body}")),
        ("a length that is no number", format!("{post}content-length: ten\r\n\r\n{body}")),
        ("a length beyond everything", format!("{post}content-length: 99999999999999999999\r\n\r\n{body}")),
        ("unknown transfer coding", format!("{post}transfer-encoding: gzip\r\n\r\n{body}")),
        ("chunked is not last", format!("{post}transfer-encoding: chunked, gzip\r\n\r\n{body}")),
        ("chunked with something else", format!("{post}transfer-encoding: xchunked\r\n\r\n{body}")),
        (
            "chunked in 1.0",
            format!(
                "POST /mcp HTTP/1.0\r\n{head}transfer-encoding: chunked\r\n\r\n{hex}\r\n{body}\r\n0\r\n\r\n"
            ),
        ),
        ("space before the colon", format!("{post}content-length : {length}\r\n\r\n{body}")),
        (
            "a folded field",
            format!("POST /mcp HTTP/1.1\r\n{head}x-a: b\r\n c\r\ncontent-length: {length}\r\n\r\n{body}"),
        ),
        ("a field without a name", format!("{post}: x\r\ncontent-length: {length}\r\n\r\n{body}")),
        ("a field without a colon", format!("{post}nothing\r\ncontent-length: {length}\r\n\r\n{body}")),
        ("NUL in a field", format!("{post}x-a: \0\r\ncontent-length: {length}\r\n\r\n{body}")),
        ("carriage return in a field", format!("{post}x-a: b\rc\r\ncontent-length: {length}\r\n\r\n{body}")),
        ("a name with a space", format!("{post}x a: b\r\ncontent-length: {length}\r\n\r\n{body}")),
        ("0.9", "GET /mcp\r\n".to_owned()),
        ("an unknown version", format!("POST /mcp HTTP/1.7\r\n{head}\r\n")),
        ("version 3", format!("POST /mcp HTTP/3.0\r\n{head}\r\n")),
        ("no version", format!("POST /mcp\r\n{head}\r\n")),
        ("two spaces", format!("POST  /mcp HTTP/1.1\r\n{head}\r\n")),
        ("a method with a colon", format!("PO:ST /mcp HTTP/1.1\r\n{head}\r\n")),
        ("TLS", "\u{16}\u{3}\u{1}\u{0}hello\r\n\r\n".to_owned()),
        ("garbage", "garbage\r\n\r\n".to_owned()),
    ];
    for (title, text) in &refused {
        let mut client = server.connect();
        client.send(text.as_bytes());
        let status = client.answer().map(|answer| answer.status);
        assert_eq!(status, Some(400), "{title}");
        client.send(&good());
        assert!(client.answer().is_none(), "{title}: the connection goes on");
    }
    let broken: Vec<(&str, String)> = vec![
        ("a size that is no number", chunked("xyz", "0\r\n\r\n")),
        ("a negative size", chunked("-1", "0\r\n\r\n")),
        ("a size beyond everything", chunked("fffffffffffffffff", "0\r\n\r\n")),
        ("a size that is too small", chunked("1", "0\r\n\r\n")),
        ("an empty size", chunked("", "0\r\n\r\n")),
        ("a size in 0x", chunked(&format!("0x{hex}"), "0\r\n\r\n")),
    ];
    for (title, text) in &broken {
        let mut client = server.connect();
        client.send(text.as_bytes());
        let status = client.answer().map(|answer| answer.status);
        assert!(matches!(status, Some(400) | None), "{title}: {status:?}");
        client.send(&good());
        assert!(client.answer().is_none(), "{title}: the connection goes on");
    }
    server.stop();
}

#[test]
fn a_length_and_a_coding_never_make_two_requests() {
    let server = Served::start(HttpLimits::DEFAULT);
    let head: String = with(&[]).iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let smuggled = String::from_utf8(good()).unwrap();
    for (title, fields) in [
        ("length, then coding", "content-length: 5\r\ntransfer-encoding: chunked\r\n"),
        ("coding, then length", "transfer-encoding: chunked\r\ncontent-length: 5\r\n"),
        ("coding twice", "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"),
        ("coding in disguise", "transfer-encoding:\tchunked\r\ncontent-length: 5\r\n"),
    ] {
        let mut client = server.connect();
        client.send(format!("POST /mcp HTTP/1.1\r\n{head}{fields}\r\n0\r\n\r\n{smuggled}").as_bytes());
        // The body is empty by its coding; what follows is either a request of its own, in plain sight of anything in
        // front, or never read.
        let first = client.answer().map(|answer| answer.status);
        assert_eq!(first, Some(400), "{title}");
    }
    server.stop();
}

#[test]
fn requests_in_one_go_are_answered_in_their_order() {
    let server = Served::start(HttpLimits::DEFAULT);
    let mut client = server.connect();
    let all: Vec<u8> = (0..20)
        .flat_map(|n| {
            let message = format!(r#"{{"message":"{n}"}}"#);
            request("POST /mcp HTTP/1.1", &with(&[]), &call("echo", &message))
        })
        .collect();
    for part in all.chunks(97) {
        client.send(part);
    }
    for n in 0..20 {
        let answer = client.answer().unwrap();
        assert!(answer.body.contains(&format!("\"{n}\"")), "{n}: {}", answer.body);
    }
    server.stop();
}

#[test]
fn bounds_are_kept() {
    let limits = HttpLimits { fields: 10, head: 900, value: 256, ..HttpLimits::DEFAULT };
    let server = Served::start(limits);
    let sized = |extra: usize, value: usize| {
        let mut all = with(&[]);
        all.extend((0..extra).map(|n| (format!("x-{n}"), "v".repeat(value))));
        request("POST /mcp HTTP/1.1", &all, &call("echo", ECHO))
    };
    // Six fields and the length are there already.
    for (extra, value, status) in
        [(2, 1, 200), (3, 1, 200), (4, 1, 431), (1, 255, 200), (1, 256, 200), (1, 257, 431), (3, 256, 431)]
    {
        let then = if status == 200 { Usable } else { Closed };
        let code = if status == 200 { 0 } else { -32600 };
        check(&server, &format!("{extra} of {value}"), &sized(extra, value), status, code, then);
    }
    for count in [100, 10_000] {
        let mut client = server.connect();
        client.send(&sized(count, 1));
        assert_eq!(client.answer().map(|answer| answer.status), Some(431), "{count} fields");
    }
    let message = |length: usize| {
        let empty = call("echo", r#"{"message":""}"#).len();
        call("echo", &format!(r#"{{"message":"{}"}}"#, "x".repeat(length - empty)))
    };
    let most = pulseengine_mcp::Limits::DEFAULT.message;
    for (length, status) in [(most - 1, 200), (most, 200), (most + 1, 413)] {
        let bytes = request("POST /mcp HTTP/1.1", &with(&[]), &message(length));
        let mut client = server.connect();
        client.send(&bytes);
        assert_eq!(client.answer().map(|answer| answer.status), Some(status), "{length} bytes");
    }
    let chunks = format!("{:x}\r\n{}\r\n0\r\n\r\n", most + 1, message(most + 1));
    let head: String = with(&[]).iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut client = server.connect();
    client.send(format!("POST /mcp HTTP/1.1\r\n{head}transfer-encoding: chunked\r\n\r\n{chunks}").as_bytes());
    assert_eq!(client.answer().map(|answer| answer.status), Some(413), "without a length");
    server.stop();
}
