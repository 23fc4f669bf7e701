//! Scripts of lines in and lines out, run against a program on every target and over every transport.
//!
//! A script is a text file `tests/scripts/*.txt`. One directive per line; blank lines and lines that
//! start with `#` are comments:
//!
//! ```text
//! server: calculator          the program (a package under examples/ or tests/programs/); comes first
//! args: --flag value          its arguments, split at spaces
//! on: stdio http              what follows is done over these transports (see below); at first: stdio http
//! > {"jsonrpc":"2.0",…}       send this line
//! >- {"jsonrpc":"2.0",        send this without a line feed (stdio)
//! < {"jsonrpc":"2.0",…}       the next line is this, byte for byte
//! <~ {"id":1,"...":"<any>"}   the next line fits this pattern (see `pattern`)
//! <* {"id":2,…}               a block of `<*` lines: the next lines are these, byte for byte, in any order
//! | sleep 50                  wait 50 ms
//! | quiet 100                 nothing arrives for 100 ms
//! | keep NAME /result/x       what the last line has there, a string, stands for `{NAME}` in lines sent from here on
//! ! eof                       close standard input; over HTTP: end the session
//! ! exit 0                    standard input is closed, no line is left, the exit code is 0
//! ```
//!
//! A script without `! exit` ends with `! exit 0`. All targets must pass and must give the same bytes over the same
//! transport, lines of a `<*` block sorted, lines that fit a pattern included.
//!
//! # Transports
//!
//! `stdio`; `http`: Streamable HTTP, where each line is carried as a conforming client would (see `http`); `sse`: the
//! transport of 2024-11-05, natively only. A script runs over those for which it has directives. How lines are cut,
//! exit codes, and what is peculiar to one connection can be said for stdio only. What lines cannot say about HTTP:
//!
//! ```text
//! needs: lasting              one instance for all requests (otherwise each may have one of its own)
//! needs: concurrent           … which also serves several at once: not on WASI 0.2
//! show: events                fields of events are lines, too: `id: …`, `retry: …`; the end of a stream is the line
//!                             `end`; the client opens no stream by itself and goes on with none
//! @ Name: value               the next request has this field in place of its own; `@ Name:`: has none
//! % DELETE                    a request without a body, to /mcp or what follows the method
//! = 404                       the status of the response to the last request
//! = Name: value               a field of it; `= Name: *`: any value, `= Name:`: there is none
//! as: b                       what follows is done by the client `b`, another one of the same server
//! ```

mod run;

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::http::Needs;

/// What a script is run over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Standard input and output.
    Stdio,
    /// Streamable HTTP.
    Http,
    /// HTTP with SSE, of 2024-11-05.
    Sse,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Stdio, Self::Http, Self::Sse];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::Http => "http",
            Self::Sse => "sse",
        }
    }
}

/// A script, read and understood.
#[derive(Debug)]
pub struct Script {
    /// The package to run.
    pub server: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// What it needs of an instance over HTTP.
    pub needs: Needs,
    events: bool,
    on: Vec<Transport>,
    steps: Vec<Line>,
}

/// A step, where it is written and where it is done.
#[derive(Debug)]
struct Line {
    number: usize,
    on: Vec<Transport>,
    step: Step,
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
    Instead(String, Option<String>),
    Request(String, String),
    Status(u16),
    Field(String, Option<String>),
    As(String),
}

impl Script {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::parse(&text).map_err(|message| format!("{}:{message}", path.display()))
    }

    /// Understands a script; an error starts with its line number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut script = Self {
            server: String::new(),
            args: Vec::new(),
            needs: Needs::Nothing,
            events: false,
            on: vec![Transport::Stdio, Transport::Http],
            steps: Vec::new(),
        };
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let read = script.setting(line).and_then(|known| match known {
                true => Ok(()),
                false => script.directive(number, line),
            });
            read.map_err(|message| format!("{number}: {message}"))?;
        }
        if script.server.is_empty() {
            return Err("1: the script does not say `server: NAME`".to_owned());
        }
        if !matches!(script.steps.last(), Some(Line { step: Step::Exit(_), .. })) {
            script.steps.push(Line {
                number: text.lines().count(),
                on: Transport::ALL.to_vec(),
                step: Step::Exit(0),
            });
        }
        Ok(script)
    }

    /// What holds for the script, or from here on; whether the line is that.
    fn setting(&mut self, line: &str) -> Result<bool, String> {
        if let Some(name) = setting(line, "server") {
            self.server = name.to_owned();
        } else if let Some(args) = setting(line, "args") {
            self.args = args.split_whitespace().map(str::to_owned).collect();
        } else if let Some(names) = setting(line, "on") {
            let known = |name| Transport::ALL.into_iter().find(|transport| transport.name() == name);
            let on = names.split_whitespace().map(|name| known(name).ok_or(name)).collect::<Result<_, _>>();
            self.on = on.map_err(|name| format!("`{name}` is no transport (one of stdio, http, sse)"))?;
        } else if let Some(needs) = setting(line, "needs") {
            self.needs = match needs {
                "lasting" => Needs::Lasting,
                "concurrent" => Needs::Concurrent,
                _ => return Err(format!("`needs: {needs}` is none of lasting, concurrent")),
            };
        } else if let Some(shown) = setting(line, "show") {
            self.events = shown == "events";
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn directive(&mut self, number: usize, line: &str) -> Result<(), String> {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        let step = match mark {
            ">" => Step::Send(format!("{rest}\n")),
            ">-" => Step::Send(rest.to_owned()),
            "<" => Step::Exact(rest.to_owned()),
            "<~" => {
                Step::Fits(serde_json::from_str(rest).map_err(|e| format!("the pattern is not JSON: {e}"))?)
            }
            "<*" => match self.steps.last_mut() {
                Some(Line { step: Step::AnyOrder(lines), .. }) => {
                    lines.push(rest.to_owned());
                    return Ok(());
                }
                _ => Step::AnyOrder(vec![rest.to_owned()]),
            },
            "|" | "!" => timing(mark, rest)?,
            "@" | "%" | "=" | "as:" => http(mark, rest.trim())?,
            _ => {
                let known = "> >- < <~ <* | ! @ % = as: server: args: on: needs: show: #";
                return Err(format!("`{mark}` is no directive (one of {known})"));
            }
        };
        self.steps.push(Line { number, on: self.on.clone(), step });
        Ok(())
    }

    /// Whether it has something to do over that transport.
    pub fn is_on(&self, transport: Transport) -> bool {
        self.steps.iter().any(|line| line.on.contains(&transport) && !matches!(line.step, Step::Exit(_)))
    }
}

/// The value after `name:`.
fn setting<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    Some(line.strip_prefix(name)?.strip_prefix(':')?.trim())
}

/// `Name: value`; without a value there is none.
fn field(text: &str) -> Result<(String, Option<String>), String> {
    let (name, value) = text.split_once(':').ok_or_else(|| format!("`{text}` is no `Name: value`"))?;
    let value = Some(value.trim()).filter(|value| !value.is_empty());
    Ok((name.trim().to_owned(), value.map(str::to_owned)))
}

fn http(mark: &str, rest: &str) -> Result<Step, String> {
    match (mark, rest.parse()) {
        ("=", Ok(status)) => return Ok(Step::Status(status)),
        ("as:", _) => return Ok(Step::As(rest.to_owned())),
        ("%", _) => {
            let (method, target) = rest.split_once(' ').unwrap_or((rest, "/mcp"));
            return Ok(Step::Request(method.to_owned(), target.to_owned()));
        }
        _ => {}
    }
    let (name, value) = field(rest)?;
    Ok(if mark == "@" { Step::Instead(name, value) } else { Step::Field(name.to_ascii_lowercase(), value) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read() {
        let script =
            Script::parse("# c\nserver: x\nargs: a b\n> 1\n>- 2\n< 3\n<* 4\n<* 5\n| sleep 6\n! eof\n")
                .unwrap();
        assert_eq!((script.server.as_str(), script.args.len()), ("x", 2));
        let steps: Vec<Step> = script.steps.into_iter().map(|line| line.step).collect();
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
    fn what_is_peculiar_to_http_is_read() {
        let script = Script::parse(
            "server: x\non: http\nneeds: lasting\n@ A: b: c\n@ A:\n% GET\n% PUT /x\n= 404\n= Allow: *\nas: b\non: stdio\n! eof\n",
        )
        .unwrap();
        assert!(
            script.is_on(Transport::Http) && script.is_on(Transport::Stdio) && !script.is_on(Transport::Sse)
        );
        let text = |text: &str| text.to_owned();
        let steps: Vec<Step> = script.steps.into_iter().map(|line| line.step).collect();
        assert_eq!(
            steps,
            [
                Step::Instead(text("A"), Some(text("b: c"))),
                Step::Instead(text("A"), None),
                Step::Request(text("GET"), text("/mcp")),
                Step::Request(text("PUT"), text("/x")),
                Step::Status(404),
                Step::Field(text("allow"), Some(text("*"))),
                Step::As(text("b")),
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
            ("server: x\non: pipes", "2: `pipes` is no transport"),
            ("server: x\n= soon", "2: `soon` is no `Name: value`"),
            ("server: x\n! exit now", "2: `! exit now` is none of"),
        ] {
            let error = Script::parse(text).unwrap_err();
            assert!(error.starts_with(message), "{text:?}: {error}");
        }
    }
}
