//! Runs a case: the server, the good client, the attack, what is measured during it and after.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, timeout};

use crate::case::{Case, Failure, Kind, Setting, Stage};
use crate::figure::{Figure, mebibytes, time};
use crate::good::{Record, Working};
use crate::process::{Probe, Process, Programs, Scratch};

/// The most memory that a server may use under any attack, in KiB.
const MOST_MEMORY: u64 = 300 << 10;

/// What memory may be above twice that of the start, in KiB: small numbers double easily.
const SMALL: u64 = 8 << 10;

/// The time that 99 of 100 requests of the good client may take.
const P99: Duration = Duration::from_millis(250);

/// Descriptors that may be open besides those of the start: connections of the good client.
const DESCRIPTORS: usize = 8;

/// How a case is run.
#[derive(Clone, Debug)]
pub struct Mode {
    /// Where the programs are, and how far times are scaled.
    pub programs: Programs,
    /// In full, or in the short form.
    pub full: bool,
}

impl Mode {
    /// After this nothing is run a second time.
    pub const fn enough(&self) -> Duration {
        Duration::from_secs(if self.full { 2 * 3600 } else { 190 })
    }

    /// How long the good client goes on after the attack.
    const fn after(&self) -> Duration {
        Duration::from_secs(if self.full { 10 } else { 2 })
    }

    /// When memory is looked at, after the attack.
    const fn settled(&self) -> Duration {
        Duration::from_secs(if self.full { 30 } else { 5 })
    }

    /// After this an attack is given up.
    const fn most(&self) -> Duration {
        Duration::from_secs(if self.full { 900 } else { 90 })
    }
}

/// What came of a case.
#[derive(Debug)]
pub struct Report {
    /// The case.
    pub name: &'static str,
    /// The rows that it answers.
    pub rows: &'static [u8],
    /// What was measured.
    pub figures: Vec<Figure>,
    /// Why it could not be run to its end.
    pub failure: Option<String>,
}

impl Report {
    /// Whether all figures hold.
    pub fn holds(&self) -> bool {
        self.failure.is_none() && self.figures.iter().all(|figure| figure.holds)
    }
}

/// Runs a case. What it takes of the machine is given back when the attack is over.
pub async fn run(case: Case, mode: Mode, place: OwnedSemaphorePermit) -> Report {
    let mut figures = Vec::new();
    let ran = match case.kind {
        Kind::Alone(alone) => {
            let measured = timeout(mode.most(), alone(mode.programs.clone())).await;
            drop(place);
            measured
                .unwrap_or_else(|_| Err("it takes too long".into()))
                .map(|measured| figures.extend(measured))
        }
        Kind::Beside { setting, attack } => {
            beside(case.name, setting, attack, &mode, place, &mut figures).await
        }
    };
    let failure = ran.err().map(|failure| failure.to_string());
    Report { name: case.name, rows: case.rows, figures, failure }
}

/// An attack on a server, with a good client beside it.
async fn beside(
    name: &str,
    setting: fn(&std::path::Path) -> Result<Setting, Failure>,
    attack: fn(Arc<Stage>) -> crate::case::Running,
    mode: &Mode,
    place: OwnedSemaphorePermit,
    figures: &mut Vec<Figure>,
) -> Result<(), Failure> {
    let scratch = Scratch::new(name)?;
    let setting = setting(scratch.path())?;
    let programs = mode.programs.clone();
    let setup = setting.setup.clone();
    let (mut process, address) =
        tokio::task::spawn_blocking(move || Process::serve(&programs, &setup)).await??;
    let probe = process.probe();
    let good = setting.good.clone();
    let working = tokio::task::spawn_blocking(move || Working::begin(good, address)).await??;
    probe.forget_peak();
    let before = Before::of(probe);
    let peak = Peak::watch(probe);
    let stage = Stage { address, probe, scale: mode.programs.scale, full: mode.full };
    let attacked = timeout(mode.most(), attack(Arc::new(stage))).await;
    drop(place);
    sleep(mode.after()).await;
    let record = tokio::task::spawn_blocking(move || working.end()).await??;
    sleep(mode.settled().saturating_sub(mode.after())).await;
    let descriptors = peak.end();
    figures.extend(attacked.unwrap_or_else(|_| Err("the attack takes too long".into()))?);
    judge_good(&record, figures);
    figures.push(Figure::so("it still runs", process.runs(), process.runs()));
    figures.push(Figure::memory("peak", probe.peak(), MOST_MEMORY));
    if mode.programs.component.is_none() {
        // The memory of an instance never shrinks.
        figures.push(Figure::memory(
            format!("memory after ({} before)", mebibytes(before.memory)),
            probe.memory(),
            2 * before.memory + if mode.full { 0 } else { SMALL } + setting.kept,
        ));
    }
    let open = probe.descriptors();
    let what = format!("descriptors after ({descriptors} at most meanwhile)");
    figures.push(Figure::most(what, open, before.descriptors + DESCRIPTORS));
    let cpu = probe.cpu().saturating_sub(before.cpu);
    figures.push(Figure { seen: format!("CPU: {}", time(cpu)), bound: "-".into(), holds: true });
    Ok(())
}

/// Judges how the good client was served.
fn judge_good(record: &Record, figures: &mut Vec<Figure>) {
    let first = record.refused.first().map(|why| format!(" ({why})")).unwrap_or_default();
    figures.push(Figure {
        seen: format!("good: refused {} of {}{first}", record.refused.len(), record.sent()),
        bound: "at most 1 in 100".into(),
        holds: record.is_served() && !record.times.is_empty(),
    });
    figures.push(Figure::within("good: p99", record.p99(), P99));
}

/// What a server uses before the attack.
struct Before {
    memory: u64,
    descriptors: usize,
    cpu: Duration,
}

impl Before {
    fn of(probe: Probe) -> Self {
        Self { memory: probe.memory(), descriptors: probe.descriptors(), cpu: probe.cpu() }
    }
}

/// The most descriptors that are open at once; the kernel keeps the peak of memory itself.
struct Peak {
    most: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Peak {
    fn watch(probe: Probe) -> Self {
        let peak = Self { most: Arc::default(), stop: Arc::default() };
        let (most, stop) = (Arc::clone(&peak.most), Arc::clone(&peak.stop));
        std::thread::spawn(move || {
            while !stop.load(SeqCst) {
                most.fetch_max(probe.descriptors() as u64, SeqCst);
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        peak
    }

    fn end(self) -> u64 {
        self.most.load(SeqCst)
    }
}

impl Drop for Peak {
    fn drop(&mut self) {
        self.stop.store(true, SeqCst);
    }
}
