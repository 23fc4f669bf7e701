//! What is wrong with the settings.

use std::fmt;

use crate::key_set::InvalidKeySet;

/// What is wrong with the settings of [`OAuth`](crate::OAuth).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OAuthError {
    /// The URL of the resource.
    Resource(String),
    /// The URL of an issuer, or an issuer that is there twice.
    Issuer(String),
    /// There is no issuer.
    NoIssuer,
    /// The address of keys or of introspection.
    Address(String),
    /// The keys of an issuer.
    Keys(InvalidKeySet),
    /// A scope.
    Scope(String),
    /// An environment variable, and what it has to be.
    Variable(&'static str, &'static str),
    /// The system has no entropy.
    Entropy,
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const URL: &str = "has to begin with https:// (on this machine http:// is taken too)";
        match self {
            Self::Resource(url) => write!(f, "the resource `{url}` {URL}, without query and fragment"),
            Self::Issuer(url) => {
                write!(f, "the issuer `{url}` {URL}, without query and fragment, and be there once")
            }
            Self::NoIssuer => f.write_str("there has to be an issuer"),
            Self::Address(url) => write!(f, "the address `{url}` {URL}"),
            Self::Keys(error) => write!(f, "the keys of an issuer: {error}"),
            Self::Scope(scope) => {
                write!(f, "`{scope}` is no scope: it has spaces or characters that scopes do not have")
            }
            Self::Variable(name, what) => write!(f, "the environment variable {name} has to be {what}"),
            Self::Entropy => f.write_str("the system has no entropy"),
        }
    }
}

impl std::error::Error for OAuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Keys(error) => Some(error),
            _ => None,
        }
    }
}
