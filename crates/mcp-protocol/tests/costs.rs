//! What reading costs grows with the bytes that are read and not faster: for each kind of text, the time for n, 2n and 4n of it.
//! Four times the text may take six times as long; a quadratic cost would be sixteen.
//!
//! `cargo test --release --test costs -- --nocapture` prints what one megabyte of each costs.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the figures are for people")]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::time::{Duration, Instant};

use pulseengine_mcp_protocol::conversation::{ANNOUNCING, Offer, ServerSide};
use pulseengine_mcp_protocol::frame::{NdJson, SseDecoder};
use pulseengine_mcp_protocol::schema::{
    Choice, Keyword, Member, Named, Schema, Shape, Types, check_text, unique,
};
use pulseengine_mcp_protocol::{Conversation, Limits, envelope};
use rustix::time::{ClockId, clock_gettime};

/// Beyond the default bounds, so that what is measured is the reader and not where it stops.
const OPEN: Limits = Limits { nodes: u32::MAX, members: u32::MAX, message: usize::MAX, ..Limits::DEFAULT };

/// A text made of so many parts, and what is done with it.
type Case = (&'static str, fn(usize) -> String, fn(&str));

fn parse(text: &str) {
    black_box(envelope::parse(text.into(), &OPEN));
}

fn converse(text: &str) {
    let offer = Offer { resource_updates: true, announcing: Some(&ANNOUNCING), ..Offer::default() };
    let mut conversation = Conversation::<ServerSide>::new(offer, OPEN);
    conversation.receive(text.into());
    while let Some(effect) = conversation.poll() {
        black_box(effect);
    }
}

fn check<T: Schema>(text: &str) {
    let _ = black_box(check_text(&T::SHAPE, text));
}

fn request(method: &str, params: &str) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{{{params}}}}}")
}

fn joined(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(",")
}

fn list(count: usize, part: impl Fn(usize) -> String) -> String {
    format!("[{}]", joined(count, part))
}

fn object(count: usize, part: impl Fn(usize) -> String) -> String {
    format!("{{{}}}", joined(count, part))
}

const READING: &[Case] = &[
    ("values in arrays", |n| request("ping", &format!("\"x\":{}", list(n, |_| "[[[[0]]]]".into()))), parse),
    (
        "deep arrays",
        |n| request("ping", &format!("\"x\":{}", list(n, |_| "[".repeat(60) + &"]".repeat(60)))),
        parse,
    ),
    ("arrays that never end", |n| "[".repeat(60 * n), parse),
    ("different members", |n| request("ping", &joined(n, |at| format!("\"k{at}\":0"))), parse),
    ("the same member", |n| request("ping", &joined(n, |_| "\"uri\":\"x\"".into())), parse),
    ("params again and again", |n| object(n, |_| "\"params\":{\"name\":\"x\"}".into()), parse),
    ("escapes", |n| request("ping", &format!("\"x\":\"{}\"", "\\u00e9\\n".repeat(n))), parse),
    ("an escaped method", |n| request(&"\\u0041".repeat(n), ""), parse),
    ("one long string", |n| request("ping", &format!("\"x\":\"{}\"", "x".repeat(20 * n))), parse),
    ("numbers", |n| request("ping", &format!("\"x\":{}", list(n, |_| "-1.25e-7".into()))), parse),
    ("one long number", |n| "1".repeat(20 * n), parse),
    ("white space", |n| request("ping", &format!("\"x\":[{} 1]", " \n\t".repeat(10 * n))), parse),
    ("a batch", |n| list(n, |at| format!("{{\"jsonrpc\":\"2.0\",\"id\":{at},\"method\":\"ping\"}}")), parse),
    ("a batch of nothing", |n| list(n, |_| "{}".into()), parse),
    ("a URI", |n| request("resources/read", &format!("\"uri\":\"{}\"", "x".repeat(20 * n))), parse),
    (
        "lines in small chunks",
        |n| "x".repeat(20 * n) + "\n",
        |text| {
            let mut lines = NdJson::new(usize::MAX);
            for mut chunk in text.as_bytes().chunks(16) {
                while let Some(frame) = lines.next(&mut chunk) {
                    black_box(frame);
                }
            }
        },
    ),
    (
        "an event in small chunks",
        |n| format!("data: {}\n", "x".repeat(10)).repeat(n) + "\n",
        |text| {
            let mut events = SseDecoder::new(usize::MAX);
            for mut chunk in text.as_bytes().chunks(16) {
                while let Some(item) = events.next(&mut chunk) {
                    black_box(item);
                }
            }
        },
    ),
];

/// Within the default bounds, which these keep.
const KEEPING: &[Case] = &[
    (
        "clientInfo",
        |n| {
            let icons = list(n, |_| "{\"src\":\"data:,x\"}".into());
            let info = format!("{{\"name\":\"c\",\"version\":\"1\",\"icons\":{icons}}}");
            let params =
                format!("\"protocolVersion\":\"2025-11-25\",\"capabilities\":{{}},\"clientInfo\":{info}");
            request("initialize", &params)
        },
        converse,
    ),
    (
        "resources to listen to",
        |n| {
            let meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\
                        \"io.modelcontextprotocol/clientCapabilities\":{}}";
            let uris = list(n, |at| format!("\"{}\"", at * 7_919 % n));
            request(
                "subscriptions/listen",
                &format!("\"notifications\":{{\"resourceSubscriptions\":{uris}}},{meta}"),
            )
        },
        converse,
    ),
];

/// Within the default bounds, which a check has: 50,000 values.
const CHECKING: &[Case] = &[
    ("a list of numbers", |n| list(n, |at| at.to_string()), check::<Vec<i64>>),
    ("a list of strings", |n| list(n, |at| format!("\"{at}\"")), check::<Vec<String>>),
    ("different items", |n| list(n, |at| (at * 7_919 % n).to_string()), check::<BTreeSet<i64>>),
    (
        "different items, compared",
        |n| list(n, |at| (at * 7_919 % n).to_string()),
        |text| {
            black_box(unique(text));
        },
    ),
    (
        "the same item",
        |n| list(n, |_| "[1.50e1,{\"a\":0}]".into()),
        |text| {
            black_box(unique(text));
        },
    ),
    (
        "maps whose keys come backwards",
        |n| list(n / 500, |_| object(500, |at| format!("\"{:0>5}\":1", 500 - at))),
        check::<Vec<BTreeMap<String, i64>>>,
    ),
    (
        "any value",
        |n| list(n, |_| "{\"a\":[]}".into()),
        |text| {
            let _ = black_box(check_text(&Shape::ANY, text));
        },
    ),
];

/// `{"a": itself}`, in two ways, or a short text: a chain of objects can be tried in a power of two of ways.
static CHAIN: Shape = Shape { base: None, keywords: &[Keyword::Choice(&LINKS)] };
static AGAIN: Named = Named { name: "Chain", flat: true, id: || "chain", shape: || &CHAIN };
static LINK: [Member; 1] = [Member {
    name: "a",
    aliases: &[],
    required: true,
    shape: Shape { base: None, keywords: &[Keyword::Ref(&AGAIN)] },
}];
const OBJECT: Shape =
    Shape { base: None, keywords: &[Keyword::Type(Types::OBJECT), Keyword::Members(&LINK)] };
static LINKS: Choice = Choice {
    one: false,
    tag: None,
    of: &[
        OBJECT,
        OBJECT,
        Shape { base: None, keywords: &[Keyword::Type(Types::STRING), Keyword::MaxLength(1)] },
    ],
};

/// How long this thread has run: what runs beside it does not count.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}

/// The least time of several runs.
fn least(runs: usize, text: &str, run: fn(&str)) -> Duration {
    let time = |_| {
        let began = processor_time();
        run(text);
        processor_time().saturating_sub(began)
    };
    (0..runs).map(time).min().unwrap()
}

/// The cases that take too long.
fn measure(cases: &[Case], parts: usize) -> Vec<String> {
    let mut failures = Vec::new();
    for (name, make, run) in cases {
        let texts = [parts, 2 * parts, 4 * parts].map(make);
        let mut ratio = f64::INFINITY;
        let mut times = [Duration::ZERO; 3];
        // Another program may run at the same time: the best of some attempts counts.
        for _ in 0..20 {
            times = [0, 1, 2].map(|at| least(3, &texts[at], *run));
            ratio = ratio.min(times[2].as_secs_f64() / times[0].as_secs_f64());
            if ratio <= 5.0 {
                break;
            }
        }
        let megabyte = times[2].as_secs_f64() * 1e9 / texts[2].len() as f64;
        println!(
            "{name}: {:.2} ms for {} kB, x{ratio:.1}, {megabyte:.1} ms/MB",
            times[2].as_secs_f64() * 1e3,
            texts[2].len() / 1000
        );
        if ratio > 6.0 {
            failures.push(format!("{name}: {times:?}"));
        }
    }
    failures
}

/// One after the other: what runs beside a measurement disturbs it.
#[test]
fn reading_keeping_and_checking_take_linear_time() {
    let failures = [measure(READING, 4_000), measure(KEEPING, 4_000), measure(CHECKING, 2_000)].concat();
    let what = "four times the text takes more than six times as long";
    assert!(failures.is_empty(), "{what}:\n{}", failures.join("\n"));
}

#[test]
fn alternatives_are_tried_within_a_bound() {
    for (name, inner) in [
        ("a short text", "\"xx\"".to_owned()),
        ("a long text", format!("\"{}\"", "x".repeat(1_000_000))),
        ("white space", format!("{}\"xx\"", " ".repeat(1_000_000))),
        ("white space at the end", format!("{{\"b\":0{}}}", " ".repeat(1_000_000))),
        ("a long key", format!("{{\"{}\":0}}", "x".repeat(1_000_000))),
    ] {
        let text = "{\"a\":".repeat(60) + &inner + &"}".repeat(60);
        let began = Instant::now();
        assert!(check_text(&CHAIN, &text).is_err(), "{name}");
        println!("{name} below 60 alternatives: {:?}", began.elapsed());
        assert!(began.elapsed() < Duration::from_secs(30), "{name}: {:?}", began.elapsed());
    }
}
