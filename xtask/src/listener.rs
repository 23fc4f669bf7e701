//! A server that listens on this machine.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::failure::Failure;

/// How long it may take until it listens; a component is compiled before.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. Dropping it ends it.
pub struct Listener {
    /// Where its endpoint is.
    pub url: String,
    child: Child,
}

impl Listener {
    /// Starts `command`, which says `listening on URL` on one of its streams.
    pub fn start(name: &str, command: &[String]) -> Result<Self, Failure> {
        Self::start_with(name, command, &[])
    }

    /// The same with environment variables.
    pub fn start_with(name: &str, command: &[String], environment: &[(&str, &str)]) -> Result<Self, Failure> {
        let failed = |what: String| Failure::new(what, format!("server {name}"), "run it by hand");
        let (program, arguments) =
            command.split_first().ok_or_else(|| failed("no command to start".to_owned()))?;
        let mut child = Command::new(program)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| failed(format!("{program} does not start: {e}")))?;
        let (sender, lines) = channel();
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let sent = sender.clone();
        std::thread::spawn(move || watch(out, |line| sent.send(line).is_ok()));
        std::thread::spawn(move || watch(err, |line| sender.send(line).is_ok()));
        let mut listener = Self { url: String::new(), child };
        let line = lines.recv_timeout(PATIENCE).map_err(|_| failed("it does not listen".to_owned()))?;
        let url = line.strip_prefix("listening on ").ok_or_else(|| failed(line.clone()))?;
        let url = url.trim_end_matches("/mcp");
        listener.url = format!("{url}/mcp");
        Ok(listener)
    }
}

/// Passes lines on, and shows those that nobody takes.
fn watch(stream: Option<impl std::io::Read>, mut pass: impl FnMut(String) -> bool) {
    let Some(stream) = stream else { return };
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        if !pass(line.clone()) {
            eprintln!("{line}");
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
