//! Results as JSON, and as Markdown tables of medians.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::{Options, WORKLOADS, era_name, target::Target};

#[derive(Serialize, Deserialize, Default)]
pub struct Results {
    pub conditions: Conditions,
    pub targets: Vec<TargetInfo>,
    pub samples: Vec<Sample>,
    pub failures: Vec<String>,
}

#[derive(Serialize, Deserialize, Default)]
pub struct Conditions {
    pub unix_time: u64,
    pub cpu: String,
    pub kernel: String,
    pub rounds: usize,
    pub secs: f64,
    pub warmup: f64,
    pub server_cpus: Vec<usize>,
    pub load_average_before: String,
    pub load_average_after: String,
}

#[derive(Serialize, Deserialize)]
pub struct TargetInfo {
    pub name: String,
    pub transport: String,
    pub era: String,
    pub command: String,
    pub size_bytes: Option<u64>,
}

/// One measurement of one target under one workload.
#[derive(Serialize, Deserialize, Default, Clone)]
pub struct Sample {
    pub round: usize,
    pub target: String,
    pub workload: String,
    pub requests: u64,
    pub errors: u64,
    pub first_error: Option<String>,
    pub secs: f64,
    pub rps: f64,
    pub p50_us: f64,
    pub p99_us: f64,
    /// Server CPU per request in microseconds (= CPU milliseconds per 1000 requests).
    pub cpu_us: f64,
    /// Server CPU time over wall time: 1.0 is one core busy.
    pub server_util: f64,
    pub gen_util: f64,
    /// What everybody else on the machine used meanwhile.
    pub others_util: f64,
    pub resp_bytes: f64,
    pub rss_idle_kb: u64,
    pub rss_peak_kb: u64,
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

fn size(path: &str) -> Option<u64> {
    let meta = std::fs::metadata(path).ok()?;
    if meta.is_file() {
        return Some(meta.len());
    }
    let mut total = 0;
    for entry in std::fs::read_dir(path).ok()?.flatten() {
        if !entry.file_type().is_ok_and(|t| t.is_symlink()) {
            total += size(entry.path().to_str()?).unwrap_or(0);
        }
    }
    Some(total)
}

impl Results {
    pub fn new(o: &Options, targets: &[Target]) -> Self {
        let cpu = read("/proc/cpuinfo")
            .lines()
            .find_map(|l| l.strip_prefix("model name")?.split_once(':').map(|(_, v)| v.trim().to_owned()))
            .unwrap_or_default();
        Self {
            conditions: Conditions {
                unix_time: std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .map_or(0, |d| d.as_secs()),
                cpu,
                kernel: read("/proc/sys/kernel/osrelease"),
                rounds: o.rounds,
                secs: o.secs,
                warmup: o.warmup,
                server_cpus: o.server_cpus.clone(),
                load_average_before: read("/proc/loadavg"),
                load_average_after: String::new(),
            },
            targets: targets
                .iter()
                .map(|t| TargetInfo {
                    name: t.name.clone(),
                    transport: format!("{:?}", t.transport).to_lowercase(),
                    era: era_name(t.era).to_owned(),
                    command: t.command.clone(),
                    size_bytes: t.size_of.as_deref().and_then(size),
                })
                .collect(),
            ..Self::default()
        }
    }

    pub fn save(&mut self, path: &str) {
        self.conditions.load_average_after = read("/proc/loadavg");
        let json = serde_json::to_string_pretty(self).expect("serialize");
        std::fs::write(path, json).expect("write results");
    }
}

fn median(mut v: Vec<f64>) -> f64 {
    v.retain(|x| x.is_finite());
    v.sort_by(f64::total_cmp);
    match v.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => v[n / 2],
        n => (v[n / 2 - 1] + v[n / 2]) / 2.0,
    }
}

fn number(x: f64) -> String {
    match x {
        _ if !x.is_finite() => "-".to_owned(),
        _ if x >= 100.0 => format!("{x:.0}"),
        _ if x >= 10.0 => format!("{x:.1}"),
        _ => format!("{x:.2}"),
    }
}

/// Medians over the rounds; ratios are of CPU cost against the baseline target.
pub fn tables(r: &Results, baseline: Option<&str>) -> String {
    let mut out = String::new();
    let c = &r.conditions;
    let _ = writeln!(
        out,
        "{} · Linux {} · {} rounds of {} s after {} s of warm-up · server on CPU {:?} · load {} → {}\n",
        c.cpu,
        c.kernel,
        c.rounds,
        c.secs,
        c.warmup,
        c.server_cpus,
        c.load_average_before,
        c.load_average_after
    );
    for w in WORKLOADS {
        let of = |name: &str| -> Vec<&Sample> {
            r.samples.iter().filter(|s| s.workload == w.name && s.target == name).collect()
        };
        if r.samples.iter().all(|s| s.workload != w.name) {
            continue;
        }
        let med = |v: &[&Sample], f: fn(&Sample) -> f64| median(v.iter().map(|s| f(s)).collect());
        let base = baseline.map_or(f64::NAN, |b| med(&of(b), |s| s.cpu_us));
        let _ = writeln!(out, "### {}\n", w.name);
        let _ = writeln!(
            out,
            "| target | req/s | p50 µs | p99 µs | CPU µs/req | min–max | CPU vs {} | server util | gen util | bytes | RSS idle MiB | RSS peak MiB | errors |",
            baseline.unwrap_or("-")
        );
        let _ = writeln!(out, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for t in &r.targets {
            let v = of(&t.name);
            if v.is_empty() {
                continue;
            }
            let cpu = med(&v, |s| s.cpu_us);
            let low = v.iter().map(|s| s.cpu_us).fold(f64::INFINITY, f64::min);
            let high = v.iter().map(|s| s.cpu_us).fold(0.0, f64::max);
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {}–{} | {} | {:.0}% | {:.0}% | {} | {} | {} | {} |",
                t.name,
                number(med(&v, |s| s.rps)),
                number(med(&v, |s| s.p50_us)),
                number(med(&v, |s| s.p99_us)),
                number(cpu),
                number(low),
                number(high),
                number(cpu / base),
                med(&v, |s| s.server_util) * 100.0,
                med(&v, |s| s.gen_util) * 100.0,
                number(med(&v, |s| s.resp_bytes)),
                number(med(&v, |s| s.rss_idle_kb as f64 / 1024.0)),
                number(med(&v, |s| s.rss_peak_kb as f64 / 1024.0)),
                v.iter().map(|s| s.errors).sum::<u64>(),
            );
        }
        out.push('\n');
    }
    let _ = writeln!(out, "### size\n\n| target | protocol | MiB |\n|---|---|--:|");
    for t in &r.targets {
        let mib = t.size_bytes.map_or("-".to_owned(), |b| number(b as f64 / 1048576.0));
        let _ = writeln!(out, "| {} | {} {} | {mib} |", t.name, t.transport, t.era);
    }
    if !r.failures.is_empty() {
        let _ = writeln!(out, "\n### failures\n");
        for f in &r.failures {
            let _ = writeln!(out, "- {f}");
        }
    }
    out
}
