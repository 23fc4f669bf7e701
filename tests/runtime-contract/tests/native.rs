//! The native driver: starts the program and plays the other end of its standard streams, as README.md describes.

#![allow(clippy::unwrap_used, reason = "part of tests")]

mod driver;

use std::fs;
use std::io::{BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use driver::{assert_passed, contract, exit_within, expected_large, feed, line};

fn start(mode: &str) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let mut child = contract(mode).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    (child, stdin, BufReader::new(stdout))
}

#[test]
fn every_case_passes_over_pipes() {
    let (mut child, stdin, mut stdout) = start("run");
    let mut stdin = Some(stdin);
    let mut lines = Vec::new();
    loop {
        let line = line(&mut stdout);
        match line.as_str() {
            "" => break,
            "feed" => feed(stdin.take().unwrap()),
            _ => lines.push(line),
        }
    }
    assert!(exit_within(&mut child, Duration::from_secs(5)).success(), "{lines:#?}");
    assert_passed(&lines);
}

#[test]
fn waiting_costs_nothing() {
    let (mut child, stdin, mut stdout) = start("wait");
    assert_eq!(line(&mut stdout), "waiting");
    let (start, before) = (Instant::now(), processor_time(child.id()));
    assert_eq!(line(&mut stdout), "waited");
    let (waited, after) = (start.elapsed(), processor_time(child.id()));
    assert!(
        waited > Duration::from_millis(900) && waited < Duration::from_millis(1_500),
        "waited {waited:?}"
    );
    if let (Some(before), Some(after)) = (before, after) {
        assert!(after - before < Duration::from_millis(20), "{:?} of processor time", after - before);
    }
    thread::sleep(Duration::from_millis(200));
    drop(stdin);
    assert!(exit_within(&mut child, Duration::from_secs(5)).success());
}

/// Of all threads so far, where the system tells.
fn processor_time(pid: u32) -> Option<Duration> {
    let mut nanos = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let figures = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        nanos += figures.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(nanos))
}

#[test]
fn a_large_write_arrives_whole_at_a_slow_reader() {
    let (mut child, _stdin, mut stdout) = start("large");
    let mut got = Vec::new();
    let mut part = vec![0; 100_000];
    loop {
        let count = stdout.read(&mut part).unwrap();
        if count == 0 {
            break;
        }
        got.extend_from_slice(&part[..count]);
        thread::sleep(Duration::from_millis(5));
    }
    assert!(got == expected_large(), "{} bytes", got.len());
    assert!(exit_within(&mut child, Duration::from_secs(5)).success());
}

#[test]
fn bytes_pass_through() {
    let (mut child, mut stdin, mut stdout) = start("echo");
    let writer = thread::spawn(move || stdin.write_all(&expected_large()).unwrap());
    let mut got = Vec::new();
    stdout.read_to_end(&mut got).unwrap();
    writer.join().unwrap();
    assert!(got == expected_large(), "{} bytes", got.len());
    assert!(exit_within(&mut child, Duration::from_secs(5)).success());
}

#[test]
fn files_work_as_standard_streams() {
    let dir = std::env::temp_dir().join(format!("runtime-contract-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    let (from, to) = (dir.join("in"), dir.join("out"));
    fs::write(&from, expected_large()).unwrap();
    let mut child = contract("echo")
        .stdin(fs::File::open(&from).unwrap())
        .stdout(fs::File::create(&to).unwrap())
        .spawn()
        .unwrap();
    assert!(exit_within(&mut child, Duration::from_secs(5)).success());
    let same = fs::read(&to).unwrap() == expected_large();
    fs::remove_dir_all(&dir).unwrap();
    assert!(same);
}

#[test]
fn the_end_does_not_wait_for_input() {
    let (mut child, stdin, mut stdout) = start("leave");
    assert_eq!(line(&mut stdout), "leaving");
    assert!(exit_within(&mut child, Duration::from_secs(1)).success());
    drop(stdin);
}
