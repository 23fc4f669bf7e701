//! What the program says when it is started wrongly.

use std::process::Command;

/// Its exit code and its standard error.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_run-component")).args(arguments).output().unwrap();
    assert!(output.stdout.is_empty(), "standard output is the component's");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn without_a_component_it_shows_its_usage() {
    let usage = "run-component: usage: run-component COMPONENT [ARGS...]\n";
    assert_eq!(run(&[]), (Some(2), usage.to_owned()));
}

#[test]
fn what_is_no_component_is_named() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for path in ["no-such-file.wasm", source] {
        let (code, said) = run(&[path]);
        assert_eq!(code, Some(2));
        let expected = format!("run-component: {path} is not a component that can be compiled");
        assert!(said.starts_with(&expected), "{said}");
    }
}
