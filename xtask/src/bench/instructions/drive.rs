//! The requests that are counted, of revision 2026-07-28, and whether their answers are right.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread::spawn;

use serde_json::Value;

/// The characters of a large result.
const BIG: usize = 102_400;

/// The tools of a long list.
const TOOLS: usize = 100;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// A call that returns its argument.
    Echo,
    /// A list of 100 tools.
    List,
    /// A result of 102,400 characters.
    Big,
    /// A call of the first tool that was added.
    FirstTool,
    /// A call of the last of 10,000 tools.
    LastTool,
}

impl Load {
    /// Its name in the result.
    pub fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::List => "list of 100 tools",
            Self::Big => "result of 100 kB",
            Self::FirstTool => "the first tool",
            Self::LastTool => "the last of 10,000 tools",
        }
    }

    fn method(self) -> &'static str {
        if self == Self::List { "tools/list" } else { "tools/call" }
    }

    fn tool(self) -> Option<&'static str> {
        match self {
            Self::Echo => Some("echo"),
            Self::List => None,
            Self::Big => Some("big"),
            Self::FirstTool => Some("filler_000"),
            // Three tools are the server's own.
            Self::LastTool => Some("filler_9996"),
        }
    }

    /// The request with this id.
    fn request(self, id: u32) -> String {
        const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"mcp-load","version":"1.0.0"},"io.modelcontextprotocol/clientCapabilities":{}}"#;
        let params = match self {
            Self::Echo => {
                format!(r#""name":"echo","arguments":{{"message":{}}},"#, Value::from(message(id)))
            }
            Self::List => String::new(),
            Self::Big => format!(r#""name":"big","arguments":{{"size":{BIG}}},"#),
            Self::FirstTool | Self::LastTool => {
                let name = self.tool().unwrap_or_default();
                format!(r#""name":"{name}","arguments":{{"path":"a"}},"#)
            }
        };
        let method = self.method();
        format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{{params}{META}}}}}"#)
    }

    /// The id of a right answer.
    fn id_of(self, answer: &[u8]) -> Result<u32, String> {
        let wrong = || {
            let start: String = String::from_utf8_lossy(answer).chars().take(400).collect();
            format!("a wrong answer: {start}")
        };
        let answer: Value = serde_json::from_slice(answer).map_err(|_| wrong())?;
        let id = answer["id"].as_u64().and_then(|id| u32::try_from(id).ok()).ok_or_else(wrong)?;
        let result = &answer["result"];
        let text = result["content"][0]["text"].as_str().unwrap_or_default();
        let right = match self {
            Self::Echo => text == message(id),
            Self::List => result["tools"].as_array().is_some_and(|tools| tools.len() == TOOLS),
            Self::Big => text.len() == BIG,
            Self::FirstTool | Self::LastTool => text == "filler",
        };
        if right { Ok(id) } else { Err(wrong()) }
    }
}

/// A message with an escape and a letter outside of ASCII, different for every request.
fn message(id: u32) -> String {
    format!("request {id} says \"grüezi\"")
}

/// Sends requests on a connection, one after the other.
pub fn http(stream: TcpStream, port: u16, load: Load, requests: u32) -> Result<(), String> {
    let broken = |e: std::io::Error| format!("the connection breaks: {e}");
    stream.set_nodelay(true).map_err(broken)?;
    let mut input = BufReader::new(stream.try_clone().map_err(broken)?);
    let mut output = stream;
    for id in 0..requests {
        let body = load.request(id);
        let (length, method) = (body.len(), load.method());
        let name = load.tool().map(|name| format!("mcp-name: {name}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n\
             accept: application/json, text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\n\
             content-length: {length}\r\nmcp-method: {method}\r\n{name}\r\n"
        );
        output.write_all((head + &body).as_bytes()).map_err(broken)?;
        let answer = response(&mut input).map_err(broken)?;
        if load.id_of(&answer)? != id {
            return Err(format!("request {id} gets the answer to another one"));
        }
    }
    Ok(())
}

/// The body of one response.
fn response(input: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        length = line.strip_prefix("content-length:").and_then(|value| value.trim().parse().ok()).or(length);
    }
    let length = length.ok_or_else(|| std::io::Error::other("a response without a content-length"))?;
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    Ok(body)
}

/// Writes requests as lines, as fast as they are read, and reads the answers in any order.
pub fn stdio(
    mut input: impl Write + Send + 'static,
    output: impl Read,
    load: Load,
    requests: u32,
) -> Result<(), String> {
    let writer = spawn(move || {
        let lines: String = (0..requests).map(|id| load.request(id) + "\n").collect();
        input.write_all(lines.as_bytes())
    });
    let mut missing: BTreeSet<u32> = (0..requests).collect();
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).map_err(|e| format!("its answers break off: {e}"))? > 0 {
        let id = load.id_of(&line)?;
        if !missing.remove(&id) {
            return Err(format!("two answers to request {id}"));
        }
        line.clear();
    }
    let written = writer.join().map_err(|_| "the requests were not written".to_owned())?;
    written.map_err(|e| format!("it does not read: {e}"))?;
    if missing.is_empty() { Ok(()) } else { Err(format!("{} requests have no answer", missing.len())) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_are_json_and_answers_are_checked() {
        for load in [Load::Echo, Load::List, Load::Big, Load::FirstTool, Load::LastTool] {
            let request: Value = serde_json::from_str(&load.request(7)).unwrap();
            assert_eq!((&request["id"], &request["method"]), (&json!(7), &json!(load.method())));
            assert_eq!(request["params"]["name"].as_str(), load.tool());
        }
        let text = |text: String| json!({"id": 7, "result": {"content": [{"text": text}]}}).to_string();
        assert_eq!(Load::Echo.id_of(text(message(7)).as_bytes()), Ok(7));
        assert_eq!(Load::Big.id_of(text("x".repeat(BIG)).as_bytes()), Ok(7));
        assert!(Load::Echo.id_of(text(message(8)).as_bytes()).unwrap_err().contains("says"));
        assert!(Load::List.id_of(br#"{"id":7,"result":{"tools":[]}}"#).is_err());
        assert!(Load::Big.id_of(b"{").is_err());
    }

    #[test]
    fn a_response_is_read_to_its_length() {
        let mut bytes = &b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: y\r\n\r\nokHTTP"[..];
        assert_eq!(response(&mut bytes).unwrap(), b"ok");
        assert!(response(&mut &b"HTTP/1.1 200 OK\r\n"[..]).is_err());
        assert!(response(&mut &b"HTTP/1.1 200 OK\r\n\r\n"[..]).is_err());
    }

    #[test]
    fn missing_and_double_answers_are_found() {
        let answers = |ids: &[u32]| -> Vec<u8> {
            let lines = ids.iter().map(|id| {
                json!({"id": id, "result": {"content": [{"text": message(*id)}]}}).to_string() + "\n"
            });
            lines.collect::<String>().into_bytes()
        };
        let drive = |ids: &[u32]| stdio(std::io::sink(), answers(ids).as_slice(), Load::Echo, 2);
        assert_eq!(drive(&[1, 0]), Ok(()));
        assert!(drive(&[1]).unwrap_err().contains("1 requests have no answer"));
        assert!(drive(&[1, 1]).unwrap_err().contains("two answers to request 1"));
    }
}
