//! From the head of a request to its caller.

use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pulseengine_mcp_http::{Authenticating, Authenticator};
use pulseengine_mcp_protocol::Principal;
use pulseengine_mcp_protocol::http::{Head, HttpRejection, SingleValue};

use crate::access_token::AccessToken;
use crate::challenge::{Challenge, Challenges};
use crate::introspection::KEPT;
use crate::invalid::InvalidToken;
use crate::issuer_state::{Clock, IssuerState, Unavailable};
use crate::token::{SignedToken, TOKEN, is_signed};
use crate::token_cache::{TokenCache, TokenHash, TokenHasher};

/// Authenticates callers by their access tokens.
pub(crate) struct TokenAuthenticator {
    pub(crate) challenges: Arc<Challenges>,
    /// The scopes that every request needs.
    pub(crate) required: Vec<String>,
    pub(crate) issuers: Vec<Arc<IssuerState>>,
    pub(crate) clock: Clock,
    pub(crate) hasher: TokenHasher,
    pub(crate) accepted: Mutex<TokenCache<Principal>>,
    /// What issuers have said of opaque tokens. Apart, so that wrong tokens take no place from right ones.
    pub(crate) refused: Mutex<TokenCache<InvalidToken>>,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotAccepted {
    Invalid(InvalidToken),
    /// It cannot be found out now.
    Unavailable,
}

impl From<InvalidToken> for NotAccepted {
    fn from(reason: InvalidToken) -> Self {
        Self::Invalid(reason)
    }
}

impl From<Unavailable> for NotAccepted {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

/// A caller, and until when that holds.
type Accepted = (AccessToken, Duration);

impl Authenticator for TokenAuthenticator {
    fn authenticate<'a>(&'a self, head: &'a Head<'a>) -> Authenticating<'a> {
        let candidate = match candidate(head) {
            Ok(candidate) => candidate,
            Err(challenge) => return Box::pin(ready(Err(self.challenges.reject(challenge)))),
        };
        // What has a verdict was well formed.
        let hash = self.hasher.hash(candidate);
        if let Some(caller) = lock(&self.accepted).find(hash, (self.clock)()) {
            return Box::pin(ready(self.admit(caller)));
        }
        let Some(token) = token68(candidate) else {
            return Box::pin(ready(Err(self.challenges.reject(MALFORMED))));
        };
        Box::pin(async move {
            match self.verify(token, hash).await {
                Ok(caller) => self.admit(caller),
                Err(NotAccepted::Invalid(reason)) => {
                    Err(self.challenges.reject(Challenge::InvalidToken(reason)))
                }
                Err(NotAccepted::Unavailable) => Err(unavailable()),
            }
        })
    }
}

impl TokenAuthenticator {
    /// A caller is served with all scopes that every request needs.
    fn admit(&self, caller: Principal) -> Result<Principal, HttpRejection> {
        let grants = |scope: &String| self.challenges.hierarchy.grants(&caller, scope);
        if self.required.iter().all(grants) {
            return Ok(caller);
        }
        let needed: Vec<&str> = self.required.iter().map(String::as_str).collect();
        Err(self.challenges.insufficient(&caller, &needed))
    }

    async fn verify(&self, token: &str, hash: TokenHash) -> Result<Principal, NotAccepted> {
        let (token, until) = if is_signed(token) {
            self.verify_signed(token).await?
        } else {
            self.ask_about(token, hash).await?
        };
        let weight = token.weight();
        let caller = token.into_principal();
        lock(&self.accepted).insert(hash, caller.clone(), until, weight);
        Ok(caller)
    }

    async fn verify_signed(&self, token: &str) -> Result<Accepted, NotAccepted> {
        let token = SignedToken::read(token)?;
        let claimed = token.claimed_issuer()?;
        let issuer = self.issuers.iter().find(|issuer| issuer.rules.issuer == claimed);
        let issuer = issuer.ok_or(InvalidToken::Issuer)?;
        // A token that no key can make right causes no fetch.
        issuer.rules.check_header(&token)?;
        issuer.rules.check_claims(&token, (self.clock)())?;
        let (keys, looked_at) = issuer.keys(token.key_id.as_deref()).await?;
        let verified = issuer.rules.verify_signed(&token, &keys, (self.clock)())?;
        let until = verified.expires().saturating_add(issuer.rules.leeway).min(looked_at);
        Ok((verified, until))
    }

    async fn ask_about(&self, token: &str, hash: TokenHash) -> Result<Accepted, NotAccepted> {
        if token.len() > TOKEN {
            return Err(InvalidToken::TooLong.into());
        }
        let issuer = self.issuers.iter().find(|issuer| issuer.introspects());
        let issuer = issuer.ok_or(InvalidToken::Malformed)?;
        let known = lock(&self.refused).find(hash, (self.clock)());
        if let Some(reason) = known {
            return Err(reason.into());
        }
        let said = issuer.introspect(token).await?;
        let kept = (self.clock)().saturating_add(KEPT);
        match said {
            Ok(accepted) => {
                let until = accepted.expires().saturating_add(issuer.rules.leeway).min(kept);
                Ok((accepted, until))
            }
            Err(reason) => {
                lock(&self.refused).insert(hash, reason, kept, 256);
                Err(reason.into())
            }
        }
    }
}

fn unavailable() -> HttpRejection {
    HttpRejection::new(503, "Unavailable: the access token cannot be verified now").with("retry-after", "30")
}

const MALFORMED: Challenge = Challenge::InvalidRequest("Authorization is malformed");

/// What stands in the place of the token of a request (RFC 6750, 2.1). It is taken from the field `Authorization` only.
fn candidate<'a>(head: &Head<'a>) -> Result<&'a [u8], Challenge> {
    let value = match head.field("authorization") {
        SingleValue::Absent => return Err(Challenge::None),
        SingleValue::Is(value) => value,
        SingleValue::Repeated => {
            return Err(Challenge::InvalidRequest("Authorization is there more than once"));
        }
    };
    let end = value.iter().position(|byte| *byte == b' ').unwrap_or(value.len());
    let (scheme, rest) = value.split_at_checked(end).ok_or(MALFORMED)?;
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        // Other schemes are not known here: that is as if there were no token.
        let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
        return Err(if scheme.iter().all(is_token) { Challenge::None } else { MALFORMED });
    }
    if head.query.is_some_and(has_token) {
        return Err(Challenge::InvalidRequest("there is a second token in the query"));
    }
    let begin = rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len());
    Ok(rest.get(begin..).unwrap_or_default())
}

/// `b64token` of RFC 6750.
fn token68(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let body = text.trim_end_matches('=');
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    (!body.is_empty() && body.bytes().all(is_allowed)).then_some(text)
}

fn has_token(query: &str) -> bool {
    query.split('&').any(|pair| pair.split('=').next() == Some("access_token"))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Refuses every request: the settings are wrong.
pub(crate) struct Misconfigured(pub(crate) String);

impl Authenticator for Misconfigured {
    fn authenticate<'a>(&'a self, _: &'a Head<'a>) -> Authenticating<'a> {
        Box::pin(ready(Err(HttpRejection::new(500, self.0.clone()))))
    }
}

#[cfg(test)]
mod tests {
    use pulseengine_mcp_protocol::http::{Fields, Head};

    use super::{Challenge, MALFORMED, candidate, token68};

    struct Values(&'static [&'static [u8]]);

    impl Fields for Values {
        fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
            self.0.iter().for_each(|value| visit("authorization", value));
        }
    }

    fn said(fields: &'static [&'static [u8]], query: Option<&'static str>) -> Result<String, u16> {
        let fields = Values(fields);
        let head = Head {
            method: "POST",
            path: "/mcp",
            query,
            authority: None,
            fields: &fields,
            peer: None,
            client_certificate: None,
        };
        let token = candidate(&head).and_then(|bytes| token68(bytes).ok_or(MALFORMED));
        token.map(str::to_owned).map_err(|challenge| match challenge {
            Challenge::InvalidRequest(_) => 400,
            _ => 401,
        })
    }

    #[test]
    fn where_a_token_stands() {
        type Case = (&'static [&'static [u8]], Result<&'static str, u16>);
        let cases: &[Case] = &[
            (&[b"Bearer abc.def.ghi"], Ok("abc.def.ghi")),
            (&[b"bearer abc"], Ok("abc")),
            (&[b"BEARER abc=="], Ok("abc==")),
            (&[b"Bearer   abc"], Ok("abc")),
            (&[b"  Bearer abc  "], Ok("abc")),
            (&[], Err(401)),
            (&[b"Basic YTpi"], Err(401)),
            (&[b"DPoP abc"], Err(401)),
            (&[b"Bearer"], Err(400)),
            (&[b"Bearer "], Err(400)),
            (&[b"Bearer\tabc"], Err(400)),
            (&[b"Bearer \tabc"], Err(400)),
            (&[b"Bearer abc def"], Err(400)),
            (&[b"Bearer abc, Bearer def"], Err(400)),
            (&[b"Bearer abc,def"], Err(400)),
            (&[b"Bearer a=b"], Err(400)),
            (&[b"Bearer =="], Err(400)),
            (&[b"Bearer \xff"], Err(400)),
            (&[b"Bearer \"abc\""], Err(400)),
            (&[b"Bearer abc", b"Bearer abc"], Err(400)),
            (&[b""], Err(401)),
        ];
        for (fields, expected) in cases {
            let expected = (*expected).map(str::to_owned);
            assert_eq!(said(fields, None), expected, "{fields:?}");
        }
    }

    #[test]
    fn a_token_in_the_query_is_not_taken() {
        assert_eq!(said(&[], Some("access_token=abc")), Err(401));
        assert_eq!(said(&[b"Bearer abc"], Some("a=1&access_token=def")), Err(400));
        assert_eq!(said(&[b"Bearer abc"], Some("a=1")), Ok("abc".into()));
    }
}
