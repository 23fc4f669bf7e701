//! What templates, heads and empty lines cost: the time grows as the input does, whatever the input. The costs of messages are in the
//! tests of the protocol (`crates/mcp-protocol/tests/costs.rs`). Times are those of the thread on its
//! processor, so a busy machine does not change them much; the margins are wide, as one more factor of the length would exceed
//! them all the same.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::hint::black_box;
use std::time::Duration;

use pulseengine_mcp::{Limits, Schema};
use pulseengine_mcp_protocol::envelope::parse;
use pulseengine_mcp_protocol::frame::{NdJson, SseDecoder};
use pulseengine_mcp_protocol::http::{Fields, Head, HttpLimits, Policy, check_head};
use pulseengine_mcp_protocol::match_uri;
use pulseengine_mcp_protocol::param_headers::{decode, encode};
use pulseengine_mcp_protocol::schema::{Bounds, Validator, to_text};

/// Four times the input may take so many times the time; a quadratic cost would be sixteen times.
const MOST: f64 = 6.0;

/// What is measured at least, so that the clock is exact enough.
const LEAST: Duration = Duration::from_millis(2);

/// One row: a name, an input of about that many bytes, what is done with it, and the smallest input.
struct Row {
    name: &'static str,
    input: fn(usize) -> String,
    work: fn(&str),
    least: usize,
}

const ROWS: &[Row] = &[
    Row { name: "lines: empty ones", input: |n| "\n".repeat(n), work: lines, least: 50_000 },
    Row { name: "events: comments", input: |n| ":\n".repeat(n / 2), work: events, least: 50_000 },
    Row {
        name: "template: two variables",
        input: |n| format!("x://{}", "-".repeat(n)),
        work: two_variables,
        least: 2_000,
    },
    Row {
        name: "template: four variables",
        input: |n| format!("x://{}", "-".repeat(n)),
        work: four_variables,
        least: 2_000,
    },
    Row {
        name: "template: a long literal again and again",
        input: |n| format!("x://{}", "ab".repeat(n / 2)),
        work: literals,
        least: 2_000,
    },
    Row {
        name: "template: percent signs",
        input: |n| format!("x://{}", "%41".repeat(n / 3)),
        work: two_variables,
        least: 2_000,
    },
    Row {
        name: "header: base64",
        input: |n| encode(&"é".repeat(n / 2)).into_owned(),
        work: header,
        least: 50_000,
    },
    Row { name: "header: plain", input: |n| "a".repeat(n), work: header, least: 50_000 },
    Row { name: "head: fields", input: |n| "x-field: value\n".repeat(n / 15), work: head, least: 20_000 },
    Row {
        name: "head: one long field",
        input: |n| format!("accept: {}\n", "a/b,".repeat(n / 4)),
        work: head,
        least: 20_000,
    },
    Row {
        name: "schema, at run time: a list",
        input: |n| arguments(&array("\"a\"", n)),
        work: at_run_time,
        least: 20_000,
    },
];

fn array(item: &str, length: usize) -> String {
    let items = vec![item; length / (item.len() + 1) + 1];
    format!(
        "[{}0]",
        items
            .iter()
            .filter(|item| !item.trim().is_empty())
            .map(|item| format!("{item},"))
            .collect::<String>()
    )
}

fn string(piece: &str, length: usize) -> String {
    format!("\"{}\"", piece.repeat(length / piece.len()))
}

fn objects(length: usize) -> String {
    let members: Vec<String> = (0..1000).map(|number| format!("\"name{number}\":0")).collect();
    let object = format!("{{{}}}", members.join(","));
    array(&object, length)
}

fn message(params: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"name":"a","arguments":{{"a":{params}}}}}}}"#
    )
}

fn arguments(tags: &str) -> String {
    format!(r#"{{"name":"a","tags":{}}}"#, tags.replace(",0]", "]"))
}

fn lines(text: &str) {
    let mut decoder = NdJson::new(usize::MAX >> 1);
    for mut byte in text.as_bytes().chunks(1) {
        while let Some(frame) = decoder.next(&mut byte) {
            black_box(frame);
        }
    }
    black_box(decoder.finish());
}

fn events(text: &str) {
    let mut decoder = SseDecoder::new(usize::MAX >> 1);
    for mut byte in text.as_bytes().chunks(1) {
        while let Some(item) = decoder.next(&mut byte) {
            black_box(item);
        }
    }
}

fn two_variables(uri: &str) {
    black_box(match_uri("x://{one}-{two}/", uri));
    black_box(match_uri("x://{one}-{two}", uri));
}

fn four_variables(uri: &str) {
    black_box(match_uri("x://{+one}-{+two}-{+three}-{+four}!", uri));
}

fn literals(uri: &str) {
    black_box(match_uri("x://{one}abababababababac{two}", uri));
    black_box(match_uri("x://{+one}abababab{+two}abababac", uri));
}

fn header(value: &str) {
    let _ = black_box(decode(value.as_bytes()));
}

struct Lines<'t>(Vec<(&'t str, &'t [u8])>);

impl Fields for Lines<'_> {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        self.0.iter().for_each(|(name, value)| visit(name, value));
    }
}

fn head(text: &str) {
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    let mut fields = Lines(lines.map(|(name, value)| (name, value.as_bytes())).collect());
    fields.0.push(("host", b"localhost"));
    let limits =
        HttpLimits { head: usize::MAX, fields: usize::MAX, value: usize::MAX, ..HttpLimits::DEFAULT };
    let policy = Policy::new().with_limits(limits);
    let head = Head {
        method: "POST",
        path: "/mcp",
        query: None,
        authority: None,
        fields: &fields,
        peer: None,
        client_certificate: None,
    };
    let _ = black_box(check_head(&head, &policy, usize::MAX));
}

#[derive(Schema)]
#[allow(dead_code, reason = "only its schema is used")]
struct Arguments {
    name: String,
    tags: Option<Vec<String>>,
    count: Option<u8>,
}

fn at_run_time(text: &str) {
    let validator = Validator::new(&to_text::<Arguments>(), Bounds::default()).unwrap();
    let _ = black_box(validator.validate(text));
}

/// The time that this thread has spent on a processor.
fn spent() -> Duration {
    // The kernel brings the number up to date when the thread is taken off its processor.
    std::thread::sleep(Duration::from_nanos(1));
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split_whitespace().next().unwrap().parse().unwrap())
}

/// The time of so many runs, the least of three.
fn measured(row: &Row, input: &str, runs: u32) -> Duration {
    let once = || {
        let before = spent();
        (0..runs).for_each(|_| (row.work)(black_box(input)));
        spent() - before
    };
    (0..3).map(|_| once()).min().unwrap()
}

#[test]
fn four_times_the_input_takes_about_four_times_the_time() {
    let mut table = String::new();
    let mut wrong = Vec::new();
    for row in ROWS {
        let inputs = [1, 2, 4].map(|times| (row.input)(times * row.least));
        let mut runs = 1;
        while measured(row, &inputs[0], runs) < LEAST {
            runs *= 2;
        }
        let times = inputs.each_ref().map(|input| measured(row, input, runs));
        let grows = inputs[2].len() as f64 / inputs[0].len() as f64 / 4.0;
        let ratio = times[2].as_secs_f64() / times[0].as_secs_f64();
        table += &format!(
            "{:45} {:?} x {runs}: 2n x{:.2}, 4n x{ratio:.2}\n",
            row.name,
            times[0],
            times[1].as_secs_f64() / times[0].as_secs_f64()
        );
        if ratio > MOST * grows.max(1.0) {
            wrong.push(row.name);
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "more than linear: {wrong:?}\n{table}");
}

/// A message with the most of everything that the limits allow is read in time: 4 MiB at the rate of 1 MB in 100 ms, ten times of
/// that without optimisation.
#[test]
fn the_largest_message_is_read_in_time() {
    let most = Limits::DEFAULT.message;
    for (name, text) in [
        ("letters", message(&string("a", most - 200))),
        ("escapes", message(&string(r"\u00e9", most - 200))),
        ("values", message(&array(&"1".repeat(60), 61 * 40_000))),
        ("names", message(&objects(600_000))),
    ] {
        let before = spent();
        let unit = black_box(parse(text.into_bytes(), &Limits::DEFAULT));
        let time = spent() - before;
        assert!(time < Duration::from_secs(4), "{name}: {time:?}");
        drop(unit);
    }
}
