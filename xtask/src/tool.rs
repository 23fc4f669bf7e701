//! Runs other programs, and says what to do when one is missing or fails.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// One run of a program.
pub struct Tool {
    command: Command,
    shown: String,
}

impl Tool {
    /// A run of `program`, by name or path.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        Self { command: Command::new(program), shown: program.to_string_lossy().into_owned() }
    }

    /// A run of the cargo that runs us, in the root of the repository.
    pub fn cargo() -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut tool = Self::new(cargo).dir(crate::workspace::root());
        tool.shown = "cargo".to_owned();
        tool
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the directory to run in.
    pub fn dir(mut self, path: &Path) -> Self {
        self.command.current_dir(path);
        self
    }

    /// The command as it is shown.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Runs it with our standard streams; fails unless it succeeds. `next` is for the person.
    pub fn run(mut self, next: &str) -> Result<(), Failure> {
        println!("$ {}", self.shown);
        let status = self.command.stdin(Stdio::null()).status().map_err(|error| self.missing(&error))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("it ended with {status}"), &self.shown, next))
    }

    /// Runs it and passes on each line of standard output; fails unless it succeeds.
    pub fn each_line(mut self, next: &str, mut see: impl FnMut(&str)) -> Result<(), Failure> {
        println!("$ {}", self.shown);
        self.command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = self.command.spawn().map_err(|error| self.missing(&error))?;
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                see(&line);
            }
        }
        let status = child.wait().map_err(|error| self.missing(&error))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("it ended with {status}"), &self.shown, next))
    }

    /// Runs it and gives its standard output; standard error is shown only when it fails.
    pub fn output(mut self, next: &str) -> Result<String, Failure> {
        let output = self.command.stdin(Stdio::null()).output().map_err(|error| self.missing(&error))?;
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(stdout);
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        let what = format!("it ended with {}\n{}{}", output.status, stdout.trim_end(), stderr.trim_end());
        Err(Failure::new(what, &self.shown, next))
    }

    /// Whether it can be started at all and succeeds.
    pub fn works(mut self) -> bool {
        self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.command.status().is_ok_and(|status| status.success())
    }

    fn missing(&self, error: &std::io::Error) -> Failure {
        let next = match error.kind() {
            ErrorKind::NotFound => "install the program, or put it on PATH",
            _ => "see the message above",
        };
        Failure::new(format!("it does not start: {error}"), &self.shown, next)
    }
}

/// Whether the environment says that a missing tool is a failure (`CI=true`).
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_and_a_failing_one_are_explained() {
        let missing = Tool::new("no-such-program-here").output("x").unwrap_err().to_string();
        assert!(missing.contains("does not start") && missing.contains("install the program"), "{missing}");
        let failing =
            Tool::new("cargo").args(["no-such-command"]).output("look it up").unwrap_err().to_string();
        assert!(failing.contains("cargo no-such-command") && failing.contains("look it up"), "{failing}");
    }
}
