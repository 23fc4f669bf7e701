//! Requests, and what counts as the right answer to them.

use std::{borrow::Cow, fmt::Write, sync::LazyLock};

use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Era {
    /// initialize handshake, optional session
    Y2025,
    /// stateless, metadata on every request
    Y2026,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Echo,
    List,
    Big,
    Progress,
    /// spawn to first answer (an echo)
    Cold,
}

pub const BIG: usize = 102_400;
pub const NOTIFICATIONS: u32 = 100;

static PATTERN: LazyLock<String> = LazyLock::new(|| {
    (0..BIG).map(|i| if i % 80 == 79 { '\n' } else { (b'a' + (i % 26) as u8) as char }).collect()
});

impl Kind {
    pub fn method(self) -> &'static str {
        if self == Kind::List { "tools/list" } else { "tools/call" }
    }

    pub fn tool(self) -> Option<&'static str> {
        match self {
            Kind::Echo | Kind::Cold => Some("echo"),
            Kind::Big => Some("big"),
            Kind::Progress => Some("progress"),
            Kind::List => None,
        }
    }
}

/// A message with an escape and a non-ASCII character, different for every id.
fn message(id: u64) -> String {
    format!("request {id} says \"grüezi\"")
}

pub fn body(out: &mut String, kind: Kind, era: Era, id: u64) {
    out.clear();
    let _ = write!(out, r#"{{"jsonrpc":"2.0","id":{id},"method":"{}","params":{{"#, kind.method());
    match kind {
        Kind::Echo | Kind::Cold => {
            let m = serde_json::to_string(&message(id)).expect("a string");
            let _ = write!(out, r#""name":"echo","arguments":{{"message":{m}}},"#);
        }
        Kind::Big => {
            let _ = write!(out, r#""name":"big","arguments":{{"size":{BIG}}},"#);
        }
        Kind::Progress => {
            let _ = write!(out, r#""name":"progress","arguments":{{"count":{NOTIFICATIONS}}},"#);
        }
        Kind::List => {}
    }
    out.push_str(r#""_meta":{"#);
    if kind == Kind::Progress {
        let _ = write!(out, r#""progressToken":"t{id}""#);
    }
    if era == Era::Y2026 {
        if kind == Kind::Progress {
            out.push(',');
        }
        out.push_str(r#""io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"mcp-load","version":"1.0.0"},"io.modelcontextprotocol/clientCapabilities":{}"#);
    }
    out.push_str("}}}");
}

pub const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"mcp-load","version":"1.0.0"}}}"#;
pub const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    jsonrpc: Cow<'a, str>,
    id: Option<u64>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct CallResult<'a> {
    #[serde(borrow)]
    content: Vec<Content<'a>>,
    #[serde(rename = "isError", default)]
    is_error: bool,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

#[derive(Deserialize)]
struct ListResult<'a> {
    #[serde(borrow)]
    tools: Vec<Tool<'a>>,
}

#[derive(Deserialize)]
struct Tool<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, rename = "inputSchema")]
    schema: &'a RawValue,
}

#[derive(Deserialize)]
struct ProgressParams<'a> {
    #[serde(borrow, rename = "progressToken")]
    token: Cow<'a, str>,
    progress: f64,
}

/// Progress made on one expected answer.
#[derive(Default, Clone, Copy)]
pub struct Seen {
    notifications: u32,
}

fn short(s: &str) -> String {
    s.chars().take(240).collect()
}

fn parse(json: &[u8]) -> Result<Message<'_>, String> {
    serde_json::from_slice(json).map_err(|e| format!("{e}: {}", short(&String::from_utf8_lossy(json))))
}

/// The id of a response; `None` for a notification.
pub fn id_of(json: &[u8]) -> Result<Option<u64>, String> {
    let m = parse(json)?;
    Ok(if m.method.is_some() { None } else { m.id })
}

/// Feeds one message of the answer to request `id`. `Ok(true)`: it was the response, and right.
pub fn accept(json: &[u8], kind: Kind, id: u64, tools: usize, seen: &mut Seen) -> Result<bool, String> {
    let m = parse(json)?;
    if m.jsonrpc != "2.0" {
        return Err(format!("jsonrpc is {:?}", m.jsonrpc));
    }
    if let Some(method) = &m.method {
        if kind != Kind::Progress || method != "notifications/progress" {
            return Err(format!("unexpected {method}"));
        }
        let p: ProgressParams<'_> =
            serde_json::from_str(m.params.map_or("null", RawValue::get)).map_err(|e| e.to_string())?;
        seen.notifications += 1;
        if p.progress != f64::from(seen.notifications) || p.token.strip_prefix('t') != Some(&id.to_string()) {
            return Err(format!(
                "progress {} for {:?}, expected {}",
                p.progress, p.token, seen.notifications
            ));
        }
        return Ok(false);
    }
    if m.id != Some(id) {
        return Err(format!("id {:?}, expected {id}", m.id));
    }
    let Some(result) = m.result.map(RawValue::get) else {
        return Err(format!("error {}", short(m.error.map_or("missing", RawValue::get))));
    };
    if kind == Kind::List {
        let r: ListResult<'_> = serde_json::from_str(result).map_err(|e| e.to_string())?;
        let distinct: std::collections::HashSet<&str> = r.tools.iter().map(|t| t.name.as_ref()).collect();
        if distinct.len() != tools || r.tools.iter().any(|t| !t.schema.get().contains("\"properties\"")) {
            return Err(format!("{} tools, expected {tools}", distinct.len()));
        }
        return Ok(true);
    }
    let r: CallResult<'_> = serde_json::from_str(result).map_err(|e| format!("{e}: {}", short(result)))?;
    let [Content { kind: shape, text }] = r.content.as_slice() else {
        return Err(format!("{} content blocks", r.content.len()));
    };
    let right = shape == "text"
        && !r.is_error
        && match kind {
            Kind::Echo | Kind::Cold => *text == message(id),
            Kind::Big => *text == PATTERN.as_str(),
            Kind::Progress => text.contains("done") && seen.notifications == NOTIFICATIONS,
            Kind::List => unreachable!(),
        };
    if right {
        Ok(true)
    } else {
        Err(format!("wrong result after {} notifications: {}", seen.notifications, short(text)))
    }
}
