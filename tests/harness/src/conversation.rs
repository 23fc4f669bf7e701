//! Lines in, lines out, and how it ended: one running program, whatever it is.

use std::io;
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::cpu::Meter;
use crate::failure::{Failure, Result};

/// Appended to a last line that had no line feed, so that a test cannot take it for a whole one.
pub const UNFINISHED: &str = " (no line feed)";

/// Why no line came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Not in time.
    Deadline,
    /// Standard output was closed.
    Closed,
}

/// How a program ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Exit code; 134 for a trap, -1 for a signal.
    pub code: i32,
    /// All it wrote to standard error, and the trap if there was one.
    pub stderr: String,
}

pub(crate) type Input = Box<dyn FnMut(&[u8]) -> io::Result<()> + Send>;

/// What runs behind a conversation.
pub(crate) enum Running {
    Process(Child, Option<JoinHandle<String>>),
    #[cfg(feature = "components")]
    Component {
        ending: Receiver<Ending>,
        _cancel: tokio::sync::oneshot::Sender<()>,
    },
}

/// One running program. Dropping it stops the program.
pub struct Conversation {
    pub(crate) input: Option<Input>,
    pub(crate) lines: Receiver<String>,
    pub(crate) running: Running,
    pub(crate) meter: Option<Meter>,
}

impl Conversation {
    /// Sends one line; the line feed is added.
    pub fn send(&mut self, line: &str) -> Result<()> {
        let mut bytes = line.as_bytes().to_vec();
        bytes.push(b'\n');
        self.send_bytes(&bytes)
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(input) = &mut self.input else {
            return Err(Failure::new("standard input was closed before"));
        };
        input(bytes).map_err(|error| Failure::new(format!("standard input is closed: {error}")))
    }

    /// The next line, without its line feed.
    pub fn line(&mut self, deadline: Duration) -> Result<String, Silence> {
        self.lines.recv_timeout(deadline).map_err(|error| match error {
            RecvTimeoutError::Timeout => Silence::Deadline,
            RecvTimeoutError::Disconnected => Silence::Closed,
        })
    }

    /// CPU time it has used; `None` when it has ended, and where the system does not tell (only Linux does).
    pub fn cpu(&self) -> Option<Duration> {
        self.meter.as_ref()?.read()
    }

    /// Closes standard input.
    pub fn close(&mut self) {
        self.input = None;
    }

    /// Closes standard input and waits for the end: the lines not read yet, and the ending.
    pub fn finish(mut self, deadline: Duration) -> Result<(Vec<String>, Ending)> {
        self.close();
        let end = Instant::now() + deadline;
        let mut rest = Vec::new();
        loop {
            match self.line(end.saturating_duration_since(Instant::now())) {
                Ok(line) => rest.push(line),
                Err(Silence::Closed) => break,
                Err(Silence::Deadline) => {
                    return Err(Failure::new(format!(
                        "still running {deadline:?} after standard input was closed; read until then: {rest:#?}"
                    )));
                }
            }
        }
        let ending = match &mut self.running {
            #[cfg(feature = "components")]
            Running::Component { ending, .. } => {
                ending.recv_timeout(end.saturating_duration_since(Instant::now())).map_err(|_| {
                    Failure::new(format!("closed standard output but did not end within {deadline:?}"))
                })?
            }
            Running::Process(child, stderr) => ending_of(child, stderr, end)?,
        };
        Ok((rest, ending))
    }
}

fn ending_of(child: &mut Child, stderr: &mut Option<JoinHandle<String>>, end: Instant) -> Result<Ending> {
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() > end {
            return Err(Failure::new("closed standard output but did not end in time"));
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let stderr = stderr.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
    Ok(Ending { code: status.code().unwrap_or(-1), stderr })
}

impl Drop for Conversation {
    fn drop(&mut self) {
        #[allow(irrefutable_let_patterns, reason = "without components there are only processes")]
        if let Running::Process(child, _) = &mut self.running {
            // Both fail when it has ended already, which is what is wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Cuts a byte stream into lines and passes them on.
pub(crate) struct Splitter {
    lines: Sender<String>,
    partial: Vec<u8>,
}

impl Splitter {
    pub(crate) fn new(lines: Sender<String>) -> Self {
        Self { lines, partial: Vec::new() }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(head) => {
                    self.partial.extend_from_slice(head);
                    let line = std::mem::take(&mut self.partial);
                    // Nobody listens any more when a test has failed; then there is nothing to tell.
                    let _ = self.lines.send(String::from_utf8_lossy(&line).into_owned());
                }
                None => self.partial.extend_from_slice(piece),
            }
        }
    }
}

impl Drop for Splitter {
    fn drop(&mut self) {
        if !self.partial.is_empty() {
            let line = String::from_utf8_lossy(&self.partial).into_owned() + UNFINISHED;
            let _ = self.lines.send(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_wherever_the_chunks_end() {
        let (sender, lines) = std::sync::mpsc::channel();
        let mut splitter = Splitter::new(sender);
        for chunk in [&b"a"[..], b"b\nc", b"\n\nend"] {
            splitter.push(chunk);
        }
        drop(splitter);
        assert_eq!(lines.iter().collect::<Vec<_>>(), ["ab", "c", "", "end (no line feed)"]);
    }
}
