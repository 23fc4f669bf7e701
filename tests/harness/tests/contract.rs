//! The runtime's contract, run as components: on the small reactor, on wstd, and as WASI 0.3.
//!
//! What the program `runtime-contract` wants from its driver is in its README.md.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

#[path = "../../runtime-contract/tests/peer/mod.rs"]
mod peer;

use std::thread::sleep;
use std::time::{Duration, Instant};

use harness::{Conversation, Launch, Program, programs};

const DEADLINE: Duration = Duration::from_secs(60);

/// While it waits for a second. A reactor that polls in a loop needs all of it.
const CPU_WHILE_WAITING: Duration = Duration::from_millis(20);

#[test]
fn small_reactor() {
    let contract = Contract::of(&[]);
    holds(&contract);
    let (lines, ending) = start(&contract, "deadlock").finish(DEADLINE).unwrap();
    assert!(lines.is_empty() && ending.code != 0, "{ending:?}");
    assert!(ending.stderr.starts_with("deadlock:"), "{}", ending.stderr);
}

#[test]
fn wstd() {
    let contract = Contract::of(&["wstd"]);
    holds(&contract);
    let (lines, ending) = start(&contract, "wstd").finish(DEADLINE).unwrap();
    passed(&lines, &ending.stderr);
}

#[test]
fn wasi_0_3() {
    let contract = Contract::of(&["wasip3"]);
    holds(&contract);
    // Another call could wake it: it waits.
    let mut waiting = start(&contract, "deadlock");
    assert_eq!(waiting.line(Duration::from_millis(300)), Err(harness::Silence::Deadline));
}

/// The same component under a host that calls it by 0.2.
#[test]
fn wasi_0_3_by_0_2() {
    holds(&Contract { by_0_2: true, ..Contract::of(&["wasip3"]) });
}

struct Contract {
    program: Program,
    by_0_2: bool,
}

impl Contract {
    fn of(features: &[&str]) -> Self {
        Self { program: programs::component("runtime-contract", features).unwrap(), by_0_2: false }
    }
}

fn start(contract: &Contract, mode: &str) -> Conversation {
    contract.program.start(&Launch { by_0_2: contract.by_0_2, ..Launch::args(&[mode]) }).unwrap()
}

fn holds(contract: &Contract) {
    runs(contract);
    waits_without_work(contract);
    writes_much(contract);
    echoes(contract);
    leaves(contract);
    asks_by_http(contract);
}

fn runs(contract: &Contract) {
    let mut conversation = start(contract, "run");
    let mut lines = Vec::new();
    loop {
        let line = conversation.line(DEADLINE).unwrap();
        if line == "feed" {
            break;
        }
        lines.push(line);
    }
    for (pause, bytes) in [(250, &b"one\n"[..]), (0, b"tw"), (150, b"o\n"), (0, b"three")] {
        sleep(Duration::from_millis(pause));
        conversation.send_bytes(bytes).unwrap();
    }
    let (rest, ending) = conversation.finish(DEADLINE).unwrap();
    lines.extend(rest);
    passed(&lines, &ending.stderr);
    assert_eq!(ending.code, 0, "{}", ending.stderr);
}

/// Every line but the verdict says that a case is good.
fn passed(lines: &[String], stderr: &str) {
    let Some((verdict, cases)) = lines.split_last() else { panic!("no line; standard error:\n{stderr}") };
    let broken: Vec<_> = cases.iter().filter(|line| !line.starts_with("ok ")).collect();
    assert!(broken.is_empty(), "{broken:#?}\nstandard error:\n{stderr}");
    assert_eq!(*verdict, format!("passed {}", cases.len()), "standard error:\n{stderr}");
}

/// What else the machine does can only add to the CPU time of a wait, so the least of a few is the program's.
fn waits_without_work(contract: &Contract) {
    let least =
        (0..3).map(|_| cpu_of_a_wait(contract)).find(|cpu| cpu.is_none_or(|cpu| cpu < CPU_WHILE_WAITING));
    assert!(least.is_some(), "each of three waits took more than {CPU_WHILE_WAITING:?} of CPU time");
}

/// The CPU time of waiting for a second, where the target tells it.
fn cpu_of_a_wait(contract: &Contract) -> Option<Duration> {
    let mut conversation = start(contract, "wait");
    assert_eq!(conversation.line(DEADLINE).as_deref(), Ok("waiting"));
    let (began, before) = (Instant::now(), conversation.cpu());
    assert_eq!(conversation.line(DEADLINE).as_deref(), Ok("waited"));
    let (waited, after) = (began.elapsed(), conversation.cpu());
    assert!(waited > Duration::from_millis(900), "waited only {waited:?}");
    sleep(Duration::from_millis(200));
    assert_eq!(conversation.finish(DEADLINE).unwrap().1.code, 0);
    before.zip(after).map(|(before, after)| after.saturating_sub(before))
}

fn many_lines() -> Vec<String> {
    (0..65_536).map(|number| format!("line {number:010}")).collect()
}

fn writes_much(contract: &Contract) {
    let (lines, ending) = start(contract, "large").finish(DEADLINE).unwrap();
    assert!(lines == many_lines(), "{} lines", lines.len());
    assert_eq!(ending.code, 0, "{}", ending.stderr);
}

fn echoes(contract: &Contract) {
    let mut conversation = start(contract, "echo");
    conversation.send(&many_lines().join("\n")).unwrap();
    let (lines, ending) = conversation.finish(DEADLINE).unwrap();
    assert!(lines == many_lines(), "{} lines", lines.len());
    assert_eq!(ending.code, 0, "{}", ending.stderr);
}

/// Ends although standard input stays open.
fn leaves(contract: &Contract) {
    let mut conversation = start(contract, "leave");
    assert_eq!(conversation.line(DEADLINE).as_deref(), Ok("leaving"));
    assert_eq!(conversation.line(Duration::from_secs(5)), Err(harness::Silence::Closed));
    assert_eq!(conversation.finish(DEADLINE).unwrap().1.code, 0);
}

fn asks_by_http(contract: &Contract) {
    let [address, closed] = peer::start().map(|address| address.to_string());
    let launch = Launch::args(&["http", &address, &closed]);
    let allowed = Launch { by_0_2: contract.by_0_2, egress: true, ..launch.clone() };
    let (lines, ending) = contract.program.start(&allowed).unwrap().finish(DEADLINE).unwrap();
    passed(&lines, &ending.stderr);
    assert!(lines.len() > 10, "{lines:#?}");
    let denied = Launch { by_0_2: contract.by_0_2, ..launch };
    let (lines, _) = contract.program.start(&denied).unwrap().finish(DEADLINE).unwrap();
    let said = lines.iter().filter(|line| line.contains("may not send requests to"));
    assert!(said.count() > 10, "{lines:#?}");
}
