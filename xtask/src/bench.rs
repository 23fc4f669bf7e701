//! `cargo xtask bench`: what a request over stdio costs, beside a bare loop and beside rmcp.
//!
//! The programs are in `bench/`, a workspace of its own. The table goes into README.md.

use std::fmt::Write;
use std::thread::available_parallelism;

use serde_json::Value;

use crate::failure::Failure;
use crate::readme;
use crate::tool::Tool;
use crate::workspace::root;

/// Rows: targets of `bench/targets.txt`, and what they are. The first is what the others are compared with.
const TARGETS: [(&str, &str); 5] = [
    ("loop", "a bare loop: `serde_json`, no framework"),
    ("loop-tokio", "the same on Tokio"),
    ("ours", "`pulseengine-mcp`"),
    ("rmcp-stdio", "`rmcp` 3.9.0"),
    ("rmcp-stdio-pipes", "`rmcp` 3.9.0, `stdio_pipes`"),
];

/// Columns: workloads, and what they are.
const WORKLOADS: [(&str, &str); 5] = [
    ("stdio_seq", "one by one"),
    ("stdio_pipe64", "64 in flight"),
    ("stdio_list100", "list of 100 tools"),
    ("stdio_big100k", "result of 100 kB"),
    ("stdio_cold", "start"),
];

const AGAIN: &str = "run it again on a machine that is not busy";

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (secs, rounds) = options(arguments)?;
    let (secs, rounds) = (secs.to_string(), rounds.to_string());
    let folder = root().join("bench");
    let release = ["build", "--release", "--quiet", "--locked", "--target-dir", "target"];
    Tool::cargo().dir(&folder).args(release).run("mend the errors above")?;

    let cores = available_parallelism().map_or(1, usize::from);
    // The load on the first core, the server on the second.
    let pins: &[&str] = if cores > 1 { &["--gen-cpus", "0", "--server-cpus", "1"] } else { &[] };
    let out = folder.join("target/speed.json");
    Tool::new(folder.join("target/release/mcp-load"))
        .dir(&folder)
        .args(["--targets", "targets.txt", "--baseline", "loop", "--secs", &secs, "--rounds", &rounds])
        .args(["--only", &names(&TARGETS), "--workloads", &names(&WORKLOADS)])
        .args(["--out".as_ref(), out.as_os_str()])
        .args(pins)
        .run("see the message above")?;

    let wrong = |e: String| Failure::new(e, out.display(), AGAIN);
    let text = std::fs::read_to_string(&out).map_err(|e| wrong(e.to_string()))?;
    let results: Value = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    let rustc = Tool::new("rustc").dir(root()).args(["--version"]).output("install Rust")?;
    let rustc = rustc.split_whitespace().nth(1).unwrap_or_default();
    let mut block = table(&results).map_err(wrong)?;
    // Writing to memory does not fail.
    let _ = write!(
        block,
        "\nMicroseconds of processor time of the server per request (per start in the last column), and how many times \
         what the bare loop takes. Median of {rounds} rounds of {secs} s, the server on one of {cores} cores, Linux, \
         rustc {rustc}, every answer checked. `cargo xtask bench` measures again.\n"
    );
    print!("\n{block}");
    readme::update("speed", &block)?;
    println!("\nwritten to README.md");
    Ok(())
}

fn options(arguments: &[String]) -> Result<(f64, usize), Failure> {
    let (mut secs, mut rounds) = (1.5, 5);
    for pair in arguments.chunks(2) {
        let known = match pair {
            [name, value] if name == "--secs" => value.parse().map(|value| secs = value).is_ok(),
            [name, value] if name == "--rounds" => value.parse().map(|value| rounds = value).is_ok(),
            _ => false,
        };
        if !known {
            let what = format!("not understood: {}", pair.join(" "));
            return Err(Failure::new(
                what,
                "cargo xtask bench",
                "give --secs SECONDS, --rounds NUMBER or nothing",
            ));
        }
    }
    Ok((secs, rounds))
}

fn names(table: &[(&str, &str)]) -> String {
    table.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",")
}

/// The results as a table, or what is wrong with them.
fn table(results: &Value) -> Result<String, String> {
    if let Some(failure) = results["failures"].get(0) {
        return Err(failure.to_string());
    }
    let mut out = String::from("| server |");
    WORKLOADS.iter().for_each(|(_, what)| out += &format!(" {what} |"));
    out += "\n|---|--:|--:|--:|--:|--:|\n";
    for (target, what) in TARGETS {
        out += &format!("| {what} |");
        for (workload, _) in WORKLOADS {
            let spent = median(results, target, workload)?;
            let [(base, _), ..] = TARGETS;
            let ratio = spent / median(results, base, workload)?;
            out += &format!(" {} (×{ratio:.1}) |", number(spent));
        }
        out.push('\n');
    }
    Ok(out)
}

/// The median over the rounds of the processor time per request.
fn median(results: &Value, target: &str, workload: &str) -> Result<f64, String> {
    let samples = results["samples"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut spent = Vec::new();
    for sample in samples.iter().filter(|s| s["target"] == target && s["workload"] == workload) {
        if sample["errors"] != 0 {
            return Err(format!("{target}, {workload}: {}", sample["first_error"]));
        }
        spent.extend(sample["cpu_us"].as_f64());
    }
    spent.sort_by(f64::total_cmp);
    spent.get(spent.len() / 2).copied().ok_or_else(|| format!("{target}, {workload}: not measured"))
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value {
        10.0.. => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn results(errors: u32) -> Value {
        let mut samples = Vec::new();
        for (factor, (target, _)) in (1..).zip(TARGETS) {
            for (workload, _) in WORKLOADS {
                for spent in [3.0, 1.0, 2.0] {
                    let sample = json!({"target": target, "workload": workload, "cpu_us": spent * f64::from(factor), "errors": errors, "first_error": "late"});
                    samples.push(sample);
                }
            }
        }
        json!({"failures": [], "samples": samples})
    }

    #[test]
    fn medians_and_ratios_are_shown() {
        let shown = table(&results(0)).unwrap();
        assert!(shown.contains("| `pulseengine-mcp` | 6.00 (×3.0) |"), "{shown}");
        assert_eq!(number(123.4), "123");
    }

    #[test]
    fn what_failed_is_not_shown_as_a_number() {
        assert!(table(&results(1)).unwrap_err().contains("late"));
        assert!(table(&json!({"failures": ["broken"]})).unwrap_err().contains("broken"));
        assert!(table(&json!({})).unwrap_err().contains("not measured"));
    }

    #[test]
    fn options_are_checked() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(options(&words("--rounds 2 --secs 0.5")).unwrap(), (0.5, 2));
        for wrong in ["--rounds", "--rounds x", "fast"] {
            assert!(options(&words(wrong)).unwrap_err().to_string().contains(wrong), "{wrong}");
        }
    }
}
