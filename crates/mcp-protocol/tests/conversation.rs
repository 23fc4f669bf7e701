//! Conversations as scripts: what goes in, and every effect that comes out, with a clock that stands still.
//!
//! The scripts are `tests/conversation/*.txt`. A line `== title` begins a conversation; what stands before the first
//! one belongs to each. After every input all effects are taken out: exactly the `<` lines that follow.
//!
//! ```text
//! let NAME = text             `$NAME` stands for the text in all lines that follow
//! offer: tools prompts resources updates logging tasks      what the server offers (default: all of these); layered, strict
//! limit: in_flight 2          a bound (in_flight or id)
//!
//! > {"jsonrpc":"2.0",…}       a message is received; `%HH` is a byte
//! > too long                  one longer than the limit is reported
//! reply ID                    the handler answers with `{"done":ID}`
//! notify ID TEXT              the handler sends TEXT
//! ask ID METHOD DEADLINE PARAMS     the handler asks; the deadline is in milliseconds
//! withdraw N, expire MS, change tools|prompts|resources|URI|task ID, close
//!
//! < {"jsonrpc":"2.0",…}       this is sent, byte for byte
//! < error ID CODE [words]     an error is sent with this id (or `none`, `null`), code and words in its message
//! < ok ID                     the empty result is sent
//! < call ID METHOD REVISION   the request is to be served
//! < stop ID                   … no longer
//! < answered N RESULT         a question is answered
//! < failed N CODE [words]     … or not
//! < notice METHOD, drained, listening TASKS
//! < asked none                the question cannot be put
//!
//! = in flight 2, deadline 500|none, session REVISION|none, level LEVEL|none (of the last call)
//! ```
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use pulseengine_mcp_protocol::conversation::{ANNOUNCING, Change, LAYERING, Offer, ServerEvent, ServerSide};
use pulseengine_mcp_protocol::{
    Conversation, Effect, Error, Limits, LoggingLevel, Method, Outcome, Reply, RequestId,
};
use serde_json::{Value, json};

#[test]
fn every_script_has_its_effects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversation");
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut total, mut failures) = (0, Vec::new());
    for path in &paths {
        let file = path.file_name().unwrap().to_string_lossy();
        let text = fs::read_to_string(path).unwrap();
        for case in cases(&text) {
            total += 1;
            if let Err(message) = case.run() {
                failures.push(format!("{file}, {}: {message}", case.title));
            }
        }
    }
    println!("{total} conversations in {} files", paths.len());
    assert!(total > 0, "no scripts in {}", folder.display());
    assert!(failures.is_empty(), "{} of {total} failed:\n\n{}", failures.len(), failures.join("\n\n"));
}

struct Case {
    title: String,
    lines: Vec<(usize, String)>,
}

fn cases(text: &str) -> Vec<Case> {
    let (mut common, mut cases, mut names) = (Vec::new(), Vec::<Case>::new(), Vec::<(String, String)>::new());
    for (number, line) in (1..).zip(text.lines()) {
        let mut line = line.to_owned();
        for (name, value) in names.iter().rev() {
            line = line.replace(&format!("${name}"), value);
        }
        if line.trim().is_empty() || line.starts_with('#') {
        } else if let Some((name, value)) = line.strip_prefix("let ").and_then(|it| it.split_once(" = ")) {
            names.push((name.to_owned(), value.to_owned()));
        } else if let Some(title) = line.strip_prefix("== ") {
            cases.push(Case { title: title.to_owned(), lines: common.clone() });
        } else {
            match cases.last_mut() {
                Some(case) => case.lines.push((number, line)),
                None => common.push((number, line)),
            }
        }
    }
    cases
}

struct Run {
    conversation: Conversation<ServerSide>,
    /// Effects that no `<` line has named yet.
    open: Vec<String>,
    level: Option<LoggingLevel>,
}

impl Case {
    fn run(&self) -> Result<(), String> {
        let (offer, limits) = self.settings();
        let mut run = Run { conversation: Conversation::new(offer, limits), open: Vec::new(), level: None };
        for (number, line) in &self.lines {
            run.line(line).map_err(|message| format!("line {number}: {message}"))?;
        }
        run.settled()
    }

    fn settings(&self) -> (Offer, Limits) {
        let find = |prefix| self.lines.iter().rev().find_map(|(_, line)| line.strip_prefix(prefix));
        let offered: &str = find("offer:").unwrap_or("tools prompts resources updates logging tasks");
        let offers = |word| offered.split_whitespace().any(|found| found == word);
        let offer = Offer {
            announcing: Some(&ANNOUNCING),
            tools_changed: offers("tools"),
            prompts_changed: offers("prompts"),
            resources_changed: offers("resources"),
            resource_updates: offers("updates"),
            logging: offers("logging"),
            tasks: offers("tasks"),
            layering: offers("layered").then_some(&LAYERING),
            strict: offers("strict"),
        };
        let mut limits = Limits::DEFAULT;
        if let Some((name, value)) = find("limit: ").and_then(|limit: &str| limit.split_once(' ')) {
            let value = value.parse().unwrap();
            match name {
                "in_flight" => limits.in_flight = value,
                "id" => limits.id = value,
                _ => panic!("no such limit: {name}"),
            }
        }
        (offer, limits)
    }
}

impl Run {
    fn settled(&self) -> Result<(), String> {
        match self.open.as_slice() {
            [] => Ok(()),
            open => Err(format!("not expected:\n  {}", open.join("\n  "))),
        }
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        if mark == "<" {
            return self.expect(rest);
        }
        self.settled()?;
        if mark == "=" {
            return self.state(rest);
        }
        self.input(mark, rest)?;
        while let Some(effect) = self.conversation.poll() {
            let shown = self.show(effect);
            self.open.push(shown);
        }
        Ok(())
    }

    fn input(&mut self, mark: &str, rest: &str) -> Result<(), String> {
        let conversation = &mut self.conversation;
        let (first, tail) = rest.split_once(' ').unwrap_or((rest, ""));
        let id = || RequestId::parse(first, &Limits::DEFAULT).ok_or(format!("`{first}` is no id"));
        match mark {
            ">" if rest == "too long" => conversation.receive_too_long(None),
            ">" => conversation.receive(bytes(rest)),
            "reply" => {
                let result = format!(r#"{{"done":{first}}}"#);
                conversation.reply(&id()?, Reply::new(&id()?, &result, Outcome::Complete));
            }
            "refuse" => conversation.reply(&id()?, Reply::refused(Error::invalid_request("refused"))),
            "notify" => conversation.notify(&id()?, tail.to_owned()),
            "ask" => {
                let words: Vec<&str> = tail.splitn(3, ' ').collect();
                let method = Method::find(words[0]).unwrap().method;
                let deadline = Duration::from_millis(words[1].parse().unwrap());
                let params = words.get(2).copied().unwrap_or_default();
                if conversation.ask(&id()?, method, params, deadline).is_none() {
                    self.open.push("asked none".to_owned());
                }
            }
            "withdraw" => conversation.withdraw(rest.parse().unwrap()),
            "expire" => conversation.expire(Duration::from_millis(rest.parse().unwrap())),
            "change" => conversation.changed(&match rest {
                "tools" => Change::Tools,
                "prompts" => Change::Prompts,
                "resources" => Change::Resources,
                _ if first == "task" => Change::Task(tail.to_owned(), format!(r#""taskId":"{tail}""#).into()),
                uri => Change::Resource(uri.to_owned()),
            }),
            "close" => conversation.close(),
            "offer:" | "limit:" => {}
            _ => return Err(format!("`{mark}` is no directive")),
        }
        Ok(())
    }

    fn show(&mut self, effect: Effect<ServerEvent>) -> String {
        match effect {
            Effect::Send(message, _) => message,
            Effect::Call(call) => {
                self.level = call.log_level;
                format!("call {} {} {}", json!(call.id), call.method.name(), call.revision.as_str())
            }
            Effect::Stop(id) => format!("stop {}", json!(id)),
            Effect::Answered(ask, Ok(result)) => format!("answered {ask} {result}"),
            Effect::Answered(ask, Err(error)) => format!("failed {ask} {} {error}", error.code().0),
            Effect::Event(ServerEvent::Notice(method)) => format!("notice {}", method.name()),
            Effect::Event(ServerEvent::Listening(tasks, _)) => format!("listening {}", json!(tasks)),
            Effect::Done(origin) => format!("done {origin}"),
            Effect::Drained => "drained".to_owned(),
        }
    }

    fn expect(&mut self, expected: &str) -> Result<(), String> {
        if self.open.is_empty() {
            return Err(format!("expected\n  {expected}\nbut nothing happened"));
        }
        let found = self.open.remove(0);
        if fits(expected, &found) {
            Ok(())
        } else {
            Err(format!("expected\n  {expected}\nbut got\n  {found}"))
        }
    }

    fn state(&self, expected: &str) -> Result<(), String> {
        let (what, value) = expected.rsplit_once(' ').unwrap();
        let found = match what {
            "in flight" => self.conversation.in_flight().to_string(),
            "deadline" => self.conversation.deadline().map_or("none".into(), |at| at.as_millis().to_string()),
            "session" => self.conversation.session().map_or("none", |s| s.revision.as_str()).to_owned(),
            "level" => self.level.map_or("none", LoggingLevel::as_str).to_owned(),
            _ => return Err(format!("`= {expected}` is no directive")),
        };
        if found == value { Ok(()) } else { Err(format!("{what} is {found}, expected {value}")) }
    }
}

fn fits(expected: &str, found: &str) -> bool {
    let words: Vec<&str> = expected.splitn(4, ' ').collect();
    match words.as_slice() {
        ["ok", id] => found == format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#),
        ["error", id, code, message @ ..] => {
            let found: Value = serde_json::from_str(found).unwrap_or_default();
            let found_id = found.get("id").map_or_else(|| "none".to_owned(), Value::to_string);
            let error = found.get("error").cloned().unwrap_or_default();
            let said = error["message"].as_str().unwrap_or_default();
            let found_code = error["code"].to_string();
            found_id == **id && found_code == **code && message.iter().all(|words| said.contains(words))
        }
        ["failed", ask, code, message] => {
            found.starts_with(&format!("failed {ask} {code} ")) && found.contains(message)
        }
        _ => found == expected,
    }
}

fn bytes(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}
