//! Why a token is refused.

use std::fmt;

/// Why a token is refused. The text of a reason is sent to the client, so it says nothing of the server or of the token's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidToken {
    /// It has more bytes than are admitted.
    TooLong,
    /// It is no signed token in compact form, or its parts are not base64url in its only spelling, or not JSON.
    Malformed,
    /// The type in its header is not that of an access token.
    Type,
    /// Its algorithm is unknown or not admitted.
    Algorithm,
    /// Its header has a parameter that is not understood or not admitted: `crit`, `b64`, `zip`, a key or the address of one.
    Header,
    /// Its issuer is not one of those that are trusted.
    Issuer,
    /// Its issuer has no such key for that algorithm.
    Key,
    /// The signature is not the issuer's.
    Signature,
    /// A claim is missing or of the wrong type.
    Claims,
    /// It was issued for another server.
    Audience,
    /// It has expired.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It is valid for longer than is admitted.
    Lifetime,
    /// It is bound to a key or a certificate of the client, which a bearer token does not prove.
    Bound,
    /// The issuer says that it is not active.
    Inactive,
}

impl InvalidToken {
    /// The reason, for the client. It has no characters that a quoted string of HTTP would have to escape.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::TooLong => "the access token is too long",
            Self::Malformed => "the access token is malformed",
            Self::Type => "the token is no access token",
            Self::Algorithm => "the algorithm of the access token is not admitted",
            Self::Header => "the header of the access token is not admitted",
            Self::Issuer => "the issuer of the access token is not trusted",
            Self::Key => "the key of the access token is unknown",
            Self::Signature => "the signature of the access token is wrong",
            Self::Claims => "a claim of the access token is missing or malformed",
            Self::Audience => "the access token was issued for another server",
            Self::Expired => "the access token has expired",
            Self::NotYetValid => "the access token is not valid yet",
            Self::Lifetime => "the access token is valid for too long",
            Self::Bound => "the access token is bound to a key of the client",
            Self::Inactive => "the access token is not active",
        }
    }
}

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

impl std::error::Error for InvalidToken {}
