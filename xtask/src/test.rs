//! `cargo xtask test`: every check of this repository, in order, with a summary.
//!
//! With `--full` attacks and silent calls take the times that they take in use: 45 minutes more.
//!
//! All steps run, whatever happens to the ones before. A step whose tool is missing is skipped; with
//! `CI=true` that is a failure.

mod steps;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::tool::in_ci;
use steps::STEPS;

/// How a step ended.
pub enum Outcome {
    /// Well, with a remark.
    Passed(String),
    /// Not run, and why.
    Skipped(String),
}

/// Whether the long forms run: `--full`.
static FULL: AtomicBool = AtomicBool::new(false);

/// A step: its name, what it does, and how.
pub struct Step {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<Outcome, Failure>,
}

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if arguments.iter().any(|argument| argument == "--list") {
        for step in STEPS {
            println!("{:16} {}", step.name, step.what);
        }
        return Ok(());
    }
    let mut results = Vec::new();
    for step in chosen(arguments)? {
        println!("\n=== {}: {} ===", step.name, step.what);
        let start = Instant::now();
        let mut result = (step.run)();
        if let Ok(Outcome::Skipped(why)) = &result
            && in_ci()
        {
            result = Err(Failure::new(
                why.clone(),
                format!("step {}", step.name),
                "install it: CI runs every step",
            ));
        }
        if let Err(failure) = &result {
            eprintln!("\n{failure}");
        }
        results.push((step.name, start.elapsed(), result));
    }
    summary(&results)
}

fn chosen(arguments: &[String]) -> Result<Vec<&'static Step>, Failure> {
    let place = "cargo xtask test";
    let (mut only, mut skip) = (Vec::new(), Vec::new());
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let list = match word.as_str() {
            "--full" => {
                FULL.store(true, Relaxed);
                continue;
            }
            "--only" => &mut only,
            "--skip" => &mut skip,
            _ => {
                return Err(Failure::new(
                    format!("unknown argument {word}"),
                    place,
                    "use --only, --skip, --full or --list",
                ));
            }
        };
        let name = words.next().map(String::as_str).unwrap_or_default();
        if !STEPS.iter().any(|step| step.name == name) {
            return Err(Failure::new(
                format!("there is no step `{name}`"),
                place,
                "see `cargo xtask test --list`",
            ));
        }
        list.push(name);
    }
    let wanted = |step: &&Step| (only.is_empty() || only.contains(&step.name)) && !skip.contains(&step.name);
    Ok(STEPS.iter().filter(wanted).collect())
}

fn summary(results: &[(&str, Duration, Result<Outcome, Failure>)]) -> Result<(), Failure> {
    println!("\n=== summary ===");
    let mut failed = Vec::new();
    for (name, time, result) in results {
        let (verdict, remark) = match result {
            Ok(Outcome::Passed(remark)) => ("passed", remark.as_str()),
            Ok(Outcome::Skipped(why)) => ("skipped", why.as_str()),
            Err(_) => {
                failed.push(*name);
                ("FAILED", "")
            }
        };
        println!("{name:16} {verdict:8} {:>7.1} s  {remark}", time.as_secs_f64());
    }
    let total: Duration = results.iter().map(|(_, time, _)| *time).sum();
    println!("{:16} {:8} {:>7.1} s", "all", "", total.as_secs_f64());
    println!("\n{} steps passed or skipped, {} failed", results.len() - failed.len(), failed.len());
    if failed.is_empty() {
        return Ok(());
    }
    let again = failed.iter().map(|name| format!("--only {name}")).collect::<Vec<_>>().join(" ");
    Err(Failure::new(
        format!("failed: {}", failed.join(", ")),
        "cargo xtask test",
        format!("see above; once mended: cargo xtask test {again}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_chosen_by_name() {
        let names = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            chosen(&words).map(|steps| steps.iter().map(|step| step.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["--only", "fmt", "--only", "tidy"]).unwrap(), ["fmt", "tidy"]);
        assert_eq!(names(&["--skip", "fmt"]).unwrap().len(), STEPS.len() - 1);
        assert!(names(&["--only", "nothing"]).is_err());
        assert!(names(&["--fast"]).is_err());
    }

    #[test]
    fn one_failure_fails_all() {
        let passed = || ("a", Duration::ZERO, Ok(Outcome::Passed(String::new())));
        assert!(summary(&[passed()]).is_ok());
        assert!(summary(&[passed(), ("b", Duration::ZERO, Err(Failure::new("x", "y", "z")))]).is_err());
    }
}
