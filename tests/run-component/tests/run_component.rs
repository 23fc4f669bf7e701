//! What the program says when it is started wrongly.

use std::process::Command;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_run-component"))
}

#[test]
fn without_a_component_it_shows_its_usage() {
    let output = program().output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stderr, b"run-component: usage: run-component COMPONENT [ARGS...]\n");
    assert!(output.stdout.is_empty(), "standard output is the component's");
}

#[test]
fn what_is_no_component_is_named() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for path in ["no-such-file.wasm", source] {
        let output = program().arg(path).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!("run-component: {path} is not a component that can be compiled");
        assert!(said.starts_with(&expected), "{said}");
        assert!(output.stdout.is_empty(), "standard output is the component's");
    }
}
