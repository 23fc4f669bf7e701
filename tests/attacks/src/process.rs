//! The programs that are attacked: started, measured by what the kernel says of them, and ended.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a program may take to listen; a component is compiled before.
const PATIENCE: Duration = Duration::from_secs(60);

/// The children that run: they are ended when this program has to stop.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Where the programs are, and how far times are scaled.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The folder with all programs.
    pub folder: PathBuf,
    /// By how much the limits of time are divided.
    pub scale: u32,
    /// `everything` as a component, and the host that serves it, in place of the native program.
    pub component: Option<Component>,
}

/// A component and its host.
#[derive(Clone, Debug)]
pub struct Component {
    /// A program that serves the component that is its last argument, and says where it listens.
    pub host: PathBuf,
    /// The component.
    pub file: PathBuf,
}

/// A program that is attacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The example of that name, with its defaults.
    Everything,
    /// `attack-victim`, with its limits of time scaled.
    Victim,
}

/// How a program is started.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Which one.
    pub program: Program,
    /// Its arguments besides those for HTTP.
    pub arguments: &'static [&'static str],
    /// What is in its environment.
    pub env: Vec<(&'static str, String)>,
}

impl Setup {
    /// The example `everything`.
    pub const fn everything() -> Self {
        Self { program: Program::Everything, arguments: &[], env: Vec::new() }
    }

    /// The victim.
    pub const fn victim() -> Self {
        Self { program: Program::Victim, arguments: &[], env: Vec::new() }
    }

    /// With a variable in its environment.
    #[must_use]
    pub fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    /// With arguments.
    #[must_use]
    pub const fn arguments(mut self, arguments: &'static [&'static str]) -> Self {
        self.arguments = arguments;
        self
    }
}

/// A program that runs. Dropping it ends it.
#[derive(Debug)]
pub struct Process {
    /// The program itself.
    pub child: Child,
    probe: Probe,
}

impl Process {
    /// Starts a program.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        let child = command.spawn().map_err(|error| format!("{command:?} does not start: {error}"))?;
        let pid = child.id();
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).insert(pid);
        Ok(Self { child, probe: Probe(pid) })
    }

    /// Starts a server and waits until it listens; also where it does.
    pub fn serve(programs: &Programs, setup: &Setup) -> Result<(Self, SocketAddr), String> {
        let mut command = match (setup.program, &programs.component) {
            (Program::Everything, Some(component)) => {
                let mut command = Command::new(&component.host);
                command.arg("--optimize").arg(&component.file);
                command
            }
            (Program::Everything, None) => {
                let mut command = Command::new(programs.folder.join("everything"));
                command.args(["--http", "127.0.0.1:0"]);
                command
            }
            (Program::Victim, _) => {
                let mut command = Command::new(programs.folder.join("attack-victim"));
                command.arg("http").env("ATTACK_SCALE", programs.scale.to_string());
                command
            }
        };
        // What is no longer used goes back to the system after ten seconds, by default.
        command.env("_RJEM_MALLOC_CONF", format!("dirty_decay_ms:{}", 10_000 / programs.scale.max(1)));
        command.args(setup.arguments).envs(setup.env.iter().map(|(name, value)| (name, value)));
        Self::listening(&mut command)
    }

    /// Starts a program that says on one of its streams where it listens.
    pub fn listening(command: &mut Command) -> Result<(Self, SocketAddr), String> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Self::start(command)?;
        let (sender, lines) = channel();
        watch(process.child.stdout.take(), sender.clone());
        watch(process.child.stderr.take(), sender);
        let line = lines.recv_timeout(PATIENCE).map_err(|_| "it does not listen".to_owned())?;
        let address = address_in(&line).ok_or_else(|| format!("it says no address but: {line}"))?;
        Ok((process, address))
    }

    /// What can be measured of it.
    pub const fn probe(&self) -> Probe {
        self.probe
    }

    /// Whether it runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends it a signal, by its name.
    pub fn signal(&self, name: &str) -> Result<(), String> {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        sent.map_err(|error| format!("kill does not start: {error}")).map(drop)
    }

    /// Waits for its end, for at most that time; how it ended, and after what time.
    pub fn end_within(&mut self, time: Duration) -> Option<(ExitStatus, Duration)> {
        let began = Instant::now();
        while began.elapsed() < time {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some((status, began.elapsed()));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.probe.0);
    }
}

/// Passes on the lines of a stream, which is read to its end, so that the program can say more.
fn watch(stream: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    let Some(stream) = stream else { return };
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line.clone()).is_err() {
                eprintln!("    {line}");
            }
        }
    });
}

/// Ends all programs that were started.
pub fn end_all() {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    for pid in running.iter() {
        // What has ended meanwhile is no concern.
        let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    }
}

/// The address in `listening on http://ADDRESS/mcp`.
fn address_in(line: &str) -> Option<SocketAddr> {
    let rest = line.strip_prefix("listening on ")?;
    let rest = rest.strip_prefix("http://").or(rest.strip_prefix("https://")).unwrap_or(rest);
    rest.trim_end_matches("/mcp").parse().ok()
}

/// Measures a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe(u32);

impl Probe {
    fn status_kib(self, field: &str) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(field));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    /// Memory in use, in KiB.
    pub fn memory(self) -> u64 {
        self.status_kib("VmRSS:")
    }

    /// The most memory that was ever in use, in KiB.
    pub fn peak(self) -> u64 {
        self.status_kib("VmHWM:")
    }

    /// Begins the peak anew: what a server used before it was attacked does not count.
    pub fn forget_peak(self) {
        // Where the kernel does not allow it, the peak is that of all.
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.0), "5");
    }

    /// Open file descriptors.
    pub fn descriptors(self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.0)).map_or(0, Iterator::count)
    }

    /// Time spent on a processor: the threads that live, in nanoseconds, as the kernel's scheduler counts.
    pub fn cpu(self) -> Duration {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", self.0)) else { return Duration::ZERO };
        let spent = threads.flatten().filter_map(|thread| {
            let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(spent.sum())
    }
}

/// A folder for the time of an attack.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new folder.
    pub fn new(name: &str) -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("mcp-attack-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found() {
        for line in ["listening on 127.0.0.1:80", "listening on https://127.0.0.1:80/mcp"] {
            assert_eq!(address_in(line), "127.0.0.1:80".parse().ok(), "{line}");
        }
        assert_eq!(address_in("error"), None);
    }

    #[test]
    fn this_process_can_be_measured() {
        let probe = Probe(std::process::id());
        // In this order: other tests use memory meanwhile.
        let memory = probe.memory();
        assert!(memory > 0 && probe.peak() >= memory && probe.descriptors() > 2);
        let before = probe.cpu();
        let sum: u64 = (0..20_000_000u64).map(std::hint::black_box).sum();
        // The kernel brings the number up to date when the thread is taken off its processor.
        std::thread::sleep(Duration::from_millis(1));
        assert!(sum > 0 && probe.cpu() > before);
    }
}
