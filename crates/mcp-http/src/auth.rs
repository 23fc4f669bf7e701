//! Authentication of requests over HTTP.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use pulseengine_mcp_protocol::Principal;
use pulseengine_mcp_protocol::http::{Head, HttpLimits, HttpRejection, SingleValue};
use pulseengine_mcp_runtime::timeout;

use crate::Response;
use crate::authenticated::Authenticated;
use crate::ledger::Ledger;
use crate::request::HttpRequest;

/// The future of an authentication.
pub type Authenticating<'a> = Pin<Box<dyn Future<Output = Result<Principal, HttpRejection>> + Send + 'a>>;

/// Authenticates the caller of a request over HTTP by its head, before the body is read. A server without an authenticator
/// serves every caller, and knows none.
///
/// A function from the head to the result is an authenticator, if it does not have to wait:
///
/// ```
/// use pulseengine_mcp_http::Authenticator;
/// use pulseengine_mcp_protocol::http::{Head, HttpLimits, HttpRejection};
/// use pulseengine_mcp_protocol::Principal;
///
/// fn by_token(head: &Head<'_>) -> Result<Principal, HttpRejection> {
///     match head.bearer() {
///         // A real one compares digests, in constant time.
///         Some("s3cret") => Ok(Principal::new("alice")),
///         _ => Err(HttpRejection::unauthorized("Bearer")),
///     }
/// }
/// # fn check(_: impl Authenticator) {}
/// # check(by_token);
/// ```
pub trait Authenticator: Send + Sync + 'static {
    /// The caller, or the rejection: [`HttpRejection::unauthorized`] as a rule, 503 when it cannot be found
    /// out. 503 is also the answer when this takes longer than [`HttpLimits::handler_time`].
    fn authenticate<'a>(&'a self, head: &'a Head<'a>) -> Authenticating<'a>;
}

impl<F> Authenticator for F
where
    F: Fn(&Head<'_>) -> Result<Principal, HttpRejection> + Send + Sync + 'static,
{
    fn authenticate<'a>(&'a self, head: &'a Head<'a>) -> Authenticating<'a> {
        Box::pin(ready(self(head)))
    }
}

/// The future of [`AuthGate::identify`]: the response that refuses the request, if it is refused.
pub type Identifying<'a> = Pin<Box<dyn Future<Output = Result<(), Response>> + Send + 'a>>;

/// An authenticator. A trait, so that an endpoint without does not carry the code.
pub trait AuthGate: Send + Sync {
    /// Authenticates the caller of a request, and keeps the caller with the request.
    ///
    /// # Errors
    ///
    /// The response that refuses it.
    fn identify<'a>(
        &'a self,
        request: &'a dyn HttpRequest,
        limits: &'a HttpLimits,
        ledger: &'a Arc<Ledger>,
    ) -> Identifying<'a>;
}

/// The gate of an authenticator.
pub fn auth_gate(authenticator: impl Authenticator) -> Arc<dyn AuthGate> {
    Arc::new(AuthenticatorGate { authenticator })
}

struct AuthenticatorGate<A> {
    authenticator: A,
}

impl<A: Authenticator> AuthGate for AuthenticatorGate<A> {
    fn identify<'a>(
        &'a self,
        request: &'a dyn HttpRequest,
        limits: &'a HttpLimits,
        ledger: &'a Arc<Ledger>,
    ) -> Identifying<'a> {
        Box::pin(async move {
            let head = request.http_head();
            // Two programs could take different ones (RFC 6750, 3.1: `invalid_request`).
            if head.field("authorization") == SingleValue::Repeated {
                return Err(Response::rejected(HttpRejection::new(
                    400,
                    "Bad request: Authorization is there twice",
                )));
            }
            match timeout(limits.handler_time, self.authenticator.authenticate(&head)).await {
                Ok(Ok(principal)) => {
                    let _ = request.authenticated().set(Authenticated::new(principal, limits, ledger));
                    Ok(())
                }
                Ok(Err(rejection)) => Err(Response::rejected(rejection)),
                Err(_) => Err(Response::authentication_timed_out()),
            }
        })
    }
}
