//! A conversation as text: what was asked, what was answered, the time it took; at most 100 columns wide.

use std::time::Duration;

use serde_json::Value;

/// The columns of a line.
const WIDTH: usize = 100;

/// The columns before what is said.
const INDENT: usize = 10;

/// The columns of a time, at the end of the line.
const TIME: usize = 10;

/// How messages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transcript {
    /// What they mean.
    Summary,
    /// Their bytes.
    Json,
}

impl Transcript {
    /// A message that is sent.
    pub fn message(self, message: &Value) -> String {
        match self {
            Self::Summary => lines("client", &question(message), None),
            Self::Json => format!("  client  {message}\n"),
        }
    }

    /// The answer to `message`: `line` as it came, `answer` when read.
    pub fn answer(self, message: &Value, answer: &Value, line: &str, time: Duration) -> String {
        let method = message["method"].as_str().unwrap_or_default();
        match self {
            Self::Summary => lines("server", &meaning(method, answer), Some(time)),
            Self::Json => format!("  server  {line}\n          {}\n", shown(time)),
        }
    }
}

/// A request or notification in words.
fn question(message: &Value) -> String {
    let method = message["method"].as_str().unwrap_or_default();
    let params = &message["params"];
    let Some(tool) = params["name"].as_str() else { return method.to_owned() };
    let arguments = params["arguments"].as_object().into_iter().flatten();
    let arguments: Vec<String> = arguments.map(|(name, value)| format!("{name}: {value}")).collect();
    format!("{method} {tool}({})", arguments.join(", "))
}

/// An answer in words.
fn meaning(method: &str, answer: &Value) -> String {
    let (result, error) = (&answer["result"], &answer["error"]);
    if error.is_object() {
        return format!("error {}: {}", error["code"], text(&error["message"]));
    }
    match method {
        "server/discover" => {
            let server = &result["_meta"]["io.modelcontextprotocol/serverInfo"];
            let versions: Vec<&str> = each(&result["supportedVersions"]).map(text).collect();
            format!("{}, revisions {}", program(server), versions.join(", "))
        }
        "initialize" => {
            format!("{}, revision {}", program(&result["serverInfo"]), text(&result["protocolVersion"]))
        }
        "tools/list" => {
            let names: Vec<&str> = each(&result["tools"]).map(|tool| text(&tool["name"])).collect();
            format!("{} tools: {}", names.len(), names.join(", "))
        }
        "tools/call" => {
            let parts: Vec<&str> = each(&result["content"]).map(|part| text(&part["text"])).collect();
            let mark = if result["isError"] == true { "error: " } else { "" };
            format!("{mark}{}", parts.join(" "))
        }
        _ => "a result".to_owned(),
    }
}

fn program(server: &Value) -> String {
    format!("{} {}", text(&server["name"]), text(&server["version"]))
}

fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What `speaker` says, cut between words where a line is full; the time at the end of the first line.
fn lines(speaker: &str, said: &str, time: Option<Duration>) -> String {
    let room = WIDTH - INDENT - TIME;
    let mut out = String::new();
    for (number, line) in cut(said, room).iter().enumerate() {
        let (speaker, time) = if number == 0 { (speaker, time.map(shown)) } else { ("", None) };
        let line = match time {
            Some(time) => format!("  {speaker:8}{line:room$}{time:>TIME$}"),
            None => format!("  {speaker:8}{line}"),
        };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The words of `said` in lines of at most `room` characters; a longer word is cut.
fn cut(said: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in said.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for (number, part) in letters.chunks(room).enumerate() {
            let space = usize::from(number == 0 && used > 0);
            let fits = used + space + part.len() <= room;
            if !fits {
                lines.push(String::new());
            }
            let space = if fits { space } else { 0 };
            used = if fits { used } else { 0 } + space + part.len();
            if let Some(line) = lines.last_mut() {
                line.push_str(&" ".repeat(space));
                line.extend(part);
            }
        }
    }
    lines
}

fn shown(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1} ms", time.as_secs_f64() * 1000.0)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::{initialize, initialized, session, stateless};

    /// A message, and its answer with the microseconds that it took.
    type Turn = (Value, Option<(Value, u64)>);

    fn render(shown: Transcript, turns: &[Turn]) -> String {
        let turn = |(message, answer): &Turn| {
            let answer = answer.as_ref().map(|(answer, micros)| {
                shown.answer(message, answer, &answer.to_string(), Duration::from_micros(*micros))
            });
            shown.message(message) + &answer.unwrap_or_default()
        };
        turns.iter().map(turn).collect()
    }

    fn turns() -> Vec<Turn> {
        let info = json!({"name": "calculator", "version": "0.1.0"});
        let add = |arguments: Value| json!({"name": "add", "arguments": arguments});
        let said =
            |text: &str, error: bool| json!({"content": [{"type": "text", "text": text}], "isError": error});
        let discovered = json!({
            "supportedVersions": ["2026-07-28", "2025-11-25"],
            "_meta": {"io.modelcontextprotocol/serverInfo": info},
        });
        let long =
            "Division by zero: call divide again with a divisor (b) other than 0, or do not call it at all.";
        let answers = [
            (stateless(1, "server/discover", json!({})), discovered, 1240),
            (initialize(1), json!({"protocolVersion": "2025-11-25", "serverInfo": info}), 3_141_000),
            (stateless(2, "tools/list", json!({})), json!({"tools": [{"name": "add"}, {"name": "sum"}]}), 90),
            (session(3, "tools/call", add(json!({"a": 2, "b": 3}))), said("5.0", false), 123),
            (session(4, "tools/call", add(json!({"a": "two"}))), said(long, true), 999_000),
            (session(5, "ping", json!({})), json!({}), 50),
        ];
        let answered =
            |(message, result, micros)| (message, Some((json!({"id": 1, "result": result}), micros)));
        let mut turns: Vec<Turn> = answers.into_iter().map(answered).collect();
        let refused = json!({"error": {"code": -32601, "message": "no such method"}});
        turns.push((session(6, "tools/none", json!({})), Some((refused, 50))));
        turns.insert(2, (initialized(), None));
        turns
    }

    #[test]
    fn a_conversation_is_told() {
        let expected = "
  client  server/discover
  server  calculator 0.1.0, revisions 2026-07-28, 2025-11-25                                  1.2 ms
  client  initialize
  server  calculator 0.1.0, revision 2025-11-25                                                3.1 s
  client  notifications/initialized
  client  tools/list
  server  2 tools: add, sum                                                                   0.1 ms
  client  tools/call add(a: 2, b: 3)
  server  5.0                                                                                 0.1 ms
  client  tools/call add(a: \"two\")
  server  error: Division by zero: call divide again with a divisor (b) other than 0, or    999.0 ms
          do not call it at all.
  client  ping
  server  a result                                                                            0.1 ms
  client  tools/none
  server  error -32601: no such method                                                        0.1 ms
";
        assert_eq!(Some(render(Transcript::Summary, &turns()).as_str()), expected.strip_prefix('\n'));
        assert!(expected.lines().all(|line| line.chars().count() <= WIDTH));
    }

    #[test]
    fn json_is_shown_whole() {
        let call = session(3, "tools/call", json!({"name": "add", "arguments": {"a": 1}}));
        let answer = json!({"id": 3, "jsonrpc": "2.0", "result": {"content": [{"text": "x ".repeat(80)}]}});
        let expected = format!(
            "  client  {{\"id\":3,\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{{\"arguments\":{{\"a\":1}},\
             \"name\":\"add\"}}}}\n  server  {answer}\n          0.5 ms\n  client  {}\n",
            initialized()
        );
        assert_eq!(render(Transcript::Json, &[(call, Some((answer, 500))), (initialized(), None)]), expected);
    }

    #[test]
    fn lines_are_cut_between_words_and_long_words_inside() {
        assert_eq!(cut("", 4), [""]);
        assert_eq!(cut("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(cut("é abcdefghij k", 4), ["é", "abcd", "efgh", "ij k"]);
    }
}
