//! The tables of README.md: which servers, under which load, and what is shown of it.

use serde_json::Value;

/// One table.
pub struct Table {
    /// Its word on the command line.
    pub name: &'static str,
    /// Its block in README.md.
    pub block: &'static str,
    /// Rows: targets of `bench/targets.txt`, and what they are. The first is what the others are compared with.
    pub targets: &'static [(&'static str, &'static str)],
    /// Columns: workloads, and what they are.
    pub workloads: &'static [(&'static str, &'static str)],
    /// What the first row is, in the sentence below.
    pub base: &'static str,
    /// What is measured besides: how long requests take beside a crowd of other connections.
    pub crowd: Option<(&'static str, &'static str)>,
    /// Whether components and their host have to be built.
    pub components: bool,
}

/// All of them; the last is measured when it is asked for, as its host takes long to build.
pub const TABLES: [Table; 3] = [
    Table {
        name: "stdio",
        block: "speed",
        targets: &[
            ("loop", "a bare loop: `serde_json`, no framework"),
            ("loop-tokio", "the same on Tokio"),
            ("ours", "`pulseengine-mcp`"),
            ("rmcp-stdio", "`rmcp` 3.9.0"),
            ("rmcp-stdio-pipes", "`rmcp` 3.9.0, `stdio_pipes`"),
        ],
        workloads: &[
            ("stdio_seq", "one by one"),
            ("stdio_pipe64", "64 in flight"),
            ("stdio_list100", "list of 100 tools"),
            ("stdio_big100k", "result of 100 kB"),
            ("stdio_cold", "start"),
        ],
        base: "the bare loop",
        crowd: None,
        components: false,
    },
    Table {
        name: "http",
        block: "speed-http",
        targets: &[
            ("hyper-checked", "bare hyper: `serde_json`, the required checks, no framework"),
            ("ours-http", "`pulseengine-mcp`"),
            ("rmcp", "`rmcp` 3.9.0"),
        ],
        workloads: &[
            ("echo_c1", "1 connection"),
            ("echo_c16", "16"),
            ("echo_c128", "128"),
            ("echo_c16_t100", "16, of 100 tools"),
            ("list100_c16", "list of 100 tools"),
            ("big100k_c16", "result of 100 kB"),
            ("sse100_c8", "100 events"),
        ],
        base: "bare hyper",
        crowd: Some(("ours-http", "echo_c16_crowd")),
        components: false,
    },
    Table {
        name: "wasm",
        block: "speed-wasm",
        targets: &[
            ("bare", "bare `wstd`, an instance for each request"),
            ("ours-p2", "`pulseengine-mcp`, WASI 0.2, an instance for each request"),
            ("ours-p3", "WASI 0.3, likewise"),
            ("ours-p2-16", "WASI 0.2, an instance for 16 requests"),
            ("ours-p3-16", "WASI 0.3, likewise"),
            ("ours-p2-128", "WASI 0.2, an instance for 128 requests"),
            ("ours-p3-128", "WASI 0.3, likewise"),
            ("ours-p2-pinned", "WASI 0.2, one instance"),
            ("ours-p3-pinned", "WASI 0.3, one instance"),
            ("bare-128", "bare `wstd`, an instance for 128 requests"),
        ],
        workloads: &[
            ("echo_c1", "1 connection"),
            ("echo_c16", "16"),
            ("big100k_c16", "result of 100 kB"),
            ("sse100_c8", "100 events"),
        ],
        base: "bare `wstd`",
        crowd: None,
        components: true,
    },
];

impl Table {
    /// All targets, as `mcp-load` takes them.
    pub fn only(&self) -> String {
        names(self.targets.iter().map(|(name, _)| *name))
    }

    /// All workloads, as `mcp-load` takes them.
    pub fn loads(&self) -> String {
        names(self.workloads.iter().map(|(name, _)| *name).chain(self.crowd.map(|(_, load)| load)))
    }

    /// The results as a table, or what is wrong with them.
    pub fn render(&self, results: &Value) -> Result<String, String> {
        if let Some(failure) = results["failures"].get(0) {
            return Err(failure.to_string());
        }
        let mut out = String::from("| server |");
        self.workloads.iter().for_each(|(_, what)| out += &format!(" {what} |"));
        out += "\n|---|";
        self.workloads.iter().for_each(|_| out += "--:|");
        out.push('\n');
        for (target, what) in self.targets {
            out += &format!("| {what} |");
            for (workload, _) in self.workloads {
                let spent = median(results, target, workload, "cpu_us")?;
                let base = self.targets.first().map_or("", |(name, _)| name);
                let ratio = spent / median(results, base, workload, "cpu_us")?;
                out += &format!(" {} (×{ratio:.2}) |", number(spent));
            }
            out.push('\n');
        }
        Ok(out)
    }

    /// What is said of the crowd; empty without.
    pub fn beside_a_crowd(&self, results: &Value) -> Result<String, String> {
        let Some((target, workload)) = self.crowd else { return Ok(String::new()) };
        let late = median(results, target, workload, "p99_us")? / 1000.0;
        Ok(format!(
            " Beside 1,000 idle connections and 50 that send a head byte by byte, 99 % of the requests on 16 connections \
             to `pulseengine-mcp` are answered within {} ms.",
            number(late)
        ))
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(",")
}

/// The median over the rounds.
fn median(results: &Value, target: &str, workload: &str, what: &str) -> Result<f64, String> {
    let samples = results["samples"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut spent = Vec::new();
    for sample in samples.iter().filter(|s| s["target"] == target && s["workload"] == workload) {
        if sample["errors"] != 0 {
            return Err(format!("{target}, {workload}: {}", sample["first_error"]));
        }
        spent.extend(sample[what].as_f64());
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

    fn results(table: &Table, errors: u32) -> Value {
        let mut samples = Vec::new();
        let loads = table.workloads.iter().map(|(name, _)| *name).chain(table.crowd.map(|(_, load)| load));
        let loads: Vec<_> = loads.collect();
        for (factor, (target, _)) in (1..).zip(table.targets) {
            for workload in &loads {
                for spent in [3.0, 1.0, 2.0] {
                    let spent = spent * f64::from(factor);
                    samples.push(json!({
                        "target": target, "workload": workload, "cpu_us": spent, "p99_us": spent * 1000.0,
                        "errors": errors, "first_error": "late"
                    }));
                }
            }
        }
        json!({"failures": [], "samples": samples})
    }

    #[test]
    fn medians_and_ratios_are_shown() {
        let [stdio, http, wasm] = &TABLES;
        let shown = stdio.render(&results(stdio, 0)).unwrap();
        assert!(shown.contains("| `pulseengine-mcp` | 6.00 (×3.00) |"), "{shown}");
        assert!(stdio.beside_a_crowd(&results(stdio, 0)).unwrap().is_empty());
        assert!(http.beside_a_crowd(&results(http, 0)).unwrap().contains("within 4.00 ms"));
        assert!(wasm.render(&results(wasm, 0)).unwrap().contains("one instance | 16 (×8.00) |"));
        assert_eq!(number(123.4), "123");
    }

    #[test]
    fn what_failed_is_not_shown_as_a_number() {
        for table in &TABLES {
            assert!(table.render(&results(table, 1)).unwrap_err().contains("late"));
            assert!(table.render(&json!({"failures": ["broken"]})).unwrap_err().contains("broken"));
            assert!(table.render(&json!({})).unwrap_err().contains("not measured"));
        }
    }
}
