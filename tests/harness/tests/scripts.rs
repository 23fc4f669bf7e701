//! Runs `tests/scripts/*.txt` and `tests/field/scripts/*.txt` on every target and over every transport. The format is described in `harness::script`.
//!
//! `SCRIPTS=word` in the environment runs those whose name contains the word, `NATIVE=1` the native programs only.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use harness::http::Needs;
use harness::script::{Script, Transport};
use harness::{Target, programs};

#[test]
fn every_script_passes_on_every_target_with_the_same_bytes() {
    let mut paths = programs::cases("scripts", "txt");
    let wanted = std::env::var("SCRIPTS").unwrap_or_default();
    paths.retain(|path| name(path).contains(&wanted));
    assert!(!paths.is_empty(), "no scripts");

    // Scripts wait a lot; a few at a time.
    let (next, runs) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match run(path) {
                        Ok(count) => drop(runs.fetch_add(count, Ordering::Relaxed)),
                        Err(message) => failures.lock().unwrap().push(format!("{}: {message}", name(path))),
                    }
                }
            });
        }
    });
    println!("{} scripts, {} runs on targets and transports", paths.len(), runs.into_inner());
    let failures = failures.into_inner().unwrap();
    assert!(
        failures.is_empty(),
        "{} of {} scripts failed:\n\n{}",
        failures.len(),
        paths.len(),
        failures.join("\n\n")
    );
}

fn name(path: &Path) -> String {
    path.strip_prefix(programs::root()).unwrap_or(path).display().to_string()
}

/// Runs a script wherever it can be run; how often that was.
fn run(path: &Path) -> Result<usize, String> {
    let script = Script::read(path)?;
    let mut runs = 0;
    for transport in Transport::ALL.into_iter().filter(|transport| script.is_on(*transport)) {
        let mut native = Vec::new();
        for target in targets(transport, script.needs) {
            let program = programs::program(&script.server, target).map_err(|e| format!("{e:?}"))?;
            let output: Vec<_> =
                script.run(&program, transport)?.iter().map(|line| without_seal(line)).collect();
            runs += 1;
            if target == Target::Native {
                native = output;
            } else if native != output {
                let pair = native.iter().zip(&output).find(|(native, other)| native != other);
                let (native, other) = pair.map_or(("(fewer lines)", "(more lines)"), |(n, o)| (n, o));
                return Err(format!("the targets differ:\n  native {native}\n  {target} {other}"));
            }
        }
    }
    Ok(runs)
}

/// Where there is such a transport, with such instances.
fn targets(transport: Transport, needs: Needs) -> Vec<Target> {
    let one_at_a_time = |target: &Target| *target == Target::Wasm;
    if std::env::var_os("NATIVE").is_some() {
        return vec![Target::Native];
    }
    match transport {
        Transport::Stdio => Target::ALL.to_vec(),
        Transport::Http if needs == Needs::Concurrent => {
            Target::ALL.into_iter().filter(|target| !one_at_a_time(target)).collect()
        }
        Transport::Http => Target::ALL.to_vec(),
        Transport::Sse => vec![Target::Native],
    }
}

/// The line without what differs from run to run: a `requestState` is sealed under a fresh nonce each time, a task has a
/// random id and the time it was made and changed.
fn without_seal(line: &str) -> String {
    let keys = ["requestState", "taskId", "createdAt", "lastUpdatedAt"];
    keys.iter().fold(line.to_owned(), |line, key| without(&line, &format!("\"{key}\":\"")))
}

fn without(line: &str, key: &str) -> String {
    let Some((before, value)) = line.split_once(key) else { return line.to_owned() };
    let after = value.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{key}\"{after}")
}
