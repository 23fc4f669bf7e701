//! The bounds on heads and bodies where others are set than the default, natively.
//!
//! Requests as bytes against the default bounds, on every target, are in `tests/http`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod sockets;

use pulseengine_mcp::http::HttpLimits;
use sockets::{Served, call, fields, good, request};

/// Sends bytes on a connection of their own and checks the status. After 200 the connection is usable.
fn check(server: &Served, title: &str, bytes: &[u8], status: u16) {
    let mut client = server.connect();
    client.send(bytes);
    let answer = client.answer().unwrap_or_else(|| panic!("{title}: no answer"));
    assert_eq!(answer.status, status, "{title}: {answer:?}");
    client.send(&good());
    let next = client.answer().map(|answer| answer.status);
    assert_eq!(next, (status == 200).then_some(200), "{title}: the connection after {answer:?}");
}

/// A good request with so many more fields, each of that length.
fn sized(extra: usize, value: usize) -> Vec<u8> {
    let mut all = fields("echo");
    all.extend((0..extra).map(|n| (format!("x-{n}"), "v".repeat(value))));
    request("POST /mcp HTTP/1.1", &all, &call("echo", r#"{"message":"a"}"#))
}

#[test]
fn bounds_on_heads_are_kept() {
    let limits = HttpLimits { fields: 10, head: 900, value: 256, ..HttpLimits::DEFAULT };
    let server = Served::start(limits);
    // Six fields and the length are there already.
    for (extra, value, status) in
        [(2, 1, 200), (3, 1, 200), (4, 1, 431), (1, 255, 200), (1, 256, 200), (1, 257, 431), (3, 256, 431)]
    {
        check(&server, &format!("{extra} of {value}"), &sized(extra, value), status);
    }
    server.stop();
}

#[test]
fn bounds_above_those_of_hyper_are_kept() {
    let limits = HttpLimits { fields: 300, head: 200_000, value: 100_000, ..HttpLimits::DEFAULT };
    let server = Served::start(limits);
    for (extra, value, status) in [(293, 1, 200), (294, 1, 431), (1, 100_000, 200), (1, 100_001, 431)] {
        check(&server, &format!("{extra} of {value}"), &sized(extra, value), status);
    }
    server.stop();
}
