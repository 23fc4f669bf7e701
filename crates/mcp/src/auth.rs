//! Callers by OAuth access tokens: see the crate [`pulseengine_mcp_auth`].

pub use pulseengine_mcp_auth::{
    AccessToken, Algorithm, InvalidKeySet, InvalidToken, Issuer, KeySet, OAuth, OAuthError, ScopePolicy,
    Secret, TokenRules, stdio_caller,
};
