//! Challenges: the field `WWW-Authenticate` (RFC 6750, 3; RFC 9728, 5.1), and the responses that it belongs to.

use pulseengine_mcp_protocol::http::HttpRejection;
use pulseengine_mcp_protocol::{Error, Principal};

use crate::hierarchy::Hierarchy;
use crate::invalid::InvalidToken;

/// What challenges of a server say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Challenges {
    /// The address of the metadata, where there is one.
    pub(crate) metadata: Option<String>,
    /// The scopes that a client should ask for to begin with.
    pub(crate) scopes: Vec<String>,
    /// More scopes that mean something to the server.
    pub(crate) offered: Vec<String>,
    pub(crate) hierarchy: Hierarchy,
}

/// Why a caller is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// There is no token.
    None,
    /// The request is malformed as far as it authenticates the caller.
    InvalidRequest(&'static str),
    InvalidToken(InvalidToken),
}

impl Challenges {
    /// The rejection of a request.
    pub(crate) fn reject(&self, challenge: Challenge) -> HttpRejection {
        let (status, code, description) = match challenge {
            Challenge::None => (401, None, "authentication required"),
            Challenge::InvalidRequest(description) => (400, Some("invalid_request"), description),
            Challenge::InvalidToken(reason) => (401, Some("invalid_token"), reason.describe()),
        };
        let begin = if status == 400 { "Bad request: " } else { "Unauthorized: " };
        let error = code.map(|code| (code, description));
        HttpRejection::new(status, [begin, description].concat())
            .with("www-authenticate", self.field(error, &self.scopes.join(" ")))
            .with("cache-control", "no-store")
    }

    /// The rejection of a caller that lacks scopes. The challenge names all scopes that are needed, and those that the caller has
    /// and that mean something to this server: a client that asks for exactly these does not lose any.
    pub(crate) fn insufficient(&self, caller: &Principal, needed: &[&str]) -> HttpRejection {
        let mut scopes: Vec<&str> = Vec::new();
        let held = caller.scopes().filter(|scope| self.is_relevant(scope));
        for scope in needed.iter().copied().chain(held) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        let description = "the access token lacks scopes";
        let challenge = self.field(Some(("insufficient_scope", description)), &scopes.join(" "));
        let message = ["Forbidden: this needs the scopes ", &*needed.join(" ")].concat();
        HttpRejection::forbidden(challenge).with_error(Error::invalid_request(message))
    }

    fn is_relevant(&self, scope: &str) -> bool {
        self.scopes.iter().chain(&self.offered).any(|known| known == scope) || self.hierarchy.knows(scope)
    }

    fn field(&self, error: Option<(&str, &str)>, scopes: &str) -> String {
        let (code, description) = error.unwrap_or_default();
        let metadata = self.metadata.as_deref().unwrap_or_default();
        // None of the values has a character that would have to be escaped.
        let members = [
            ("error", code),
            ("error_description", description),
            ("resource_metadata", metadata),
            ("scope", scopes),
        ];
        let members = members.iter().filter(|(_, value)| !value.is_empty());
        let members: Vec<String> = members.map(|(name, value)| [name, "=\"", value, "\""].concat()).collect();
        ["Bearer ", &*members.join(", ")].concat().trim_end().to_owned()
    }
}
