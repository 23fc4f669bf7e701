//! Sockets are not pipes: natively they are read and written by tokio's blocking threads.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "part of tests")]

mod driver;

use std::io::BufReader;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Child;
use std::time::Duration;

use driver::{assert_passed, contract, exit_within, feed, line};

fn start_on_socket(mode: &str) -> (Child, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let input = OwnedFd::from(theirs.try_clone().unwrap());
    let child = contract(mode).stdin(input).stdout(OwnedFd::from(theirs)).spawn().unwrap();
    (child, ours)
}

#[test]
fn every_case_passes_over_a_socket() {
    let (mut child, socket) = start_on_socket("run");
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    let mut lines = Vec::new();
    loop {
        let line = line(&mut reader);
        match line.as_str() {
            "" => break,
            "feed" => {
                feed(&socket);
                socket.shutdown(Shutdown::Write).unwrap();
            }
            _ => lines.push(line),
        }
    }
    assert!(exit_within(&mut child, Duration::from_secs(5)).success(), "{lines:#?}");
    assert_passed(&lines);
}

#[test]
fn the_end_does_not_wait_for_input_from_a_socket() {
    let (mut child, socket) = start_on_socket("leave");
    assert!(exit_within(&mut child, Duration::from_secs(2)).success());
    drop(socket);
}
