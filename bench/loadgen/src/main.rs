//! mcp-load: a load generator and meter for MCP servers.
//!
//! Every server is started by this program, so that its CPU time, memory and
//! start-up can be charged to it; every response is parsed and checked.
//! See ../README.md for the targets file and the workloads.

mod crowd;
mod http;
mod process;
mod report;
mod rpc;
mod stdio;
mod target;

use std::{collections::HashMap, time::Duration};

use report::{Results, Sample};
use rpc::{Era, Kind};
use target::{Target, Transport};

/// One thing to measure on one kind of transport.
#[derive(Clone, Copy)]
pub struct Workload {
    pub name: &'static str,
    pub transport: Transport,
    pub kind: Kind,
    /// HTTP: connections. stdio: requests in flight.
    pub width: usize,
    pub tools: usize,
    /// Beside a thousand idle connections and fifty slow ones.
    pub crowd: bool,
}

const fn w(name: &'static str, transport: Transport, kind: Kind, width: usize, tools: usize) -> Workload {
    Workload { name, transport, kind, width, tools, crowd: false }
}

const fn crowded(workload: Workload) -> Workload {
    Workload { crowd: true, ..workload }
}

const WORKLOADS: &[Workload] = &[
    w("http_cold", Transport::Http, Kind::Cold, 1, 3),
    w("echo_c1", Transport::Http, Kind::Echo, 1, 3),
    w("echo_c16", Transport::Http, Kind::Echo, 16, 3),
    crowded(w("echo_c16_crowd", Transport::Http, Kind::Echo, 16, 3)),
    w("echo_c128", Transport::Http, Kind::Echo, 128, 3),
    w("echo_c16_t100", Transport::Http, Kind::Echo, 16, 100),
    w("list100_c16", Transport::Http, Kind::List, 16, 100),
    w("big100k_c16", Transport::Http, Kind::Big, 16, 3),
    w("sse100_c8", Transport::Http, Kind::Progress, 8, 3),
    w("stdio_cold", Transport::Stdio, Kind::Cold, 1, 3),
    w("stdio_seq", Transport::Stdio, Kind::Echo, 1, 3),
    w("stdio_pipe64", Transport::Stdio, Kind::Echo, 64, 3),
    w("stdio_list100", Transport::Stdio, Kind::List, 1, 100),
    w("stdio_big100k", Transport::Stdio, Kind::Big, 1, 3),
];

pub struct Options {
    targets: String,
    out: String,
    rounds: usize,
    pub secs: f64,
    pub warmup: f64,
    only: Vec<String>,
    workloads: Vec<String>,
    cold: usize,
    baseline: Option<String>,
    pub server_cpus: Vec<usize>,
    gen_cpus: Vec<usize>,
}

fn usage() -> ! {
    eprintln!(
        "usage: mcp-load --targets FILE --out FILE.json [--rounds 5] [--secs 1.5] [--warmup 0.5]\n\
         \x20               [--only NAME,NAME] [--workloads NAME,NAME] [--cold 5] [--baseline NAME]\n\
         \x20               [--server-cpus 1] [--gen-cpus 0]\n\
         \x20      mcp-load --report FILE.json [--baseline NAME]\n\
         an empty cpu list (--server-cpus \"\") leaves the scheduler free"
    );
    std::process::exit(2)
}

fn list(s: &str) -> Vec<String> {
    s.split(',').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

fn main() {
    let mut o = Options {
        targets: String::new(),
        out: String::new(),
        rounds: 5,
        secs: 1.5,
        warmup: 0.5,
        only: vec![],
        workloads: vec![],
        cold: 5,
        baseline: None,
        server_cpus: vec![],
        gen_cpus: vec![],
    };
    let mut render = None;
    let mut args = std::env::args().skip(1);
    while let Some(flag) = args.next() {
        let value = args.next().unwrap_or_else(|| usage());
        let cpus = || list(&value).iter().map(|v| v.parse().unwrap_or_else(|_| usage())).collect();
        match flag.as_str() {
            "--targets" => o.targets = value,
            "--out" => o.out = value,
            "--rounds" => o.rounds = value.parse().unwrap_or_else(|_| usage()),
            "--secs" => o.secs = value.parse().unwrap_or_else(|_| usage()),
            "--warmup" => o.warmup = value.parse().unwrap_or_else(|_| usage()),
            "--cold" => o.cold = value.parse().unwrap_or_else(|_| usage()),
            "--only" => o.only = list(&value),
            "--workloads" => o.workloads = list(&value),
            "--baseline" => o.baseline = Some(value),
            "--server-cpus" => o.server_cpus = cpus(),
            "--gen-cpus" => o.gen_cpus = cpus(),
            "--report" => render = Some(value),
            _ => usage(),
        }
    }
    if let Some(path) = render {
        let text = std::fs::read_to_string(&path).expect("read results");
        let results: Results = serde_json::from_str(&text).expect("parse results");
        print!("{}", report::tables(&results, o.baseline.as_deref()));
        return;
    }
    if o.targets.is_empty() || o.out.is_empty() {
        usage();
    }
    measure(&o);
}

fn measure(o: &Options) {
    process::pin_self(&o.gen_cpus);
    let targets: Vec<Target> = target::load(&o.targets)
        .into_iter()
        .filter(|t| o.only.is_empty() || o.only.contains(&t.name))
        .collect();
    let workloads: Vec<Workload> = WORKLOADS
        .iter()
        .filter(|w| o.workloads.is_empty() || o.workloads.iter().any(|n| n == w.name))
        .copied()
        .collect();
    let mut results = Results::new(o, &targets);
    for round in 0..o.rounds {
        // Servers are started afresh in every round and shared by its workloads.
        let mut running: HashMap<(usize, usize), http::Server> = HashMap::new();
        // Below the ports that the system gives to clients: who connects to one of those before anybody listens there can
        // be connected to itself.
        let mut port = 20_000 + (std::process::id() % 120) as u16 * 100;
        for workload in &workloads {
            for k in 0..targets.len() {
                // Rotate, so that no target always follows the same neighbour.
                let i = (k + round) % targets.len();
                let t = &targets[i];
                if t.transport != workload.transport || t.skip.iter().any(|s| s == workload.name) {
                    continue;
                }
                let outcome = match (workload.transport, workload.kind) {
                    (Transport::Http, Kind::Cold) => http::cold(t, o, o.cold, &mut port),
                    (Transport::Http, _) => {
                        let key = (i, workload.tools);
                        if !running.contains_key(&key) {
                            port += 1;
                            match http::Server::start(t, o, workload.tools, port) {
                                Ok(s) => {
                                    running.insert(key, s);
                                }
                                Err(e) => {
                                    report_line(round, workload, t, &Err(e.clone()));
                                    results.failures.push(format!("{} {}: {e}", t.name, workload.name));
                                    continue;
                                }
                            }
                        }
                        http::run(&running[&key], t, workload, o)
                    }
                    (Transport::Stdio, Kind::Cold) => stdio::cold(t, o, o.cold),
                    (Transport::Stdio, _) => stdio::run(t, workload, o),
                };
                report_line(round, workload, t, &outcome);
                match outcome {
                    Ok(mut s) => {
                        s.round = round;
                        s.target = t.name.clone();
                        s.workload = workload.name.to_owned();
                        results.samples.push(s);
                    }
                    Err(e) => results.failures.push(format!("{} {}: {e}", t.name, workload.name)),
                }
            }
        }
        drop(running);
        results.save(&o.out);
    }
    print!("{}", report::tables(&results, o.baseline.as_deref()));
}

fn report_line(round: usize, w: &Workload, t: &Target, outcome: &Result<Sample, String>) {
    match outcome {
        Ok(s) => eprintln!(
            "[{round}] {:<14} {:<22} {:>9.0}/s p50 {:>8.0}us p99 {:>8.0}us cpu {:>8.1}us/req  server {:>3.0}% gen {:>3.0}% others {:>3.0}%  errors {} {}",
            w.name,
            t.name,
            s.rps,
            s.p50_us,
            s.p99_us,
            s.cpu_us,
            s.server_util * 100.0,
            s.gen_util * 100.0,
            s.others_util * 100.0,
            s.errors,
            s.first_error.as_deref().unwrap_or("")
        ),
        Err(e) => eprintln!("[{round}] {:<14} {:<22} FAILED: {e}", w.name, t.name),
    }
}

/// Percentiles and rates, shared by both drivers.
pub struct Tally {
    pub latencies_us: Vec<f32>,
    pub errors: u64,
    pub first_error: Option<String>,
    pub bytes: u64,
}

impl Tally {
    pub fn new() -> Self {
        Self { latencies_us: Vec::with_capacity(1 << 16), errors: 0, first_error: None, bytes: 0 }
    }

    pub fn fail(&mut self, e: String) {
        self.errors += 1;
        self.first_error.get_or_insert(e);
    }

    pub fn merge(&mut self, other: Tally) {
        self.latencies_us.extend(other.latencies_us);
        self.errors += other.errors;
        self.bytes += other.bytes;
        if let Some(e) = other.first_error {
            self.first_error.get_or_insert(e);
        }
    }

    pub fn sample(mut self, wall: Duration, before: &process::Usage, after: &process::Usage) -> Sample {
        self.latencies_us.sort_by(f32::total_cmp);
        let n = self.latencies_us.len();
        let at = |q: f64| {
            if n == 0 { f64::NAN } else { f64::from(self.latencies_us[((n as f64 * q) as usize).min(n - 1)]) }
        };
        let secs = wall.as_secs_f64();
        let cpu = after.server_cpu.saturating_sub(before.server_cpu).as_secs_f64();
        let generator = after.own_cpu.saturating_sub(before.own_cpu).as_secs_f64();
        let busy = after.machine_busy.saturating_sub(before.machine_busy).as_secs_f64();
        Sample {
            requests: n as u64,
            errors: self.errors,
            first_error: self.first_error,
            secs,
            rps: n as f64 / secs,
            p50_us: at(0.50),
            p99_us: at(0.99),
            cpu_us: cpu * 1e6 / n as f64,
            server_util: cpu / secs,
            gen_util: generator / secs,
            others_util: (busy - cpu - generator).max(0.0) / secs,
            resp_bytes: if n == 0 { 0.0 } else { self.bytes as f64 / n as f64 },
            ..Sample::default()
        }
    }
}

pub fn era_name(e: Era) -> &'static str {
    match e {
        Era::Y2025 => "2025-11-25",
        Era::Y2026 => "2026-07-28",
    }
}
