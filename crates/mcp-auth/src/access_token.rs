//! What a verified token says of the caller.

use std::time::Duration;

use pulseengine_mcp_protocol::Principal;

use crate::members::Members;

/// Bytes of a subject.
const SUBJECT: usize = 1_024;

/// Scopes of one token.
const SCOPES: usize = 256;

/// What a verified access token says. Handlers find it in the caller: `cx.principal()?.claim::<AccessToken>()`.
///
/// The token itself is not kept.
#[derive(Clone)]
pub struct AccessToken {
    issuer: String,
    subject: String,
    client: Option<String>,
    scopes: Vec<String>,
    expires: Duration,
    /// All claims, a JSON object.
    claims: String,
}

impl AccessToken {
    /// What these claims, or the members of the response of an introspection, say; `None`: something is missing or malformed.
    pub(crate) fn of_claims(claims: &Members<'_>, text: &str, issuer: &str) -> Option<Self> {
        let subject = claims.string("sub").ok()??;
        if subject.is_empty() || subject.len() > SUBJECT || subject.chars().any(char::is_control) {
            return None;
        }
        let client = claims.string("client_id").ok()?.or(claims.string("azp").ok()?);
        Some(Self {
            issuer: issuer.to_owned(),
            subject: subject.into_owned(),
            client: client.map(|client| client.into_owned()),
            scopes: scopes(claims)?,
            expires: Duration::from_secs(claims.seconds("exp").ok()??),
            claims: text.to_owned(),
        })
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The subject: the user, or the client where there is no user. It is unique for its issuer only.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The client that the token was issued to, where the token says so.
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// The scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// When it expires, counted from 1970.
    pub const fn expires(&self) -> Duration {
        self.expires
    }

    /// The JSON text of a claim.
    pub fn claim(&self, name: &str) -> Option<&str> {
        Members::read(&self.claims).ok()?.raw(name)
    }

    /// Bytes that it takes, about.
    pub(crate) fn weight(&self) -> usize {
        1_024 + self.claims.len() + 2 * self.subject.len()
    }

    /// The caller. Its id is made of issuer and subject.
    pub(crate) fn into_principal(self) -> Principal {
        // An issuer has no space.
        let id = [&*self.issuer, " ", &*self.subject].concat();
        Principal::new(id).until(self.expires).with_scopes(self.scopes.clone()).with_claim(self)
    }
}

/// `scope` is one string (RFC 8693, 4.2); `scp` is what some issuers have in its place, as a string or an array.
fn scopes(claims: &Members<'_>) -> Option<Vec<String>> {
    let lists = match claims.string("scope").ok()? {
        Some(scope) => vec![scope],
        None => claims.strings("scp").ok()?.unwrap_or_default(),
    };
    let mut scopes: Vec<String> = Vec::new();
    for scope in lists.iter().flat_map(|list| list.split(' ')).filter(|scope| !scope.is_empty()) {
        if !is_scope(scope) || scopes.len() == SCOPES {
            return None;
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Some(scopes)
}

/// Whether that is a scope by the letter of RFC 6749, 3.3.
pub(crate) fn is_scope(text: &str) -> bool {
    let is_allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// Without what the token says of the user.
impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
