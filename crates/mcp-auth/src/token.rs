//! JSON Web Tokens as access tokens (RFC 9068): from the text to claims that are verified. No I/O: keys and the time are arguments.

use std::borrow::Cow;
use std::time::Duration;

use crate::access_token::AccessToken;
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::invalid::InvalidToken;
use crate::key::KEY_ID;
use crate::key_set::KeySet;
use crate::members::Members;

/// Bytes of a token.
pub(crate) const TOKEN: usize = 16 << 10;

/// Parameters of a header that are not admitted: extensions that have to be understood, other forms of the payload, and keys or
/// addresses of keys that come with the token.
const REFUSED_PARAMETERS: &[&str] = &["crit", "b64", "zip", "enc", "cty", "jwk", "jku", "x5u", "x5c"];

/// Claims that tokens of other kinds have: ID tokens (OpenID Connect Core, 2) and events (RFC 8417).
const OTHER_KINDS: &[&str] = &["nonce", "at_hash", "c_hash", "s_hash", "events"];

/// What holds for all tokens of an issuer.
#[derive(Clone, Debug)]
pub struct TokenRules {
    pub(crate) issuer: String,
    pub(crate) audiences: Vec<String>,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) plain_types: bool,
    pub(crate) leeway: Duration,
    pub(crate) longest_lifetime: Duration,
}

impl TokenRules {
    /// Tokens of that issuer for that audience. Both are compared exactly, as text.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audiences: vec![audience.into()],
            algorithms: Algorithm::ALL.to_vec(),
            plain_types: false,
            leeway: Duration::from_secs(30),
            longest_lifetime: Duration::from_secs(24 * 3_600),
        }
    }

    /// Admits only these algorithms. Default all of [`Algorithm`].
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Also admits tokens whose `typ` is `JWT` or missing. By default it has to be `at+jwt` (RFC 9068), which tells access tokens
    /// from ID tokens.
    #[must_use]
    pub const fn plain_types(mut self) -> Self {
        self.plain_types = true;
        self
    }

    /// How far the clocks of issuer and server may differ. Default 30 seconds.
    #[must_use]
    pub const fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// How long a token may be valid. Default 24 hours.
    #[must_use]
    pub const fn longest_lifetime(mut self, lifetime: Duration) -> Self {
        self.longest_lifetime = lifetime;
        self
    }

    /// Verifies a token with the keys of its issuer, at that time since 1970.
    ///
    /// # Errors
    ///
    /// Why the token is refused.
    pub fn verify(&self, token: &str, keys: &KeySet, now: Duration) -> Result<AccessToken, InvalidToken> {
        self.verify_signed(&SignedToken::read(token)?, keys, now)
    }

    /// The same for a token that has been read.
    pub(crate) fn verify_signed(
        &self,
        token: &SignedToken<'_>,
        keys: &KeySet,
        now: Duration,
    ) -> Result<AccessToken, InvalidToken> {
        self.check_header(token)?;
        let mut candidates = keys.candidates(token.key_id.as_deref(), token.algorithm).peekable();
        if candidates.peek().is_none() {
            return Err(InvalidToken::Key);
        }
        let message = token.message.as_bytes();
        if !candidates.any(|key| key.verifies(token.algorithm, message, &token.signature)) {
            return Err(InvalidToken::Signature);
        }
        self.check_claims(token, now)
    }

    /// What can be checked without a key.
    pub(crate) fn check_header(&self, token: &SignedToken<'_>) -> Result<(), InvalidToken> {
        if !self.algorithms.contains(&token.algorithm) {
            return Err(InvalidToken::Algorithm);
        }
        match token.kind {
            TokenKind::AccessToken => Ok(()),
            TokenKind::Plain if self.plain_types => Ok(()),
            _ => Err(InvalidToken::Type),
        }
    }

    pub(crate) fn check_claims(
        &self,
        token: &SignedToken<'_>,
        now: Duration,
    ) -> Result<AccessToken, InvalidToken> {
        let text = std::str::from_utf8(&token.claims).map_err(|_| InvalidToken::Malformed)?;
        let claims = Members::read(text).map_err(|_| InvalidToken::Malformed)?;
        if token.kind != TokenKind::AccessToken && OTHER_KINDS.iter().any(|name| claims.has(name)) {
            return Err(InvalidToken::Type);
        }
        self.check_members(&claims, now, true)?;
        AccessToken::of_claims(&claims, text, &self.issuer).ok_or(InvalidToken::Claims)
    }

    /// Checks the claims of a token, or the members of the response of an introspection that are there.
    /// Its own response may leave out the issuer.
    pub(crate) fn check_members(
        &self,
        claims: &Members<'_>,
        now: Duration,
        needs_issuer: bool,
    ) -> Result<(), InvalidToken> {
        let malformed = |_| InvalidToken::Claims;
        let issuer = claims.string("iss").map_err(malformed)?;
        if issuer.map_or(needs_issuer, |issuer| issuer != self.issuer) {
            return Err(InvalidToken::Issuer);
        }
        let audiences = claims.strings("aud").map_err(malformed)?.ok_or(InvalidToken::Claims)?;
        if !audiences.iter().any(|audience| self.audiences.iter().any(|own| audience == own)) {
            return Err(InvalidToken::Audience);
        }
        self.check_times(claims, now)?;
        // A token that is bound to a key (RFC 7800) is worth nothing without the proof.
        if claims.has("cnf") { Err(InvalidToken::Bound) } else { Ok(()) }
    }

    fn check_times(&self, claims: &Members<'_>, now: Duration) -> Result<(), InvalidToken> {
        let time = |name| {
            let seconds = claims.seconds(name).map_err(|_| InvalidToken::Claims)?;
            Ok(seconds.map(Duration::from_secs))
        };
        let expires = time("exp")?.ok_or(InvalidToken::Claims)?;
        let (from, issued) = (time("nbf")?, time("iat")?);
        if expires.saturating_add(self.leeway) <= now {
            return Err(InvalidToken::Expired);
        }
        let latest = now.saturating_add(self.leeway);
        if from.is_some_and(|from| from > latest) || issued.is_some_and(|issued| issued > latest) {
            return Err(InvalidToken::NotYetValid);
        }
        let begin = issued.map_or(now, |issued| issued.min(now));
        let is_too_long = expires.saturating_sub(begin) > self.longest_lifetime.saturating_add(self.leeway);
        if is_too_long { Err(InvalidToken::Lifetime) } else { Ok(()) }
    }
}

/// What the header says of the kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    AccessToken,
    /// `JWT`, or nothing.
    Plain,
    Other,
}

/// A token in compact form (RFC 7515, 7.1) that has been read; nothing of it is verified.
#[derive(Debug)]
pub(crate) struct SignedToken<'a> {
    /// What is signed.
    message: &'a str,
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
    kind: TokenKind,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

/// Whether a token has the three parts of a signed token. Others are opaque.
pub(crate) fn is_signed(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 2
}

impl<'a> SignedToken<'a> {
    /// Reads a token.
    pub(crate) fn read(token: &'a str) -> Result<Self, InvalidToken> {
        if token.len() > TOKEN {
            return Err(InvalidToken::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(InvalidToken::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(InvalidToken::Malformed)?;
        let decode = |part| base64url::decode(part).ok_or(InvalidToken::Malformed);
        let (header, claims, signature) = (decode(header)?, decode(claims)?, decode(signature)?);
        let header = Members::from_bytes(&header).map_err(|_| InvalidToken::Malformed)?;
        if REFUSED_PARAMETERS.iter().any(|name| header.has(name)) {
            return Err(InvalidToken::Header);
        }
        let text = |name| header.string(name).map_err(|_| InvalidToken::Malformed);
        let algorithm = text("alg")?.ok_or(InvalidToken::Malformed)?;
        let algorithm = Algorithm::from_name(&algorithm).ok_or(InvalidToken::Algorithm)?;
        let key_id = text("kid")?.map(Cow::into_owned);
        if key_id.as_ref().is_some_and(|id| id.len() > KEY_ID) {
            return Err(InvalidToken::Key);
        }
        let kind = kind_of(text("typ")?.as_deref());
        Ok(Self { message, algorithm, key_id, kind, claims, signature })
    }

    /// Who says that it issued the token; not verified.
    pub(crate) fn claimed_issuer(&self) -> Result<String, InvalidToken> {
        let claims = Members::from_bytes(&self.claims).map_err(|_| InvalidToken::Malformed)?;
        let issuer = claims.string("iss").map_err(|_| InvalidToken::Claims)?;
        issuer.map(Cow::into_owned).ok_or(InvalidToken::Claims)
    }
}

/// A media type without `application/` in front may be meant (RFC 7515, 4.1.9).
fn kind_of(kind: Option<&str>) -> TokenKind {
    let Some(kind) = kind else { return TokenKind::Plain };
    let is = |name: &str| kind.eq_ignore_ascii_case(name);
    if is("at+jwt") || is("application/at+jwt") {
        TokenKind::AccessToken
    } else if is("JWT") {
        TokenKind::Plain
    } else {
        TokenKind::Other
    }
}
