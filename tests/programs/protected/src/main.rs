//! A resource server whose issuers have fixed keys: what `tests/auth/tokens.tsv` is sent to.

use pulseengine_mcp::auth::{AccessToken, Issuer, OAuth};
use pulseengine_mcp::prelude::*;

struct Files;

#[server(name = "protected", version = "1.0.0")]
impl Files {
    /// Names the caller.
    #[tool]
    fn whoami(&self, cx: &Context) -> String {
        cx.principal().map_or_else(String::new, |caller| caller.id().to_owned())
    }

    /// Names the client of the caller.
    #[tool]
    fn client(&self, cx: &Context) -> String {
        let token = cx.principal().and_then(|caller| caller.claim::<AccessToken>());
        token.and_then(AccessToken::client).unwrap_or_default().to_owned()
    }

    /// Reads.
    #[tool(scopes("files:read"))]
    fn read(&self) -> &'static str {
        "read"
    }

    /// Writes.
    #[tool(scopes("files:write"))]
    fn write(&self) -> &'static str {
        "written"
    }

    /// Needs two scopes.
    #[tool(scopes("files:write", "audit"))]
    fn purge(&self) -> &'static str {
        "purged"
    }

    /// A resource with a scope.
    #[resource("protected://log", scopes("audit"))]
    fn log(&self) -> &'static str {
        "log"
    }

    /// A prompt with a scope.
    #[prompt(scopes("files:write"))]
    fn tidy(&self) -> &'static str {
        "tidy up"
    }
}

fn oauth() -> OAuth {
    let issuer = Issuer::new("https://as.example.com").jwks(include_str!("../../../auth/jwks.json"));
    let other =
        Issuer::new("https://other.example.com/tenant").jwks(include_str!("../../../auth/other.jwks.json"));
    OAuth::resource("https://mcp.example.com/mcp")
        .issuer(issuer)
        .issuer(other)
        .scope_implies("files:write", "files:read")
        .scopes_supported(["audit"])
        .env()
}

pulseengine_mcp::main!(App::of(Files).authenticate(oauth()));
