//! The same cases over HTTP: each input is the body of a POST.
//!
//! What is answered over stdio is answered over HTTP, with a status that fits. Where HTTP is another matter, and why, is
//! said by [`Rule`].

use serde_json::Value;

use super::{Case, STATELESS, initialize};
use crate::http::{Place, Poster, is_field};
use crate::pattern::mismatch;

/// What came of a case over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The status.
    pub status: u16,
    /// The body, JSON or events.
    pub body: String,
}

/// What over HTTP is not as over stdio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A line without a message is nothing on stdio; a body has to be a message.
    NoMessage,
    /// A carriage return before a line feed is no part of a message on stdio; a body is all of it.
    TooLong,
    /// A field cannot say what the message says, so that it says something else, which is seen first.
    Mismatch,
    /// Where there are sessions, what belongs to none is refused.
    NoSession,
    /// Where there are no sessions, a message that names no revision is one of 2025-03-26, which may be a batch.
    Oldest,
    /// Where there are no sessions, there is nothing that a session could have been told before …
    First,
    /// … and nothing that it could be told later.
    Untold,
}

impl Rule {
    fn check(self, posted: &Posted, found: &Value) -> Result<(), String> {
        let (status, code) = (posted.status, code_of(found));
        let fits = match self {
            Self::NoMessage => (status, code) == (400, Some(-32700)),
            Self::TooLong => (status, code) == (413, Some(-32600)),
            Self::Mismatch => (status, code) == (400, Some(-32020)),
            Self::NoSession => (status, code) == (400, Some(-32600)),
            Self::Oldest if posted.body.is_empty() => status == 202,
            Self::Oldest => {
                status == 200 && (found.is_array() || matches!(code, None | Some(-32601 | -32602)))
            }
            Self::First => status == 200 && found["result"].is_object(),
            Self::Untold => (status, code) == (200, Some(-32601)),
        };
        if fits { Ok(()) } else { Err(format!("not what is due by the rule {self:?}: {posted:?}")) }
    }
}

impl Case {
    /// Whether it can be posted: a line feed on stdio ends a message, over HTTP it is white space.
    pub fn is_one_message(&self) -> bool {
        !self.input.contains(&b'\n')
    }

    /// Posts the input; then a good request has to be answered, on the same connection unless the input was too long.
    pub fn post(&self, client: &mut Poster) -> Result<Posted, String> {
        if self.has_handshake() {
            client.begin(&initialize(&self.era))?;
            let initialized = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
            let answer = client.post(initialized.as_bytes(), Some(&self.era))?;
            if answer.status != 202 {
                return Err(format!("notifications/initialized is answered with {answer:?}"));
            }
        }
        let revision = Some(self.era.as_str()).filter(|era| *era != "-");
        let answer = client.post(&self.input, revision)?;
        let probe = client.post(self.probe().as_bytes(), revision)?;
        if probe.status != 200 || probe.code() != 0 {
            return Err(format!("the next request is answered with {probe:?}"));
        }
        client.end()?;
        Ok(Posted { status: answer.status, body: answer.body })
    }

    /// The rule by which it is not answered there as over stdio.
    pub fn rule(&self, place: Place) -> Option<Rule> {
        const MOST: usize = 4 << 20;
        if self.input.len() > MOST {
            return Some(Rule::TooLong);
        }
        if self.input.trim_ascii().is_empty() {
            return Some(Rule::NoMessage);
        }
        let message: Option<Value> = serde_json::from_slice(&self.input).ok();
        let part = |pointer: &str| message.as_ref().and_then(|message| message.pointer(pointer));
        let method = part("/method").and_then(Value::as_str).unwrap_or_default();
        let version = part("/params/_meta/io.modelcontextprotocol~1protocolVersion").and_then(Value::as_str);
        if self.era == STATELESS {
            let carried = message.is_some() && [Some(method), version].into_iter().flatten().all(is_field);
            return (!carried && !self.refused(-32700) && !self.refused(-32600)).then_some(Rule::Mismatch);
        }
        let sessions = place.has_sessions();
        if self.has_handshake() {
            let again = method == "initialize" && self.refused(-32600);
            let to_tell = matches!(method, "logging/setLevel" | "resources/subscribe");
            return match (sessions, again, to_tell) {
                (false, true, _) => Some(Rule::First),
                (false, _, true) => Some(Rule::Untold),
                _ => None,
            };
        }
        if version.is_some_and(|version| !is_field(version)) {
            return Some(Rule::Mismatch);
        }
        let batch = part("").and_then(Value::as_array).is_some_and(|members| !members.is_empty());
        if batch && !sessions && !self.refused(-32700) {
            return Some(Rule::Oldest);
        }
        let begins = method == "initialize" && part("/id").is_some();
        let of_now = part("/params/_meta").is_some_and(|metadata| !metadata.is_null());
        let no_params = part("/params").is_some_and(|params| !params.is_object()) && self.refused(-32602);
        if begins || of_now || no_params || self.refused(-32700) || self.refused(-32600) {
            return None;
        }
        Some(if sessions { Rule::NoSession } else { Rule::Oldest })
    }

    /// Whether it is refused with that code over stdio.
    fn refused(&self, code: i64) -> bool {
        self.expected.iter().any(|pattern| code_of(pattern) == Some(code))
    }

    /// Whether what is declared to the client is part of the answer; without sessions that is less.
    pub fn declares(&self) -> bool {
        self.input.windows(12).any(|word| word == b"\"initialize\"")
    }

    /// Checks an answer: by the rule, if there is one; otherwise it is the one over stdio.
    pub fn check_posted(&self, posted: &Posted, rule: Option<Rule>) -> Result<(), String> {
        let found: Value = serde_json::from_str(&posted.body).unwrap_or_default();
        if let Some(rule) = rule {
            return rule.check(posted, &found);
        }
        let code = code_of(&found);
        let wrong = |why: &str| Err(format!("{why}: {posted:?} for {:?}", self.expected));
        match self.expected.as_slice() {
            [] if (posted.status, posted.body.as_str()) == (202, "") => return Ok(()),
            [pattern] if code.is_some() && code_of(pattern) == code => {}
            [pattern] if code.is_none() && mismatch(pattern, &found).is_none() => {}
            _ => return wrong("another answer than over stdio"),
        }
        let due = match code {
            None => 200,
            Some(-32601) => 404,
            Some(-32603) => 500,
            Some(_) => 400,
        };
        // Before 2026-07-28 an error is as good an answer as a result, unless the message could not be read.
        let fits = posted.status == due || (self.era != STATELESS && posted.status == 200);
        if fits { Ok(()) } else { wrong("another status") }
    }
}

/// The code of an error response.
fn code_of(message: &Value) -> Option<i64> {
    message.pointer("/error/code")?.as_i64()
}
