//! The names of header fields: one table for the side that builds a head and the side that checks it.

macro_rules! header_names {
    ($($variant:ident $name:literal $field:literal,)*) => {
        /// A header field of a request or a response that MCP uses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum HeaderName {
            $(#[doc = concat!("`", $field, "`")] $variant,)*
        }

        impl HeaderName {
            /// The name in lower case.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }

        /// In the order of [`HeaderName`].
        pub(super) const NAMES: &[&str] = &[$($name,)*];
    };
}

header_names! {
    Host "host" "Host",
    Origin "origin" "Origin",
    ContentType "content-type" "Content-Type",
    ContentLength "content-length" "Content-Length",
    ProtocolVersion "mcp-protocol-version" "MCP-Protocol-Version",
    McpMethod "mcp-method" "Mcp-Method",
    McpName "mcp-name" "Mcp-Name",
    SessionId "mcp-session-id" "Mcp-Session-Id",
    LastEventId "last-event-id" "Last-Event-ID",
    Accept "accept" "Accept",
    ContentEncoding "content-encoding" "Content-Encoding",
    WwwAuthenticate "www-authenticate" "WWW-Authenticate",
    RetryAfter "retry-after" "Retry-After",
}

/// How many of [`NAMES`], from the first on, are fields that a request has once at most.
pub(super) const SINGLE: usize = HeaderName::LastEventId as usize + 1;

/// From which of [`NAMES`] on a field may come again with the value that it has: those of MCP. Clients and proxies repeat them.
pub(super) const REPEATABLE: usize = HeaderName::ProtocolVersion as usize;

/// The beginning of the names of the fields that mirror arguments of a tool.
pub(super) const PARAM_PREFIX: &str = "mcp-param-";
