//! A conversation with a server over its standard streams.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::failure::Failure;

/// How long an answer may take; a component is compiled before its first one.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct Server {
    name: String,
    child: Child,
    lines: Receiver<String>,
}

impl Server {
    /// Starts `command`; its standard error is shown.
    pub fn start(name: &str, command: &[String]) -> Result<Self, Failure> {
        let name = name.to_owned();
        let (program, arguments) = command.split_first().ok_or_else(|| {
            Failure::new("no command to start", &name, "report this: it is a mistake in xtask")
        })?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| Failure::new(format!("it does not start: {e}"), program, "build it first"))?;
        let (sender, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Self { name, child, lines })
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) -> Result<(), Failure> {
        let line = format!("{message}\n");
        let written = match self.child.stdin.as_mut() {
            Some(stdin) => stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()),
            None => Err(std::io::ErrorKind::BrokenPipe.into()),
        };
        written.map_err(|e| self.failure(format!("it does not read: {e}"), message))
    }

    /// Sends a request and waits for the next line.
    pub fn ask(&mut self, request: &Value) -> Result<String, Failure> {
        self.send(request)?;
        self.lines
            .recv_timeout(PATIENCE)
            .map_err(|_| self.failure(format!("no answer within {PATIENCE:?}"), request))
    }

    /// Closes standard input and waits for the end, which must be a good one and say nothing more.
    pub fn finish(mut self) -> Result<(), Failure> {
        drop(self.child.stdin.take());
        if let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            return Err(self.failure("it wrote a line nobody asked for".to_owned(), &Value::String(line)));
        }
        let ended = self.child.wait();
        match ended {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(self.failure(format!("it ended with {status}"), &Value::Null)),
            Err(error) => Err(self.failure(format!("its end was not seen: {error}"), &Value::Null)),
        }
    }

    fn failure(&self, what: String, message: &Value) -> Failure {
        let next = "see its standard error above; run it by hand and send it the same line";
        Failure::new(what, format!("server {}, at {message}", self.name), next)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
