//! Params, split into their members in one pass. Every value stays text until code reads it.

use alloc::boxed::Box;

use crate::json::{JsonKind, Reader, SyntaxError};
use crate::{Error, Limits};

pub use crate::json::{is_object, member, string};

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident $name:literal,)*) => {
        /// A member of some request's params or `_meta` that the protocol knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
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
    TaskId "taskId",
    ProtocolVersion "protocolVersion",
    Capabilities "capabilities",
    ClientInfo "clientInfo",
    ProgressToken "progressToken",
    /// the revision of a stateless request,
    MetaVersion "io.modelcontextprotocol/protocolVersion",
    /// the client's capabilities for a stateless request,
    MetaCapabilities "io.modelcontextprotocol/clientCapabilities",
    /// the client's name and version, in a stateless request,
    MetaClientInfo "io.modelcontextprotocol/clientInfo",
    /// the log level wanted by a stateless request,
    MetaLevel "io.modelcontextprotocol/logLevel",
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
    pub(crate) const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The part of `whole`.
    pub(crate) fn in_text(self, whole: &str) -> &str {
        whole.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Makes it the span of a text that begins at `start`.
    pub(crate) const fn rebase(&mut self, start: usize) {
        self.start = self.start.wrapping_sub(start as u32);
        self.end = self.end.wrapping_sub(start as u32);
    }

    const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// The known members of an object, as spans of the text it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct MemberSpans {
    spans: [Span; NAMES.len()],
}

impl MemberSpans {
    /// The JSON text of a member; empty when absent.
    fn text<'a>(&self, whole: &'a str, key: Key) -> &'a str {
        self.spans.get(key as usize).copied().unwrap_or_default().in_text(whole)
    }

    fn has(&self, key: Key) -> bool {
        self.spans.get(key as usize).is_some_and(|s| !s.is_empty())
    }
}

/// The params of a message: where they are in its text, and their known members. In a box, since messages are moved
/// often and this is most of their size.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Params(Option<Box<Split>>);

#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Split {
    span: Span,
    members: MemberSpans,
    /// The first thing that makes them malformed.
    fault: Option<ParamsFault>,
}

/// What makes params malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParamsFault {
    NotAnObject,
    Repeated,
    MetaNotAnObject,
    RepeatedInMeta,
    LongUri,
    LongToken,
}

impl ParamsFault {
    pub(crate) fn error(self) -> Error {
        Error::invalid_params(match self {
            Self::NotAnObject => "Invalid params: params is not an object",
            Self::Repeated => "Invalid params: a member appears twice",
            Self::MetaNotAnObject => "Invalid params: _meta is not an object",
            Self::RepeatedInMeta => "Invalid params: a member of _meta appears twice",
            Self::LongUri => "Invalid params: uri or cursor is longer than 8192 bytes",
            Self::LongToken => "Invalid params: progressToken or taskId is longer than 256 bytes",
        })
    }
}

/// How long the text of a member may be that a server keeps, compares or looks for, and what is wrong with a longer one.
const fn short(key: usize) -> Option<(usize, ParamsFault)> {
    const URI: usize = Key::Uri as usize;
    const CURSOR: usize = Key::Cursor as usize;
    const TASK_ID: usize = Key::TaskId as usize;
    const PROGRESS_TOKEN: usize = Key::ProgressToken as usize;
    match key {
        URI | CURSOR => Some((Limits::URI, ParamsFault::LongUri)),
        TASK_ID | PROGRESS_TOKEN => Some((Limits::TOKEN, ParamsFault::LongToken)),
        _ => None,
    }
}

/// Whether the text of a member stands for none: some serializers write null for what is absent, and those of PHP an empty
/// array for an empty object.
fn is_nothing(text: &str) -> bool {
    text == "null" || text == "[]"
}

impl Split {
    fn read(&mut self, r: &mut Reader<'_>) -> Result<(), SyntaxError> {
        let start = r.start()?;
        if r.peek()? == JsonKind::Object {
            self.read_members(r, false)?;
        } else {
            r.skip()?;
            if is_nothing(r.since(start)) {
                // As if it were absent: its span stays empty.
                return Ok(());
            }
            self.fault = Some(ParamsFault::NotAnObject);
        }
        self.span = Span::new(start, r.position());
        Ok(())
    }

    /// Reads the known members of the object that comes next: the params or, `in_meta`, the `_meta` in them.
    fn read_members(&mut self, r: &mut Reader<'_>, in_meta: bool) -> Result<(), SyntaxError> {
        let (first, keys) =
            if in_meta { (FIRST_OF_META, FIRST_OF_META..NAMES.len()) } else { (0, 0..FIRST_OF_META) };
        let names = NAMES.get(keys).unwrap_or_default();
        let mut members = r.object()?;
        while let Some(key) = members.next(r)? {
            let known = names.iter().position(|name| *name == key).map(|at| first + at);
            let start = r.start()?;
            if known != Some(Key::Meta as usize) {
                r.skip()?;
            } else if r.peek()? == JsonKind::Object {
                self.read_members(r, true)?;
            } else {
                r.skip()?;
                if !is_nothing(r.since(start)) {
                    self.fault.get_or_insert(ParamsFault::MetaNotAnObject);
                }
            }
            let Some(at) = known else { continue };
            if let Some((most, fault)) = short(at)
                && r.position() - start > most + 2
            {
                self.fault.get_or_insert(fault);
            }
            let Some(span) = self.members.spans.get_mut(at) else { continue };
            if *span == Span::default() {
                // A member that is nothing counts as absent: its span is empty, but it is there once.
                let end = if is_nothing(r.since(start)) { start } else { r.position() };
                *span = Span::new(start, end);
            } else {
                let fault = if in_meta { ParamsFault::RepeatedInMeta } else { ParamsFault::Repeated };
                self.fault.get_or_insert(fault);
            }
        }
        Ok(())
    }
}

impl Params {
    /// Reads the value that comes next. Unknown members are ignored.
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, SyntaxError> {
        let mut split = Box::<Split>::default();
        split.read(r)?;
        Ok(Self(Some(split)))
    }

    /// The params as JSON text; empty when absent.
    pub(crate) fn text<'a>(&self, whole: &'a str) -> &'a str {
        self.0.as_ref().map(|split| split.span.in_text(whole)).unwrap_or_default()
    }

    /// The JSON text of a member; empty when absent.
    pub(crate) fn member<'a>(&self, whole: &'a str, key: Key) -> &'a str {
        self.0.as_ref().map(|split| split.members.text(whole, key)).unwrap_or_default()
    }

    /// Whether the member is there.
    pub(crate) fn has(&self, key: Key) -> bool {
        self.0.as_ref().is_some_and(|split| split.members.has(key))
    }

    /// The first thing that makes them malformed.
    pub(crate) fn fault(&self) -> Option<ParamsFault> {
        self.0.as_ref().and_then(|split| split.fault)
    }

    pub(crate) fn is_object(&self) -> bool {
        self.fault() != Some(ParamsFault::NotAnObject)
    }

    /// Whether they, or one of their known members, are null or an empty array.
    pub(crate) fn has_nothing(&self) -> bool {
        let null = |span: &Span| span.is_empty() && *span != Span::default();
        self.0.as_ref().is_some_and(|split| split.span.is_empty() || split.members.spans.iter().any(null))
    }

    /// Makes the spans those of a text that begins at `start`.
    pub(crate) fn rebase(&mut self, start: usize) {
        let Some(split) = &mut self.0 else { return };
        split.span.rebase(start);
        let spans = split.members.spans.iter_mut().filter(|span| !span.is_empty());
        spans.for_each(|span| span.rebase(start));
    }
}

/// Whether a capability path such as `["sampling", "tools"]` is declared in the capabilities object `text`.
pub(crate) fn declares(text: &str, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else { return !matches!(text, "" | "null" | "false") };
    member(text, first).is_some_and(|value| declares(value, rest))
}
