//! MCP servers as OAuth 2.1 resource servers, the same natively and in components.
//!
//! ```
//! use pulseengine_mcp_auth::OAuth;
//! use pulseengine_mcp_server::App;
//!
//! let app = App::new("files", "1.0.0")
//!     .authenticate(OAuth::resource("https://mcp.example.com/mcp").issuer("https://as.example.com"));
//! ```
//!
//! The server issues no tokens: the issuer does, an authorization server elsewhere. What the line above does:
//!
//! - A request without a right access token is refused, before its body is read.
//! - Protected-resource metadata (RFC 9728) is served without authentication at `/.well-known/oauth-protected-resource` and, for the resource
//!   above, at `/.well-known/oauth-protected-resource/mcp`. A router in front has to pass on these paths ([`OAuth::metadata_paths`]).
//! - A tool, resource or prompt that declares `scopes(…)` is for callers that have all of them: [`ScopePolicy`].
//! - A handler finds what the token says in the caller: `cx.principal()?.claim::<AccessToken>()`.
//!
//! # Which tokens are accepted
//!
//! A signed token (RFC 9068) is accepted if all of this holds. Nothing of it can be turned off.
//!
//! - It stands in the field `Authorization`, which is there once, and is at most 16 KiB long.
//! - Its three parts are base64url in its only spelling; header and claims are JSON objects without a member that is there twice.
//! - `typ` is `at+jwt` ([`Issuer::plain_types`] also admits `JWT` and none). There is no `crit`, `b64`, `zip`, `enc`, `cty`, `jwk`, `jku`, `x5u`
//!   and `x5c`.
//! - `alg` is an [`Algorithm`], and that of the issuer's key of that `kid`. The key is for signatures, public and, if it is RSA, has at least 2,048
//!   bits. A token without `kid` needs an issuer with one key of that kind only.
//! - `iss` is one of the issuers, and the key is one of its own; `aud` names the resource. Both are compared exactly.
//! - `exp`, `nbf` and `iat` are whole numbers that admit the present, give or take 30 seconds, and the token is valid for 24 hours at most.
//!   `exp` and `sub` are there.
//! - It is not bound to a key of the client (`cnf`), which a bearer token does not prove.
//!
//! Any other token is opaque. It is refused, unless an issuer is asked about it ([`Issuer::introspect`]): what the issuer says has to meet the same
//! conditions for `aud`, `exp`, `sub` and, where it is there, `iss`.
//!
//! # What is answered otherwise
//!
//! | request | status | `WWW-Authenticate` |
//! |---|---|---|
//! | no token, or another scheme | 401 | `Bearer resource_metadata="…"`, and the required scopes |
//! | a malformed field, a second token in the query | 400 | `error="invalid_request"` |
//! | two fields `Authorization` | 400 | none |
//! | a token that is not accepted | 401 | `error="invalid_token"`, and why |
//! | a scope is missing | 403 | `error="insufficient_scope"`, `scope`: all that are needed, and those that are held and known to the server |
//! | the issuer does not answer | 503 | none; `Retry-After` |
//! | wrong settings | 500 | none; see [`OAuth::check`] |
//!
//! # What is fetched
//!
//! Keys and metadata of an issuer are fetched when the first token of it arrives, once for all requests that wait, by `https` (on this machine by
//! `http` too), without redirects, in 5 seconds, 256 KiB at most. They are fetched again before they are used when they are ten minutes
//! old, and for a key id that is not known; there are at least 30 seconds between two fetches, whatever arrives. While the issuer does not
//! answer its keys are used until they are a day old. An issuer's metadata has to name that issuer, and may not name an address on this
//! machine, a name that is known inside of a network only or a bare IP address, unless the issuer is there itself. To which address a public name
//! leads is not checked.
//!
//! Verdicts are kept as long as the token and the keys hold, what an issuer says of an opaque token for a minute; 4 MiB at most. No token is kept: a
//! verdict is found by a hash of its token under a random key.
//!
//! Where a component lives for one request, keys are fetched for each request and nothing is kept: one or two requests to the issuer each
//! time. [`Issuer::jwks`] puts keys into the component instead, and a host that keeps the instance keeps the keys.
//!
//! # Over stdio
//!
//! There is no authentication: the client has started the server. `MCP_CALLER` and `MCP_CALLER_SCOPES` name the caller. Without them
//! there is none, and what declares scopes is not offered.
//!
//! # Settings from the environment
//!
//! [`OAuth::from_env`] and [`OAuth::env`] read these variables. One that is set replaces what the program says; lists are separated by spaces.
//!
//! | variable | in the program |
//! |---|---|
//! | `MCP_AUTH_RESOURCE` | [`OAuth::resource`] |
//! | `MCP_AUTH_ISSUERS` | [`OAuth::issuer`], all of them |
//! | `MCP_AUTH_AUDIENCES` | [`OAuth::audience`], all of them |
//! | `MCP_AUTH_REQUIRED_SCOPES` | [`OAuth::require_scopes`] |
//! | `MCP_AUTH_SCOPES_SUPPORTED` | [`OAuth::scopes_supported`] |
//! | `MCP_AUTH_LEEWAY_SECONDS` | [`OAuth::leeway`] |
//! | `MCP_AUTH_LONGEST_LIFETIME_SECONDS` | [`OAuth::longest_lifetime`] |
//! | `MCP_AUTH_ALGORITHMS` | [`Issuer::algorithms`] of each issuer: `ES256 ES384 EdDSA RS256 RS384 RS512 PS256 PS384 PS512` |
//! | `MCP_AUTH_PLAIN_TYPES` | [`Issuer::plain_types`] of each issuer: `true` or `false` |
//! | `MCP_AUTH_JWKS_URL` | [`Issuer::jwks_url`] of the only issuer |
//! | `MCP_AUTH_INTROSPECTION_URL` | [`Issuer::introspection_url`] of the only issuer |
//! | `MCP_AUTH_CLIENT_ID`, `MCP_AUTH_CLIENT_SECRET` | [`Issuer::introspect`] of the only issuer |
//! | `MCP_CALLER`, `MCP_CALLER_SCOPES` | [`App::stdio_caller`](pulseengine_mcp_server::App::stdio_caller); [`OAuth`] always reads them |

#![forbid(unsafe_code)]

mod access_token;
mod address;
mod algorithm;
mod authenticator;
mod base64url;
mod challenge;
mod environment;
mod error;
mod fetch;
mod hierarchy;
mod introspection;
mod invalid;
mod issuer;
mod issuer_state;
mod key;
mod key_cache;
mod key_set;
mod members;
mod metadata;
mod oauth;
mod scope_policy;
mod secret;
mod settings;
mod token;
mod token_cache;

#[cfg(test)]
mod tests;

pub use access_token::AccessToken;
pub use algorithm::Algorithm;
pub use environment::stdio_caller;
pub use error::OAuthError;
pub use invalid::InvalidToken;
pub use issuer::Issuer;
pub use key_set::{InvalidKeySet, KeySet};
pub use oauth::OAuth;
pub use scope_policy::ScopePolicy;
pub use secret::Secret;
pub use token::TokenRules;
