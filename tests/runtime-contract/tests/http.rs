//! The cases of `http` natively, against a server beside them.

#![allow(clippy::unwrap_used, reason = "part of tests")]

mod driver;
mod peer;

use driver::{assert_passed, contract};

#[test]
fn every_case_of_http_passes() {
    let output = contract("http").args(peer::start().map(|address| address.to_string())).output().unwrap();
    let lines: Vec<_> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_passed(&lines);
    assert!(output.status.success() && lines.len() > 1, "{lines:#?}");
}
