//! Starts a native program as a process with piped standard streams.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;

use crate::Launch;
use crate::conversation::{Conversation, Running, Splitter};
use crate::cpu::Meter;
use crate::failure::{Context, Failure, Result};

pub(crate) fn start(path: &Path, launch: &Launch) -> Result<Conversation> {
    let mut child = Command::new(path)
        .args(&launch.args)
        .envs(launch.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .because(|| format!("{} does not start", path.display()))?;
    let missing = || Failure::new(format!("a piped stream of {} is missing", path.display()));
    let mut stdin = child.stdin.take().ok_or_else(missing)?;
    let mut stdout = child.stdout.take().ok_or_else(missing)?;
    let mut stderr = child.stderr.take().ok_or_else(missing)?;

    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        let mut splitter = Splitter::new(sender);
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = stdout.read(&mut buffer) {
            splitter.push(buffer.get(..count).unwrap_or_default());
        }
    });
    let errors = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is still worth showing.
        let _ = stderr.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let meter = Some(Meter::Process(child.id()));
    Ok(Conversation {
        meter,
        input: Some(Box::new(move |bytes| stdin.write_all(bytes).and_then(|()| stdin.flush()))),
        lines,
        running: Running::Process(child, Some(errors)),
    })
}
