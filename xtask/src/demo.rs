//! `cargo xtask demo`: one server source, run natively and as a component; the same conversation with both.

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::stdio::Server;
use crate::toolchain;
use crate::wire::{initialize, initialized, session, stateless};
use crate::workspace::Workspace;

const SERVER: &str = "calculator";

/// A message, and what must be true of its answer (`None`: it has none).
type Turn = (Value, Option<fn(&Value) -> bool>);

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if let Some(argument) = arguments.first() {
        return Err(Failure::new(format!("unknown argument {argument}"), "cargo xtask demo", "leave it out"));
    }
    toolchain::need_wasm()?;
    let workspace = Workspace::load()?;
    let native = vec![workspace.build(SERVER, false)?.display().to_string()];
    let component = workspace.build(SERVER, true)?.display().to_string();
    let wasm = vec![workspace.wasi_run()?.display().to_string(), component];

    for (title, turns) in [
        ("2026-07-28: every request stands alone", stateless_turns()),
        ("2025-11-25: with a handshake", session_turns()),
    ] {
        println!("\n=== {title} ===");
        let native = converse("native", &native, &turns)?;
        let wasm = converse("wasm", &wasm, &turns)?;
        compare(&native, &wasm)?;
        println!("\nBoth targets answered identically: {} answers, byte for byte.", native.len());
    }
    println!("\n{SERVER}: one source, two targets, the same conversation.");
    Ok(())
}

fn stateless_turns() -> Vec<Turn> {
    vec![
        (stateless(1, "server/discover", json!({})), Some(|it| it["result"]["supportedVersions"].is_array())),
        (stateless(2, "tools/list", json!({})), Some(lists_add)),
        (stateless(3, "tools/call", json!({"name": "add", "arguments": {"a": 2, "b": 3}})), Some(is_five)),
        (stateless(4, "tools/call", json!({"name": "add", "arguments": {"a": "two"}})), Some(is_refused)),
    ]
}

fn session_turns() -> Vec<Turn> {
    vec![
        (initialize(1), Some(|it| it["result"]["protocolVersion"] == "2025-11-25")),
        (initialized(), None),
        (session(2, "tools/list", json!({})), Some(lists_add)),
        (session(3, "tools/call", json!({"name": "add", "arguments": {"a": 2, "b": 3}})), Some(is_five)),
    ]
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

/// One conversation, printed; the answers as they came.
fn converse(name: &str, command: &[String], turns: &[Turn]) -> Result<Vec<String>, Failure> {
    println!("\n--- {SERVER}, {name} ---");
    let mut server = Server::start(name, command)?;
    let mut answers = Vec::new();
    for (message, expected) in turns {
        println!("→ {message}");
        let Some(expected) = expected else {
            server.send(message)?;
            continue;
        };
        let line = server.ask(message)?;
        println!("← {line}");
        check(message, &line, *expected)
            .map_err(|what| Failure::new(what, format!("{SERVER}, {name}"), "see the last answer above"))?;
        answers.push(line);
    }
    server.finish()?;
    Ok(answers)
}

fn check(message: &Value, line: &str, expected: fn(&Value) -> bool) -> Result<(), String> {
    let answer: Value = serde_json::from_str(line).map_err(|e| format!("the answer is not JSON: {e}"))?;
    if answer["jsonrpc"] != "2.0" || answer["id"] != message["id"] {
        return Err(format!("this does not answer the request {}", message["id"]));
    }
    if expected(&answer) {
        Ok(())
    } else {
        Err(format!("this is not what {} should give", message["method"]))
    }
}

/// Compares the answers of both targets.
pub fn compare(native: &[String], wasm: &[String]) -> Result<(), Failure> {
    let next =
        "one of the two is wrong: look for code that depends on the target, on time or on the order of a map";
    let pair = native.iter().zip(wasm).find(|(native, wasm)| native != wasm);
    let what = match pair {
        Some((native, wasm)) => {
            format!("the targets answer differently\n  native: {native}\n  wasm:   {wasm}")
        }
        None if native.len() == wasm.len() => return Ok(()),
        None => format!("the native server gave {} answers, the component {}", native.len(), wasm.len()),
    };
    Err(Failure::new(what, "the answers of both targets", next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_found() {
        let lines = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(compare(&lines(&["a", "b"]), &lines(&["a", "b"])).is_ok());
        assert!(compare(&lines(&["a", "b"]), &lines(&["a", "c"])).is_err());
        assert!(compare(&lines(&["a"]), &lines(&["a", "b"])).is_err());
    }

    #[test]
    fn wrong_answers_are_found() {
        let request = stateless(3, "tools/call", json!({}));
        let five = r#"{"jsonrpc":"2.0","id":3,"result":{"content":[{"type":"text","text":"5"}]}}"#;
        assert_eq!(check(&request, five, is_five), Ok(()));
        assert!(check(&request, &five.replace("\"5\"", "\"6\""), is_five).is_err());
        assert!(check(&request, &five.replace("\"id\":3", "\"id\":4"), is_five).is_err());
        assert!(check(&request, "five", is_five).is_err());
    }
}
