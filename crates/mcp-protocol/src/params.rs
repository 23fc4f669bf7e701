//! Params, split into their members in one pass. Every value stays the text it is until somebody wants it.

use alloc::borrow::Cow;

use crate::json::{Kind, Reader, Syntax, SyntaxKind};
use crate::{Error, Limits};

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident $name:literal,)*) => {
        /// A member of some request's params or `_meta` that the protocol knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Key { $($(#[$doc])* #[doc = concat!("`", $name, "`")] $key,)* }

        const NAMES: &[&str] = &[$($name,)*];
    };
}

keys! {
    Name "name",
    Arguments "arguments",
    Meta "_meta",
    Uri "uri",
    Cursor "cursor",
    InputResponses "inputResponses",
    RequestState "requestState",
    Ref "ref",
    Argument "argument",
    CompletionContext "context",
    Level "level",
    Notifications "notifications",
    CancelledId "requestId",
    Reason "reason",
    TaskId "taskId",
    ProtocolVersion "protocolVersion",
    Capabilities "capabilities",
    ClientInfo "clientInfo",
    Value "value",
    Type "type",
    ProgressToken "progressToken",
    /// the revision of a stateless request,
    MetaVersion "io.modelcontextprotocol/protocolVersion",
    /// the client's capabilities for a stateless request,
    MetaCapabilities "io.modelcontextprotocol/clientCapabilities",
    /// who the client is, in a stateless request,
    MetaClientInfo "io.modelcontextprotocol/clientInfo",
    /// the log level wanted by a stateless request,
    MetaLevel "io.modelcontextprotocol/logLevel",
    TraceParent "traceparent",
    TraceState "tracestate",
}

/// Keys from this one on are members of `_meta`, those before it of the params.
const FIRST_OF_META: usize = Key::ProgressToken as usize;

/// A part of a text, as offsets: it can be kept beside the text it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Where `part`, a slice of `whole`, lies in it.
    pub fn of(whole: &str, part: &str) -> Self {
        let start = (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
        if start > whole.len() || start + part.len() > whole.len() {
            return Self::default();
        }
        Self { start: start as u32, end: (start + part.len()) as u32 }
    }

    /// The part of `whole`.
    pub fn in_text(self, whole: &str) -> &str {
        whole.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The known members of an object, as spans of the text it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Members {
    spans: [Span; NAMES.len()],
}

impl Members {
    /// Splits `object`, a part of `whole`. Unknown members are ignored, a known one that appears twice is refused.
    pub fn split(whole: &str, object: &str, limits: &Limits) -> Result<Self, Error> {
        let (mut split, mut in_meta) = (Self::default(), false);
        let mut r = Reader::with_limits(object, limits);
        match split.add(whole, &mut r, &mut in_meta).and_then(|()| r.end()) {
            Ok(()) => Ok(split),
            Err(e) => Err(malformed(e, in_meta)),
        }
    }

    /// The JSON text of a member; empty when absent.
    pub fn text<'a>(&self, whole: &'a str, key: Key) -> &'a str {
        self.spans.get(key as usize).copied().unwrap_or_default().in_text(whole)
    }

    /// Whether the member is there.
    pub fn has(&self, key: Key) -> bool {
        self.spans.get(key as usize).is_some_and(|s| !s.is_empty())
    }

    /// Takes in the known members of the object that comes next: the params or, `in_meta`, the `_meta` in them.
    fn add(&mut self, whole: &str, r: &mut Reader<'_>, in_meta: &mut bool) -> Result<(), Syntax> {
        let keys = if *in_meta { FIRST_OF_META..NAMES.len() } else { 0..FIRST_OF_META };
        let first = keys.start;
        let names = NAMES.get(keys).unwrap_or_default();
        let mut members = r.object()?;
        while let Some(key) = members.next(r)? {
            let known = names.iter().position(|name| *name == key).map(|at| first + at);
            let value = if known == Some(Key::Meta as usize) {
                let start = r.start()?;
                *in_meta = true;
                self.add(whole, r, in_meta)?;
                *in_meta = false;
                r.since(start)
            } else {
                r.raw()?
            };
            if let Some(span) = known.and_then(|at| self.spans.get_mut(at)) {
                if !span.is_empty() {
                    return Err(r.fault(SyntaxKind::Unexpected));
                }
                *span = Span::of(whole, value);
            }
        }
        Ok(())
    }
}

fn malformed(e: Syntax, in_meta: bool) -> Error {
    Error::invalid_params(match (e.kind, in_meta) {
        (SyntaxKind::Kind, true) => "Invalid params: _meta is not an object",
        (SyntaxKind::Kind, false) => "Invalid params: params is not an object",
        (_, true) => "Invalid params: a member of _meta appears twice",
        (_, false) => "Invalid params: a member appears twice",
    })
}

/// The string that `text` is, if it is one.
pub fn string(text: &str) -> Option<Cow<'_, str>> {
    Reader::new(text).string().ok()
}

/// Whether `text` is an object.
pub fn is_object(text: &str) -> bool {
    matches!(Reader::new(text).peek(), Ok(Kind::Object))
}

/// Whether a capability path such as `["sampling", "tools"]` is declared in the capabilities object `text`.
pub fn declares(text: &str, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else { return !text.is_empty() && text != "null" };
    member(text, first).is_some_and(|value| declares(value, rest))
}

/// The text of a member of the object `text`.
pub fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut r = Reader::new(text);
    let mut members = r.object().ok()?;
    while let Some(key) = members.next(&mut r).ok()? {
        let value = r.raw().ok()?;
        if key == name {
            return Some(value);
        }
    }
    None
}
