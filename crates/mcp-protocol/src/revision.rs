//! The protocol revisions and everything that differs between them. No other code compares version strings.

use crate::ErrorCode;
use crate::json::Writer;

/// A revision of the specification. Later ones compare greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Revision {
    /// 2024-11-05, the first
    V2024_11_05,
    /// 2025-03-26: tool annotations, audio, JSON-RPC batches
    V2025_03_26,
    /// 2025-06-18: structured output, elicitation, resource links; no batches
    V2025_06_18,
    /// 2025-11-25: icons, URL elicitation, tool use in sampling
    V2025_11_25,
    /// 2026-07-28: stateless; metadata on every request, no initialize
    V2026_07_28,
}

impl Revision {
    /// All revisions, newest first.
    pub const ALL: [Self; 5] =
        [Self::V2026_07_28, Self::V2025_11_25, Self::V2025_06_18, Self::V2025_03_26, Self::V2024_11_05];
    /// The newest revision.
    pub const LATEST: Self = Self::V2026_07_28;
    /// The newest revision that starts with `initialize`.
    pub const LATEST_WITH_HANDSHAKE: Self = Self::V2025_11_25;

    /// The revision of an HTTP request that names none: the header is younger than it (specification 2025-11-25,
    /// transports, "Protocol Version Header").
    pub const WITHOUT_HEADER: Self = Self::V2025_03_26;

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// The revision of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == name)
    }

    /// The revision that a server chooses when `initialize` requests `requested`: the same if it is a known revision with a
    /// handshake, otherwise the newest of those (specification 2025-11-25, lifecycle, "Version Negotiation").
    pub(crate) fn negotiate(requested: &str) -> Self {
        Self::parse(requested).filter(|r| !r.is_stateless()).unwrap_or(Self::LATEST_WITH_HANDSHAKE)
    }

    /// Writes the names of all revisions as an array, newest first.
    pub fn write_all(w: &mut Writer) {
        w.begin_array();
        for revision in Self::ALL {
            w.string(revision.as_str());
        }
        w.end_array();
    }

    /// The code for a resource that does not exist.
    pub(crate) const fn resource_not_found(self) -> ErrorCode {
        if self.is_stateless() { ErrorCode::INVALID_PARAMS } else { ErrorCode::RESOURCE_NOT_FOUND }
    }
}

/// Writes the differences between revisions as questions: each is answered with yes by the revisions of its row, which
/// names the first, the last or both.
macro_rules! differences {
    ($($(#[$doc:meta])* $question:ident: $(since $first:ident)? $(until $last:ident)?;)*) => {
        impl Revision { $(
            $(#[$doc])*
            pub const fn $question(self) -> bool {
                true $(&& self as u8 >= Self::$first as u8)? $(&& self as u8 <= Self::$last as u8)?
            }
        )* }
    };
}

differences! {
    /// Every request carries its metadata; there is no handshake and no request from server to client.
    is_stateless: since V2026_07_28;
    /// Requests over HTTP name the revision in `MCP-Protocol-Version`, once it is settled.
    has_version_header: since V2025_06_18;
    /// JSON-RPC batches are understood.
    has_batches: since V2025_03_26 until V2025_03_26;
    /// Results name their `resultType`.
    has_result_type: since V2026_07_28;
    /// Lists and reads carry `ttlMs` and `cacheScope`, results name the server in `_meta`.
    has_cache_hints: since V2026_07_28;
    /// Tools have `outputSchema` and results `structuredContent`.
    has_structured_content: since V2025_06_18;
    /// Structured content may be any value, not only an object.
    has_any_structured_content: since V2026_07_28;
    /// Tools, prompts, resources and implementations may have a `title`.
    has_titles: since V2025_06_18;
    /// Tools, prompts, resources and implementations may have `icons`.
    has_icons: since V2025_11_25;
    /// Implementations may have a `description` and a `websiteUrl`.
    has_descriptions_of_implementations: since V2025_11_25;
    /// Content may be a link to a resource.
    has_resource_links: since V2025_06_18;
    /// Content may be audio.
    has_audio: since V2025_03_26;
    /// Progress notifications may carry a message.
    has_progress_messages: since V2025_03_26;
    /// The `completions` capability exists.
    has_completions_capability: since V2025_03_26;
    /// A stream over HTTP begins with an event that has a name but no data, so that the client can resume.
    has_priming_events: since V2025_11_25;
    /// `elicitation/create` exists.
    has_elicitation: since V2025_06_18;
    /// Elicitation has two modes: a form, or a URL to visit.
    has_url_elicitation: since V2025_11_25;
    /// Whether tools can become tasks by the extension `io.modelcontextprotocol/tasks`. (Those of 2025-11-25 are others.)
    has_tasks_extension: since V2026_07_28;
    /// There is an error for a client that lacks a capability, `-32021`.
    has_missing_capability_error: since V2026_07_28;
    /// Arguments that do not match a tool's schema are reported to the model as a tool result, not as `-32602`.
    reports_arguments_as_results: since V2025_11_25;
    /// An error response without an id carries `"id":null` instead of leaving it out.
    errors_need_an_id: until V2025_06_18;
}
