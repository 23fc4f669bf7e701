//! JSON-RPC in, JSON-RPC out, with as few copies as serde_json allows.

use std::{borrow::Cow, sync::OnceLock};

use serde::Deserialize;
use serde_json::value::RawValue;

#[allow(dead_code)] // the component leaves the header checks out
pub const VERSION: &str = "2026-07-28";
const BIG: usize = 102_400;

#[derive(Deserialize)]
pub struct Request<'a> {
    #[serde(borrow)]
    pub id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub method: Cow<'a, str>,
    #[serde(borrow, default)]
    pub params: Params<'a>,
}

#[derive(Deserialize, Default)]
pub struct Params<'a> {
    #[serde(borrow)]
    pub name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub arguments: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "_meta")]
    pub meta: Meta<'a>,
}

#[derive(Deserialize, Default)]
#[allow(dead_code)] // the component leaves the header checks out
pub struct Meta<'a> {
    #[serde(borrow, rename = "progressToken")]
    pub progress_token: Option<&'a RawValue>,
    #[serde(borrow, rename = "io.modelcontextprotocol/protocolVersion")]
    pub version: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "io.modelcontextprotocol/clientCapabilities")]
    pub capabilities: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Echo<'a> {
    #[serde(borrow)]
    message: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Big {
    size: usize,
}

#[derive(Deserialize)]
struct Count {
    count: u32,
}

/// What is prepared once, when first asked for.
pub struct State {
    tools: usize,
    list: OnceLock<String>,
    big: OnceLock<String>,
}

pub enum Answer {
    /// One complete response.
    One(Vec<u8>),
    /// A notification: nothing to send back.
    Nothing,
    /// `count` progress notifications for `token`, then the response.
    Progress { id: String, token: String, count: u32 },
}

impl State {
    pub fn new(tools: usize) -> Self {
        Self { tools, list: OnceLock::new(), big: OnceLock::new() }
    }

    fn list(&self) -> &str {
        self.list.get_or_init(|| {
            let mut list = vec![
                tool("echo", "Returns the message it was given", r#""message":{"type":"string","description":"Text to send back"}"#, "message"),
                tool("big", "Returns a text of the requested size", r#""size":{"type":"integer","description":"Number of characters to return"}"#, "size"),
                tool("progress", "Sends progress notifications, then a result", r#""count":{"type":"integer","description":"Number of progress notifications to send"}"#, "count"),
            ];
            for i in 0..self.tools.saturating_sub(3) {
                list.push(tool(
                    &format!("filler_{i:03}"),
                    &format!("Filler tool number {i}: lists the entries below a path"),
                    r#""path":{"type":"string","description":"Path of the item to act on"},"limit":{"type":"integer","minimum":1,"maximum":1000,"description":"How many entries to return"},"recursive":{"type":"boolean","description":"Whether to descend into children"}"#,
                    "path",
                ));
            }
            list.join(",")
        })
    }

    fn big(&self, size: usize) -> Cow<'_, str> {
        if size == BIG {
            Cow::Borrowed(self.big.get_or_init(|| pattern(BIG)))
        } else {
            Cow::Owned(pattern(size))
        }
    }

    pub fn answer(&self, body: &[u8]) -> Answer {
        match serde_json::from_slice::<Request<'_>>(body) {
            Ok(request) => self.handle(&request),
            Err(_) => Answer::One(error("null", -32700, "parse error")),
        }
    }

    pub fn handle(&self, r: &Request<'_>) -> Answer {
        let Some(id) = r.id.map(RawValue::get) else { return Answer::Nothing };
        match r.method.as_ref() {
            "tools/call" => self.call(id, &r.params),
            "tools/list" => {
                let list = self.list();
                let mut out = Vec::with_capacity(list.len() + 160);
                open(&mut out, id);
                out.extend_from_slice(
                    br#""resultType":"complete","ttlMs":0,"cacheScope":"public","tools":["#,
                );
                out.extend_from_slice(list.as_bytes());
                out.extend_from_slice(b"]}}");
                Answer::One(out)
            }
            "initialize" => plain(
                id,
                r#""protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"bench-ceiling","version":"1.0.0"}"#,
            ),
            "server/discover" => plain(
                id,
                r#""resultType":"complete","ttlMs":0,"cacheScope":"public","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"serverInfo":{"name":"bench-ceiling","version":"1.0.0"}"#,
            ),
            "ping" => plain(id, ""),
            _ => Answer::One(error(id, -32601, "method not found")),
        }
    }

    fn call(&self, id: &str, p: &Params<'_>) -> Answer {
        let args = p.arguments.map_or("{}", RawValue::get);
        match p.name.as_deref() {
            Some("echo") => match serde_json::from_str::<Echo<'_>>(args) {
                Ok(a) => Answer::One(text(id, &a.message)),
                Err(e) => Answer::One(error(id, -32602, &e.to_string())),
            },
            Some("big") => match serde_json::from_str::<Big>(args) {
                Ok(a) => Answer::One(text(id, &self.big(a.size))),
                Err(e) => Answer::One(error(id, -32602, &e.to_string())),
            },
            Some("progress") => match (serde_json::from_str::<Count>(args), p.meta.progress_token) {
                (Ok(a), Some(token)) => {
                    Answer::Progress { id: id.to_owned(), token: token.get().to_owned(), count: a.count }
                }
                _ => Answer::One(error(id, -32602, "invalid params")),
            },
            _ => Answer::One(error(id, -32602, "unknown tool")),
        }
    }
}

pub fn progress(token: &str, i: u32, total: u32) -> Vec<u8> {
    format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":{token},"progress":{i},"total":{total}}}}}"#
    )
    .into_bytes()
}

pub fn text(id: &str, s: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len() + s.len() / 32 + 120);
    open(&mut out, id);
    out.extend_from_slice(br#""resultType":"complete","content":[{"type":"text","text":"#);
    serde_json::to_writer(&mut out, s).expect("writing to memory");
    out.extend_from_slice(b"}]}}");
    out
}

pub fn error(id: &str, code: i32, message: &str) -> Vec<u8> {
    let message = serde_json::to_string(message).expect("a string");
    format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":{code},"message":{message}}}}}"#).into_bytes()
}

fn open(out: &mut Vec<u8>, id: &str) {
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(br#","result":{"#);
}

fn plain(id: &str, fields: &str) -> Answer {
    let mut out = Vec::with_capacity(fields.len() + 48);
    open(&mut out, id);
    out.extend_from_slice(fields.as_bytes());
    out.extend_from_slice(b"}}");
    Answer::One(out)
}

fn tool(name: &str, description: &str, properties: &str, required: &str) -> String {
    format!(
        r#"{{"name":"{name}","description":"{description}","inputSchema":{{"type":"object","properties":{{{properties}}},"required":["{required}"]}}}}"#
    )
}

fn pattern(size: usize) -> String {
    (0..size).map(|i| if i % 80 == 79 { '\n' } else { (b'a' + (i % 26) as u8) as char }).collect()
}
