//! What programs say to arguments, on every target.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::time::Duration;

use harness::{Launch, Target, programs};

const DEADLINE: Duration = Duration::from_secs(30);

#[test]
fn arguments_are_answered_everywhere() {
    for target in Target::ALL {
        let program = programs::program("hello", target).unwrap();
        let said =
            |argument: &str| program.start(&Launch::args(&[argument])).unwrap().finish(DEADLINE).unwrap();
        for argument in ["--help", "-h"] {
            let (lines, ending) = said(argument);
            assert_eq!(ending.code, 0, "{target}: {argument}: {}", ending.stderr);
            assert_eq!(lines.first().map(String::as_str), Some("An MCP server."), "{target}: {argument}");
        }
        let (lines, ending) = said("--bogus");
        // WASI has no other exit code than that of failure.
        assert_eq!(ending.code, if target == Target::Native { 2 } else { 1 }, "{target}: {}", ending.stderr);
        assert!(lines.is_empty(), "{target}: {lines:?}");
        assert!(ending.stderr.contains("unknown argument: --bogus"), "{target}: {}", ending.stderr);
    }
}
