//! The protocol revisions and everything that differs between them. No other code compares version strings.

use crate::ErrorCode;
use crate::json::Writer;

/// A revision of the specification. Later ones compare greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// What a server answers to an `initialize` that asks for `requested`: the same if it knows it as a revision
    /// with a handshake, otherwise the newest such (specification 2025-11-25, lifecycle, "Version Negotiation").
    pub fn negotiate(requested: &str) -> Self {
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

    /// Every request carries its metadata; there is no handshake and no request from server to client.
    pub const fn is_stateless(self) -> bool {
        matches!(self, Self::V2026_07_28)
    }

    /// Requests over HTTP name the revision in `MCP-Protocol-Version`, once it is settled.
    pub fn has_version_header(self) -> bool {
        self >= Self::V2025_06_18
    }

    /// JSON-RPC batches are understood.
    pub const fn has_batches(self) -> bool {
        matches!(self, Self::V2025_03_26)
    }

    /// Results name their `resultType`.
    pub const fn has_result_type(self) -> bool {
        self.is_stateless()
    }

    /// Lists and reads carry `ttlMs` and `cacheScope`, results name the server in `_meta`.
    pub const fn has_cache_hints(self) -> bool {
        self.is_stateless()
    }

    /// Tools have `outputSchema` and results `structuredContent`.
    pub fn has_structured_content(self) -> bool {
        self >= Self::V2025_06_18
    }

    /// Structured content may be any value, not only an object.
    pub const fn has_any_structured_content(self) -> bool {
        self.is_stateless()
    }

    /// What has a name may have a `title` beside it.
    pub fn has_titles(self) -> bool {
        self >= Self::V2025_06_18
    }

    /// What has a name may have `icons`.
    pub fn has_icons(self) -> bool {
        self >= Self::V2025_11_25
    }

    /// Servers and clients say what they are, by a `description` and a `websiteUrl`.
    pub fn has_descriptions_of_implementations(self) -> bool {
        self >= Self::V2025_11_25
    }

    /// Content may be a link to a resource.
    pub fn has_resource_links(self) -> bool {
        self >= Self::V2025_06_18
    }

    /// Content may be audio.
    pub fn has_audio(self) -> bool {
        self >= Self::V2025_03_26
    }

    /// Progress notifications may carry a message.
    pub fn has_progress_messages(self) -> bool {
        self >= Self::V2025_03_26
    }

    /// The `completions` capability exists.
    pub fn has_completions_capability(self) -> bool {
        self >= Self::V2025_03_26
    }

    /// A stream over HTTP begins with an event that has a name but no data, so that the client can come back.
    pub fn has_priming_events(self) -> bool {
        self >= Self::V2025_11_25
    }

    /// The client can be asked by `elicitation/create`.
    pub fn has_elicitation(self) -> bool {
        self >= Self::V2025_06_18
    }

    /// Elicitation has modes: a form, or a URL to visit.
    pub fn has_url_elicitation(self) -> bool {
        self >= Self::V2025_11_25
    }

    /// Whether tools can become tasks by the extension `io.modelcontextprotocol/tasks`. (Those of 2025-11-25 are others.)
    pub const fn has_tasks_extension(self) -> bool {
        self.is_stateless()
    }

    /// There is an error for a client that lacks a capability, `-32021`.
    pub const fn has_missing_capability_error(self) -> bool {
        self.is_stateless()
    }

    /// Arguments that do not match a tool's schema are reported to the model as a tool result, not as `-32602`.
    pub fn reports_arguments_as_results(self) -> bool {
        self >= Self::V2025_11_25
    }

    /// An error response without an id carries `"id":null` instead of leaving it out.
    pub fn errors_need_an_id(self) -> bool {
        self < Self::V2025_11_25
    }

    /// The code for a resource that does not exist.
    pub const fn resource_not_found(self) -> ErrorCode {
        if self.is_stateless() { ErrorCode::INVALID_PARAMS } else { ErrorCode::RESOURCE_NOT_FOUND }
    }
}
