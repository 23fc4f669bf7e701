//! Scripts of lines in and lines out, run against a program on both targets.
//!
//! A script is a text file `tests/scripts/*.txt`. One directive per line; blank lines and lines that
//! start with `#` are comments:
//!
//! ```text
//! server: calculator          the program (a package under examples/ or tests/programs/); comes first
//! args: --flag value          its arguments, split at spaces
//! > {"jsonrpc":"2.0",…}       send this line
//! >- {"jsonrpc":"2.0",        send this without a line feed
//! < {"jsonrpc":"2.0",…}       the next line is this, byte for byte
//! <~ {"id":1,"...":"<any>"}   the next line fits this pattern (see `pattern`)
//! <* {"id":2,…}               a block of `<*` lines: the next lines are these, byte for byte, in any order
//! | sleep 50                  wait 50 ms
//! | quiet 100                 nothing arrives for 100 ms
//! | keep NAME /result/x       what the last line has there, a string, stands for `{NAME}` in lines sent from here on
//! ! eof                       close standard input
//! ! exit 0                    standard input is closed, no line is left, the exit code is 0
//! ```
//!
//! A script without `! exit` ends with `! exit 0`. Both targets must pass and must give the same bytes,
//! lines of a `<*` block sorted, lines that fit a pattern included.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::pattern::mismatch;
use crate::{Conversation, Launch, Program, Silence};

/// How long a line or the end may take. Long, because a busy machine is not a fault.
const DEADLINE: Duration = Duration::from_secs(20);

/// A script, read and understood.
#[derive(Debug)]
pub struct Script {
    /// The package to run.
    pub server: String,
    /// Its arguments.
    pub args: Vec<String>,
    steps: Vec<(usize, Step)>,
}

#[derive(Debug, PartialEq)]
enum Step {
    Send(String),
    Exact(String),
    Fits(Value),
    AnyOrder(Vec<String>),
    Sleep(Duration),
    Quiet(Duration),
    Keep(String, String),
    Eof,
    Exit(i32),
}

impl Script {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::parse(&text).map_err(|message| format!("{}:{message}", path.display()))
    }

    /// Understands a script; an error starts with its line number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut script = Self { server: String::new(), args: Vec::new(), steps: Vec::new() };
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            script.directive(number, line).map_err(|message| format!("{number}: {message}"))?;
        }
        if script.server.is_empty() {
            return Err("1: the script does not say `server: NAME`".to_owned());
        }
        if !matches!(script.steps.last(), Some((_, Step::Exit(_)))) {
            script.steps.push((text.lines().count(), Step::Exit(0)));
        }
        Ok(script)
    }

    fn directive(&mut self, number: usize, line: &str) -> Result<(), String> {
        if let Some(name) = line.strip_prefix("server:") {
            self.server = name.trim().to_owned();
            return Ok(());
        }
        if let Some(args) = line.strip_prefix("args:") {
            self.args = args.split_whitespace().map(str::to_owned).collect();
            return Ok(());
        }
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        let step = match mark {
            ">" => Step::Send(format!("{rest}\n")),
            ">-" => Step::Send(rest.to_owned()),
            "<" => Step::Exact(rest.to_owned()),
            "<~" => {
                Step::Fits(serde_json::from_str(rest).map_err(|e| format!("the pattern is not JSON: {e}"))?)
            }
            "<*" => match self.steps.last_mut() {
                Some((_, Step::AnyOrder(lines))) => {
                    lines.push(rest.to_owned());
                    return Ok(());
                }
                _ => Step::AnyOrder(vec![rest.to_owned()]),
            },
            "|" | "!" => timing(mark, rest)?,
            _ => return Err(format!("`{mark}` is no directive (one of > >- < <~ <* | ! server: args: #)")),
        };
        self.steps.push((number, step));
        Ok(())
    }

    /// Runs the script; the lines the program wrote. An error says which line of the script failed.
    pub fn run(&self, program: &Program) -> Result<Vec<String>, String> {
        let launch = Launch { args: self.args.clone(), ..Launch::default() };
        let conversation = program.start(&launch).map_err(|e| format!("{e:?}"))?;
        let mut run = Run { conversation: Some(conversation), read: Vec::new(), kept: Vec::new() };
        for (number, step) in &self.steps {
            if let Err(message) = run.step(step) {
                return Err(format!("line {number}, {}: {message}{}", program.target(), run.stderr()));
            }
        }
        Ok(run.read)
    }
}

fn timing(mark: &str, rest: &str) -> Result<Step, String> {
    let (word, number) = rest.split_once(' ').unwrap_or((rest, ""));
    let parsed = number.trim().parse::<i32>();
    let millis = || Duration::from_millis(parsed.clone().unwrap_or_default().unsigned_abs().into());
    match (mark, word, &parsed) {
        ("|", "sleep", Ok(_)) => Ok(Step::Sleep(millis())),
        ("|", "quiet", Ok(_)) => Ok(Step::Quiet(millis())),
        ("|", "keep", _) => match number.split_once(' ') {
            Some((name, pointer)) => Ok(Step::Keep(name.to_owned(), pointer.trim().to_owned())),
            None => Err("`| keep` needs a name and a JSON pointer".to_owned()),
        },
        ("!", "eof", _) => Ok(Step::Eof),
        ("!", "exit", Ok(code)) => Ok(Step::Exit(*code)),
        _ => Err(format!(
            "`{mark} {rest}` is none of: | sleep MS, | quiet MS, | keep NAME POINTER, ! eof, ! exit CODE"
        )),
    }
}

struct Run {
    conversation: Option<Conversation>,
    read: Vec<String>,
    kept: Vec<(String, String)>,
}

impl Run {
    fn live(&mut self) -> Result<&mut Conversation, String> {
        self.conversation
            .as_mut()
            .ok_or_else(|| "the program has ended: nothing can follow `! exit`".to_owned())
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Send(text) => {
                let text = self.filled(text);
                self.live()?.send_bytes(text.as_bytes()).map_err(|e| e.to_string())
            }
            Step::Exact(expected) => {
                let line = self.next(&format!("expected\n  {expected}"))?;
                if line == *expected {
                    self.read.push(line);
                    return Ok(());
                }
                Err(format!("expected\n  {expected}\nbut read\n  {line}"))
            }
            Step::Fits(pattern) => {
                let line = self.next(&format!("expected a line that fits\n  {pattern}"))?;
                let value = serde_json::from_str(&line).map_err(|e| format!("not JSON ({e}):\n  {line}"))?;
                match mismatch(pattern, &value) {
                    None => self.read.push(line),
                    Some(message) => return Err(format!("{message}; read\n  {line}")),
                }
                Ok(())
            }
            Step::AnyOrder(expected) => self.any_order(expected),
            Step::Sleep(time) => {
                std::thread::sleep(*time);
                Ok(())
            }
            Step::Quiet(time) => match self.live()?.line(*time) {
                Err(Silence::Deadline) => Ok(()),
                Err(Silence::Closed) => Err("standard output was closed".to_owned()),
                Ok(line) => Err(format!("expected silence, but read\n  {line}")),
            },
            Step::Keep(name, pointer) => self.keep(name, pointer),
            Step::Eof => {
                self.live()?.close();
                Ok(())
            }
            Step::Exit(code) => self.exit(*code),
        }
    }

    fn keep(&mut self, name: &str, pointer: &str) -> Result<(), String> {
        let line = self.read.last().ok_or("there is no line to keep something of")?;
        let value: Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
        let found = value.pointer(pointer).and_then(Value::as_str);
        let found = found.ok_or_else(|| format!("there is no string at {pointer} of\n  {line}"))?;
        self.kept.push((format!("{{{name}}}"), found.to_owned()));
        Ok(())
    }

    fn filled(&self, text: &str) -> String {
        self.kept.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    fn next(&mut self, expected: &str) -> Result<String, String> {
        self.live()?.line(DEADLINE).map_err(|silence| match silence {
            Silence::Deadline => format!("{expected}\nbut nothing came within {DEADLINE:?}"),
            Silence::Closed => format!("{expected}\nbut standard output was closed"),
        })
    }

    fn any_order(&mut self, expected: &[String]) -> Result<(), String> {
        let mut open = expected.to_vec();
        while !open.is_empty() {
            let line = self.next(&format!("expected one of\n  {}", open.join("\n  ")))?;
            let Some(index) = open.iter().position(|expected| *expected == line) else {
                return Err(format!("expected one of\n  {}\nbut read\n  {line}", open.join("\n  ")));
            };
            open.swap_remove(index);
        }
        let mut sorted = expected.to_vec();
        sorted.sort();
        self.read.append(&mut sorted);
        Ok(())
    }

    fn exit(&mut self, code: i32) -> Result<(), String> {
        let conversation = self.conversation.take().ok_or("the program has ended already")?;
        let (rest, ending) = conversation.finish(DEADLINE).map_err(|e| e.to_string())?;
        if !rest.is_empty() {
            return Err(format!("lines nobody expected:\n  {}", rest.join("\n  ")));
        }
        if ending.code != code {
            return Err(format!(
                "exit code {}, expected {code}; standard error:\n{}",
                ending.code, ending.stderr
            ));
        }
        Ok(())
    }

    /// What the program has to say when a step failed, if it can be made to end.
    fn stderr(&mut self) -> String {
        let ended = self.conversation.take().and_then(|it| it.finish(Duration::from_secs(2)).ok());
        match ended {
            Some((_, ending)) if !ending.stderr.is_empty() => format!("\nstandard error:\n{}", ending.stderr),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read() {
        let script =
            Script::parse("# c\nserver: x\nargs: a b\n> 1\n>- 2\n< 3\n<* 4\n<* 5\n| sleep 6\n! eof\n")
                .unwrap();
        assert_eq!((script.server.as_str(), script.args.len()), ("x", 2));
        let steps: Vec<Step> = script.steps.into_iter().map(|(_, step)| step).collect();
        let lines = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            steps,
            [
                Step::Send("1\n".to_owned()),
                Step::Send("2".to_owned()),
                Step::Exact("3".to_owned()),
                Step::AnyOrder(lines(&["4", "5"])),
                Step::Sleep(Duration::from_millis(6)),
                Step::Eof,
                Step::Exit(0),
            ]
        );
    }

    #[test]
    fn mistakes_name_their_line() {
        for (text, message) in [
            ("> 1", "1: the script does not say `server: NAME`"),
            ("server: x\n>> 1", "2: `>>` is no directive"),
            ("server: x\n<~ {", "2: the pattern is not JSON"),
            ("server: x\n\n| nap 5", "3: `| nap 5` is none of"),
            ("server: x\n! exit now", "2: `! exit now` is none of"),
        ] {
            let error = Script::parse(text).unwrap_err();
            assert!(error.starts_with(message), "{text:?}: {error}");
        }
    }
}
