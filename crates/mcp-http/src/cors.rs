//! Pages of other origins: what a browser has to be told before it lets an admitted page send a request and read the response
//! (Fetch, "CORS protocol").

use std::borrow::Cow;

use pulseengine_mcp_protocol::http::{Head, Policy};

use crate::{Body, Response};

/// What a page may read besides the body.
const EXPOSED: &str = "Mcp-Session-Id, WWW-Authenticate, MCP-Protocol-Version";

/// What a page may send, where the browser does not say what it wants to.
const ALLOWED: &str = "Content-Type, Accept, Authorization, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID";

/// Adds the fields that let a page read the response, if its origin is admitted. A preflight arrives here as a method that
/// was refused, which is what it would be without an origin.
pub(crate) fn complete(policy: &Policy, head: &Head<'_>, mut response: Response) -> Response {
    let Some(origin) = head.field("origin").text().filter(|origin| policy.admits(origin)) else {
        return response;
    };
    let headers = &mut response.headers;
    if head.method == "OPTIONS" && response.status == 405 {
        // The last field of that refusal names the methods.
        let methods = headers.pop().map(|(_, methods)| methods).unwrap_or_default();
        let wanted = head.field("access-control-request-headers").text().unwrap_or(ALLOWED);
        headers.clear();
        headers.push(("access-control-allow-methods", methods));
        headers.push(("access-control-allow-headers", wanted.to_owned().into()));
        headers.push(("access-control-max-age", Cow::Borrowed("7200")));
        response.status = 204;
        response.body = Body::Empty;
    }
    headers.push(("access-control-allow-origin", origin.to_owned().into()));
    headers.push(("access-control-expose-headers", Cow::Borrowed(EXPOSED)));
    headers.push(("vary", Cow::Borrowed("Origin")));
    response
}
