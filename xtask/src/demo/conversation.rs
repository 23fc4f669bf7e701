//! What the demo asks, and what must be true of each answer.

use std::time::Instant;

use serde_json::{Value, json};

use super::transcript::Transcript;
use crate::failure::Failure;
use crate::stdio::Server;
use crate::wire::{initialize, initialized, session, stateless};

/// A conversation in one revision of the protocol.
pub struct Conversation {
    title: &'static str,
    turns: Vec<Turn>,
}

/// A message, and what must be true of its answer (`None`: it has none).
type Turn = (Value, Option<fn(&Value) -> bool>);

/// All conversations.
pub fn all() -> Vec<Conversation> {
    vec![
        Conversation {
            title: "Revision 2026-07-28: no handshake, every request stands alone",
            turns: vec![
                (stateless(1, "server/discover", json!({})), Some(knows_revisions)),
                (stateless(2, "tools/list", json!({})), Some(lists_add)),
                (stateless(3, "tools/call", add(json!({"a": 2, "b": 3}))), Some(is_five)),
                (stateless(4, "tools/call", add(json!({"a": "two"}))), Some(is_refused)),
            ],
        },
        Conversation {
            title: "Revision 2025-11-25: with a handshake",
            turns: vec![
                (initialize(1), Some(is_2025_11_25)),
                (initialized(), None),
                (session(2, "tools/list", json!({})), Some(lists_add)),
                (session(3, "tools/call", add(json!({"a": 2, "b": 3}))), Some(is_five)),
            ],
        },
    ]
}

fn add(arguments: Value) -> Value {
    json!({"name": "add", "arguments": arguments})
}

fn knows_revisions(answer: &Value) -> bool {
    answer["result"]["supportedVersions"].is_array()
}

fn is_2025_11_25(answer: &Value) -> bool {
    answer["result"]["protocolVersion"] == "2025-11-25"
}

fn lists_add(answer: &Value) -> bool {
    answer["result"]["tools"].as_array().is_some_and(|tools| tools.iter().any(|tool| tool["name"] == "add"))
}

fn is_five(answer: &Value) -> bool {
    let text = answer["result"]["content"][0]["text"].as_str().and_then(|text| text.parse::<f64>().ok());
    answer["result"]["isError"] != true && text == Some(5.0)
}

fn is_refused(answer: &Value) -> bool {
    answer["error"]["code"].is_number() || answer["result"]["isError"] == true
}

impl Conversation {
    /// Has the conversation with the server that `command` starts, and prints it; the answers as they came.
    pub fn hold(&self, name: &str, command: &[String], shown: Transcript) -> Result<Vec<String>, Failure> {
        println!("\n{}\n", self.title);
        let mut server = Server::start(name, command)?;
        let mut answers = Vec::new();
        for (message, expected) in &self.turns {
            print!("{}", shown.message(message));
            let Some(expected) = expected else {
                server.send(message)?;
                continue;
            };
            let start = Instant::now();
            let line = server.ask(message)?;
            let time = start.elapsed();
            let answer = check(message, &line, *expected)
                .map_err(|what| Failure::new(what, name, "run `cargo xtask demo --json` to see it whole"))?;
            print!("{}", shown.answer(message, &answer, &line, time));
            answers.push(line);
        }
        server.finish()?;
        Ok(answers)
    }
}

/// The answer `line` to `message`, read and compared with what must be true of it.
fn check(message: &Value, line: &str, expected: fn(&Value) -> bool) -> Result<Value, String> {
    let answer: Value =
        serde_json::from_str(line).map_err(|e| format!("the answer is not JSON ({e}): {line}"))?;
    if answer["jsonrpc"] != "2.0" || answer["id"] != message["id"] {
        return Err(format!("this does not answer the request {}: {line}", message["id"]));
    }
    if expected(&answer) {
        Ok(answer)
    } else {
        Err(format!("this is not what {} should give: {line}", message["method"]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_answers_are_found() {
        let request = stateless(3, "tools/call", json!({}));
        let five = r#"{"jsonrpc":"2.0","id":3,"result":{"content":[{"type":"text","text":"5"}]}}"#;
        assert_eq!(check(&request, five, is_five).unwrap()["id"], 3);
        assert!(check(&request, &five.replace("\"5\"", "\"6\""), is_five).is_err());
        assert!(check(&request, &five.replace("\"id\":3", "\"id\":4"), is_five).is_err());
        assert!(check(&request, "five", is_five).is_err());
    }
}
