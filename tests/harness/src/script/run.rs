//! A script at work.

use std::collections::HashMap;
use std::time::Duration;

use super::{Script, Step, Transport};
use crate::http::{Client, Served, Style};
use crate::pattern::mismatch;
use crate::{Conversation, Launch, Program, Silence};

/// How long a line or the end may take. Long, because a busy machine is not a fault.
const DEADLINE: Duration = Duration::from_secs(20);

impl Script {
    /// Runs the script; the lines the program wrote. An error says which line of the script failed.
    pub fn run(&self, program: &Program, transport: Transport) -> Result<Vec<String>, String> {
        let talk = self.talk(program, transport)?;
        let mut run = Run { talk: Some(talk), read: Vec::new(), kept: Vec::new() };
        for line in self.steps.iter().filter(|line| line.on.contains(&transport)) {
            if let Err(message) = run.step(&line.step) {
                let (number, target, over) = (line.number, program.target(), transport.name());
                return Err(format!("line {number}, {target}, {over}: {message}{}", run.stderr()));
            }
        }
        Ok(run.read)
    }

    fn talk(&self, program: &Program, transport: Transport) -> Result<Talk, String> {
        let failed = |error| format!("{error:?}");
        if transport == Transport::Stdio {
            let launch = Launch { args: self.args.clone(), ..Launch::default() };
            return program.start(&launch).map(Talk::Stdio).map_err(failed);
        }
        let sse = transport == Transport::Sse;
        let mut args = self.args.clone();
        args.extend(sse.then(|| "--sse".to_owned()));
        let served = Served::start(program, &args, self.needs).map_err(failed)?;
        let style = Style { sse, events: self.events };
        let clients = HashMap::new();
        let mut talk = Web { served, style, clients, current: String::new() };
        talk.switch("a")?;
        Ok(Talk::Http(talk))
    }
}

enum Talk {
    Stdio(Conversation),
    Http(Web),
}

/// Clients of one server over HTTP.
struct Web {
    served: Served,
    style: Style,
    clients: HashMap<String, Client>,
    current: String,
}

impl Web {
    fn switch(&mut self, name: &str) -> Result<(), String> {
        if !self.clients.contains_key(name) {
            let client = Client::new(self.served.address(), self.style).map_err(|e| e.to_string())?;
            self.clients.insert(name.to_owned(), client);
        }
        name.clone_into(&mut self.current);
        Ok(())
    }

    fn client(&mut self) -> Result<&mut Client, String> {
        self.clients.get_mut(&self.current).ok_or_else(|| "there is no client".to_owned())
    }
}

impl Talk {
    fn send(&mut self, text: &str) -> Result<(), String> {
        match self {
            Self::Stdio(talk) => talk.send_bytes(text.as_bytes()).map_err(|e| e.to_string()),
            Self::Http(web) => {
                let text = text.strip_suffix('\n').ok_or("HTTP has no parts of lines")?;
                web.client()?.send(text).map_err(|e| e.to_string())
            }
        }
    }

    fn line(&mut self, deadline: Duration) -> Result<Result<String, Silence>, String> {
        match self {
            Self::Stdio(talk) => Ok(talk.line(deadline)),
            Self::Http(web) => Ok(web.client()?.line(deadline)),
        }
    }

    fn web(&mut self) -> Result<&mut Web, String> {
        match self {
            Self::Stdio(_) => Err("stdio has no such thing".to_owned()),
            Self::Http(web) => Ok(web),
        }
    }
}

struct Run {
    talk: Option<Talk>,
    read: Vec<String>,
    kept: Vec<(String, String)>,
}

impl Run {
    fn live(&mut self) -> Result<&mut Talk, String> {
        self.talk.as_mut().ok_or_else(|| "the program has ended: nothing can follow `! exit`".to_owned())
    }

    fn keep(&mut self, name: &str, pointer: &str) -> Result<(), String> {
        let line = self.read.last().ok_or("there is no line to keep something of")?;
        let value: serde_json::Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
        let found = value.pointer(pointer).and_then(serde_json::Value::as_str);
        let found = found.ok_or_else(|| format!("there is no string at {pointer} of\n  {line}"))?;
        self.kept.push((format!("{{{name}}}"), found.to_owned()));
        Ok(())
    }

    fn filled(&self, text: &str) -> String {
        self.kept.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Send(text) => {
                let text = self.filled(text);
                self.live()?.send(&text)
            }
            Step::Keep(name, pointer) => self.keep(name, pointer),
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
            Step::Quiet(time) => match self.live()?.line(*time)? {
                Err(Silence::Deadline) => Ok(()),
                Err(Silence::Closed) => Err("standard output was closed".to_owned()),
                Ok(line) => Err(format!("expected silence, but read\n  {line}")),
            },
            Step::Eof => match self.live()? {
                Talk::Stdio(talk) => {
                    talk.close();
                    Ok(())
                }
                Talk::Http(web) => web.client()?.end().map_err(|e| e.to_string()),
            },
            Step::Exit(code) => self.exit(*code),
            http => self.http(http),
        }
    }

    fn http(&mut self, step: &Step) -> Result<(), String> {
        let web = self.live()?.web()?;
        let failed = |error: std::io::Error| error.to_string();
        match step {
            Step::As(name) => return web.switch(name),
            Step::Instead(name, value) => web.client()?.instead(name, value.as_deref()),
            Step::Request(method, target) => web.client()?.request(method, target).map_err(failed)?,
            Step::Status(expected) => {
                let status = web.client()?.head().map_err(failed)?.status;
                if status != *expected {
                    return Err(format!("expected the status {expected}, but it was {status}"));
                }
            }
            Step::Field(name, expected) => {
                let value = web.client()?.head().map_err(failed)?.field(name);
                let fits = match expected.as_deref() {
                    Some("*") => value.is_some(),
                    expected => value == expected,
                };
                if !fits {
                    return Err(format!("expected {name}: {expected:?}, but it was {value:?}"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn next(&mut self, expected: &str) -> Result<String, String> {
        self.live()?.line(DEADLINE)?.map_err(|silence| match silence {
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
        let rest = match self.talk.take().ok_or("the program has ended already")? {
            Talk::Stdio(talk) => {
                let (rest, ending) = talk.finish(DEADLINE).map_err(|e| e.to_string())?;
                if ending.code != code {
                    return Err(format!(
                        "exit code {}, expected {code}; standard error:\n{}",
                        ending.code, ending.stderr
                    ));
                }
                rest
            }
            Talk::Http(web) => {
                let ends = web.clients.into_values().map(Client::finish);
                let rest: Result<Vec<_>, _> = ends.collect();
                rest.map_err(|e| e.to_string())?.concat()
            }
        };
        if !rest.is_empty() {
            return Err(format!("lines nobody expected:\n  {}", rest.join("\n  ")));
        }
        Ok(())
    }

    /// What the program has to say when a step failed, if it can be made to end.
    fn stderr(&mut self) -> String {
        let ended = match self.talk.take() {
            Some(Talk::Stdio(talk)) => talk.finish(Duration::from_secs(2)).ok(),
            _ => None,
        };
        match ended {
            Some((_, ending)) if !ending.stderr.is_empty() => format!("\nstandard error:\n{}", ending.stderr),
            _ => String::new(),
        }
    }
}
