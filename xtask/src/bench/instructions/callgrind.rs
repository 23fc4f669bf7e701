//! Runs a server under callgrind, and reads how many instructions it took.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use super::drive::{self, Load};
use crate::failure::Failure;
use crate::tool::Tool;

/// How long a server may take to start or to end; under callgrind everything takes many times longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// The pause between two checks of whether it has.
const OFTEN: Duration = Duration::from_millis(20);

/// Fails where valgrind is not installed.
pub fn installed() -> Result<(), Failure> {
    if Tool::new("valgrind").args(["--version"]).works() {
        return Ok(());
    }
    let next = "install it: the Debian package is `valgrind` (apt-get install valgrind)";
    Err(Failure::new("valgrind does not run", "cargo xtask bench instructions", next))
}

/// The instructions of a server from its start to its end, with so many requests on one connection.
pub fn http(programs: &Path, command: &[&str], load: Load, requests: u32) -> Result<u64, Failure> {
    let shown = command.join(" ");
    let failed = |what: String| Failure::new(what, &shown, "run it by hand");
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    let port = port.map_err(|e| failed(format!("there is no free port: {e}")))?.port();
    let mut words: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
    if let Some(place) = words.iter().position(|word| word.starts_with("http")) {
        words.insert(place + 1, port.to_string());
    }
    let mut server = Server::start(programs, &words)?;
    // What is refused before the server listens does not reach it.
    let stream = server.until(|_| TcpStream::connect(("127.0.0.1", port)).ok(), "it does not listen")?;
    drive::http(stream, port, load, requests).map_err(failed)?;
    // The standard library sends SIGKILL only, after which callgrind writes no count.
    let pid = server.child.id().to_string();
    Tool::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]).output("install a POSIX shell")?;
    server.end()
}

/// The instructions of a server from its start to its end, with so many requests on its standard input.
pub fn stdio(programs: &Path, command: &[&str], load: Load, requests: u32) -> Result<u64, Failure> {
    let words: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
    let mut server = Server::start(programs, &words)?;
    let failed = |what: String| Failure::new(what, command.join(" "), "run it by hand");
    let streams = server.child.stdin.take().zip(server.child.stdout.take());
    let (input, output) = streams.ok_or_else(|| failed("it has no standard streams".to_owned()))?;
    drive::stdio(input, output, load, requests).map_err(failed)?;
    server.end()
}

/// A server under callgrind.
struct Server {
    child: Child,
    shown: String,
    errors: Option<JoinHandle<String>>,
}

impl Server {
    fn start(programs: &Path, command: &[String]) -> Result<Self, Failure> {
        let shown = format!("valgrind --tool=callgrind {}", command.join(" "));
        let (program, arguments) = command.split_first().ok_or_else(|| {
            Failure::new("no command to start", &shown, "report this: it is a mistake in xtask")
        })?;
        let mut child = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(programs.join(program))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| Failure::new(format!("it does not start: {e}"), &shown, "install valgrind"))?;
        let errors = child.stderr.take().map(|mut stderr| {
            spawn(move || {
                let mut bytes = Vec::new();
                // What was read up to an error is still worth showing.
                let _ = stderr.read_to_end(&mut bytes);
                String::from_utf8_lossy(&bytes).into_owned()
            })
        });
        Ok(Self { child, shown, errors })
    }

    /// Waits for something, as long as the server runs.
    fn until<T>(&mut self, mut look: impl FnMut(&mut Child) -> Option<T>, late: &str) -> Result<T, Failure> {
        let start = Instant::now();
        loop {
            if let Some(found) = look(&mut self.child) {
                return Ok(found);
            }
            if start.elapsed() > PATIENCE || !matches!(self.child.try_wait(), Ok(None)) {
                let what = format!("{late}\n{}", self.errors());
                return Err(Failure::new(what, &self.shown, "see its standard error above; run it by hand"));
            }
            sleep(OFTEN);
        }
    }

    /// Waits for its end and reads the count.
    fn end(mut self) -> Result<u64, Failure> {
        self.until(|child| child.try_wait().ok().flatten(), "it does not end")?;
        let errors = self.errors();
        collected(&errors).ok_or_else(|| {
            let what = format!("valgrind gives no count of instructions\n{errors}");
            Failure::new(what, &self.shown, "run it by hand; its last lines must have `Collected : NUMBER`")
        })
    }

    /// Its standard error; ends it.
    fn errors(&mut self) -> String {
        // Both fail when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.errors();
    }
}

/// The count in what valgrind says at the end: `==1== Collected : 123`.
fn collected(errors: &str) -> Option<u64> {
    let mut counts = errors.lines().rev().filter_map(|line| line.split_once(" Collected : "));
    counts.next().and_then(|(_, count)| count.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found() {
        let said = "==7== Callgrind\nsomething\n==7== Events    : Ir\n==7== Collected : 1234567\n==7==\n";
        assert_eq!(collected(said), Some(1_234_567));
        assert_eq!(collected("==7== Callgrind\n"), None);
    }
}
