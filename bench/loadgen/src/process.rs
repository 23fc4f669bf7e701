//! Starting servers, and reading what they cost from the kernel.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::{Options, target::Target};

/// A child that does not outlive its handle.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let tree = tree(self.0.id());
        for pid in tree.iter().rev().filter_map(|pid| Pid::from_raw(i32::try_from(*pid).ok()?)) {
            let _ = kill_process(pid, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

pub fn spawn(t: &Target, o: &Options, port: u16, tools: usize, piped: bool) -> Result<Running, String> {
    let (env, argv) = t.argv(port, tools);
    let mut c = Command::new(&argv[0]);
    c.args(&argv[1..]).envs(env);
    // Of use to servers that stop when their input ends.
    c.stdin(Stdio::piped());
    c.stdout(if piped { Stdio::piped() } else { Stdio::null() });
    match std::env::var("MCP_LOAD_STDERR") {
        Ok(path) => {
            let f = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .map_err(|e| e.to_string())?;
            c.stderr(f)
        }
        Err(_) => c.stderr(Stdio::null()),
    };
    // A child inherits the processors of the thread that starts it.
    let own = sched_getaffinity(None);
    pin_self(&o.server_cpus);
    let child = c.spawn();
    if let Ok(own) = own {
        let _ = sched_setaffinity(None, &own);
    }
    child.map(Running).map_err(|e| format!("{}: {e}", argv[0]))
}

/// Binds this thread, and what it starts, to `cpus`; to all if there are none. Failure leaves things as they are.
pub fn pin_self(cpus: &[usize]) {
    let mut set = CpuSet::new();
    if cpus.is_empty() {
        (0..CpuSet::MAX_CPU).for_each(|cpu| set.set(cpu));
    }
    cpus.iter().filter(|cpu| **cpu < CpuSet::MAX_CPU).for_each(|cpu| set.set(*cpu));
    let _ = sched_setaffinity(None, &set);
}

/// The process and its descendants.
pub fn tree(root: u32) -> Vec<u32> {
    let mut out = vec![root];
    let mut i = 0;
    while i < out.len() {
        if let Ok(tasks) = std::fs::read_dir(format!("/proc/{}/task", out[i])) {
            for t in tasks.flatten() {
                let children = std::fs::read_to_string(t.path().join("children")).unwrap_or_default();
                out.extend(children.split_whitespace().filter_map(|c| c.parse::<u32>().ok()));
            }
        }
        i += 1;
    }
    out
}

#[derive(Clone, Copy)]
pub struct Usage {
    pub server_cpu: Duration,
    pub own_cpu: Duration,
    pub machine_busy: Duration,
}

impl Usage {
    pub fn now(server: &[u32]) -> Self {
        Self {
            server_cpu: server.iter().map(|p| cpu_time(*p)).sum(),
            own_cpu: cpu_time(std::process::id()),
            machine_busy: machine_busy(),
        }
    }
}

/// On a contended machine wall time says little: a phase of `secs` lasts until the
/// server has also had a fair amount of CPU, but never longer than four times `secs`.
pub fn enough(elapsed: Duration, secs: f64, server: &[u32], since: Duration, share: f64) -> bool {
    let wall = elapsed.as_secs_f64();
    if wall < secs {
        return false;
    }
    let cpu: Duration = server.iter().map(|p| cpu_time(*p)).sum();
    wall >= 4.0 * secs || cpu.saturating_sub(since).as_secs_f64() >= share * secs
}

/// What the threads that live have spent on a processor, in nanoseconds.
fn cpu_time(pid: u32) -> Duration {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return Duration::ZERO };
    let spent = tasks.flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(spent.sum())
}

/// Busy time of the whole machine: user + nice + system + irq + softirq + steal.
fn machine_busy() -> Duration {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let ticks: Vec<u64> =
        stat.lines().next().unwrap_or("").split_whitespace().skip(1).filter_map(|f| f.parse().ok()).collect();
    let busy: u64 = [0, 1, 2, 5, 6, 7].iter().filter_map(|i| ticks.get(*i)).sum();
    Duration::from_millis(busy * 10)
}

fn status_kb(pid: u32, field: &str) -> u64 {
    std::fs::read_to_string(format!("/proc/{pid}/status"))
        .ok()
        .and_then(|s| {
            s.lines().find(|l| l.starts_with(field)).and_then(|l| l.split_whitespace().nth(1)?.parse().ok())
        })
        .unwrap_or(0)
}

pub fn rss_kb(tree: &[u32]) -> u64 {
    tree.iter().map(|p| status_kb(*p, "VmRSS:")).sum()
}

pub fn peak_kb(tree: &[u32]) -> u64 {
    tree.iter().map(|p| status_kb(*p, "VmHWM:")).sum()
}

/// Starts the peak over, so that a later peak belongs to the workload in between.
pub fn reset_peak(tree: &[u32]) {
    for p in tree {
        let _ = std::fs::write(format!("/proc/{p}/clear_refs"), "5");
    }
}
