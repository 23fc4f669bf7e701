//! Runs `tests/scripts/*.txt` on every target. The format is described in `harness::script`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::path::{Path, PathBuf};

use harness::script::Script;
use harness::{Target, programs};

#[test]
fn every_script_passes_on_every_target_with_the_same_bytes() {
    let folder = programs::root().join("tests/scripts");
    let mut paths: Vec<PathBuf> = folder
        .read_dir()
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    assert!(!paths.is_empty(), "no scripts in {}", folder.display());

    // Scripts wait a lot; a few at a time.
    let failures: Vec<String> = std::thread::scope(|scope| {
        let chunks = paths.chunks(paths.len().div_ceil(4));
        let threads: Vec<_> = chunks
            .map(|chunk| {
                scope.spawn(move || {
                    let failure =
                        |path: &PathBuf| run(path).err().map(|message| format!("{}: {message}", name(path)));
                    chunk.iter().filter_map(failure).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    println!("{} scripts, each on every target", paths.len());
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

fn run(path: &Path) -> Result<(), String> {
    let script = Script::read(path)?;
    let mut native = Vec::new();
    for target in Target::ALL {
        let program = programs::program(&script.server, target).map_err(|e| format!("{e:?}"))?;
        let output: Vec<_> = script.run(&program)?.iter().map(|line| without_seal(line)).collect();
        if target == Target::Native {
            native = output;
        } else if native != output {
            let pair = native.iter().zip(&output).find(|(native, other)| native != other);
            let (native, other) = pair.map_or(("(fewer lines)", "(more lines)"), |(n, o)| (n, o));
            return Err(format!("the targets differ:\n  native {native}\n  {target} {other}"));
        }
    }
    Ok(())
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
