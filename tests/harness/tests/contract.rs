//! The runtime's contract, run as components: on the small reactor and on wstd.
//!
//! The package `runtime-contract` prints `ok NAME` for each property that holds, and with the argument
//! `wait` does nothing but wait, which must cost no CPU time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::time::Duration;

use harness::{Launch, Program, programs};

const DEADLINE: Duration = Duration::from_secs(60);

/// For a wait of a second or so. A reactor that polls in a loop needs all of it.
const CPU_WHILE_WAITING: Duration = Duration::from_millis(20);

#[test]
fn small_reactor() {
    holds(&programs::component("runtime-contract", &[]).unwrap());
}

#[test]
fn wstd() {
    holds(&programs::component("runtime-contract", &["wstd"]).unwrap());
}

fn holds(contract: &Program) {
    let mut conversation = contract.start(&Launch::default()).unwrap();
    // For the properties about standard input; it is closed at the end.
    conversation.send("a line").unwrap();
    let (lines, ending) = conversation.finish(DEADLINE).unwrap();
    let broken: Vec<_> = lines.iter().filter(|line| !line.starts_with("ok ")).collect();
    assert!(broken.is_empty(), "{broken:#?}\nstandard error:\n{}", ending.stderr);
    assert!(!lines.is_empty(), "no property was checked; standard error:\n{}", ending.stderr);
    assert_eq!(ending.code, 0, "{}", ending.stderr);

    let (_, ending) = contract.start(&Launch::args(&["wait"])).unwrap().finish(DEADLINE).unwrap();
    assert_eq!(ending.code, 0, "{}", ending.stderr);
    if let Some(cpu) = ending.cpu {
        assert!(cpu < CPU_WHILE_WAITING, "waiting took {cpu:?} of CPU time");
    }
}
