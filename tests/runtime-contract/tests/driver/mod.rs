//! The other end of the program's standard streams.

#![allow(clippy::unwrap_used, clippy::panic, reason = "part of tests")]
#![allow(dead_code, reason = "each test file uses its share")]

use std::io::{BufRead, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) fn contract(mode: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runtime-contract"));
    command.arg(mode).stderr(Stdio::null());
    command
}

pub(crate) fn line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

pub(crate) fn exit_within(child: &mut Child, limit: Duration) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > limit {
            child.kill().unwrap();
            panic!("still running after {limit:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn expected_large() -> Vec<u8> {
    (0..65_536).flat_map(|number| format!("line {number:010}\n").into_bytes()).collect()
}

/// Writes the input of `run` at its pace.
pub(crate) fn feed(mut to: impl Write) {
    thread::sleep(Duration::from_millis(250));
    to.write_all(b"one\n").unwrap();
    to.write_all(b"tw").unwrap();
    thread::sleep(Duration::from_millis(120));
    to.write_all(b"o\n").unwrap();
    to.write_all(b"three").unwrap();
}

pub(crate) fn assert_passed(lines: &[String]) {
    let failed: Vec<_> = lines.iter().filter(|line| line.starts_with("FAILED")).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let passed = lines.iter().filter(|line| line.starts_with("ok ")).count();
    assert_eq!(lines.last(), Some(&format!("passed {passed}")));
}
