//! Runs `tests/malformed/*.tsv` and `tests/field/malformed/*.tsv` on both targets. The format is described in `harness::corpus`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use harness::corpus::{Case, Corpus};
use harness::{Program, Target, programs};

#[test]
fn every_case_has_its_verdict_and_the_same_on_both_targets() {
    let paths = programs::cases("malformed", "tsv");
    assert!(!paths.is_empty(), "no corpus");

    let (mut total, mut failures) = (0, Vec::new());
    for path in paths {
        let corpus = Corpus::read(&path).unwrap();
        let programs = Target::BOTH.map(|target| programs::program(&corpus.server, target).unwrap());
        total += corpus.cases.len();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let failed = run_all(&corpus.cases, &programs);
        failures.extend(failed.into_iter().map(|(name, message)| format!("{file}, {name}: {message}")));
    }
    println!("{total} malformed inputs, each on both targets");
    assert!(failures.is_empty(), "{} of {total} cases failed:\n\n{}", failures.len(), failures.join("\n\n"));
}

/// The failures, by name of the case.
fn run_all(cases: &[Case], programs: &[Program; 2]) -> Vec<(String, String)> {
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(message) = run(case, programs) {
                        failures.lock().unwrap().push((case.name.clone(), message));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    failures
}

fn run(case: &Case, programs: &[Program; 2]) -> Result<(), String> {
    let [native, wasm] = programs
        .each_ref()
        .map(|program| case.run(program).map_err(|message| format!("{}: {message}", program.target())));
    let (native, wasm) = (native?, wasm?);
    if native != wasm {
        return Err(format!("the targets differ:\n  native {native:?}\n  wasm   {wasm:?}"));
    }
    Ok(())
}
