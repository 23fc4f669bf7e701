//! A resource server in this process, and its client.
#![allow(dead_code, reason = "each test uses a part")]

use pulseengine_mcp::http::{Body, Endpoint, Fields, Head, Policy, RequestHead, endpoint_builder};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp_auth::{Issuer, OAuth};

/// A server with scopes.
pub struct Files;

#[server(name = "files", version = "1.0.0")]
impl Files {
    /// Names the caller.
    #[tool]
    fn whoami(&self, cx: &Context) -> String {
        cx.principal().map_or_else(String::new, |caller| caller.id().to_owned())
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
    #[resource("files://log", scopes("audit"))]
    fn log(&self) -> &'static str {
        "log"
    }

    /// A prompt with a scope.
    #[prompt(scopes("files:write"))]
    fn tidy(&self) -> &'static str {
        "tidy up"
    }
}

/// Two issuers with fixed keys, and a hierarchy of scopes.
pub fn oauth() -> OAuth {
    OAuth::resource(tokens::RESOURCE)
        .issuer(Issuer::new(tokens::ISSUER).jwks(tokens::JWKS))
        .issuer(Issuer::new(tokens::OTHER_ISSUER).jwks(tokens::OTHER_JWKS))
        .scope_implies("files:write", "files:read")
        .scopes_supported(["audit"])
}

pub fn app(oauth: OAuth) -> App {
    App::of(Files).authenticate(oauth)
}

/// The body of a call of a tool.
pub fn call(tool: &str) -> String {
    request("tools/call", &format!(r#""name":"{tool}","arguments":{{}},"#))
}

/// The body of a request with these params, each followed by a comma.
pub fn request(method: &str, params: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
    )
}

/// A client of an endpoint.
#[derive(Clone)]
pub struct Client {
    endpoint: Endpoint,
}

/// A response.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub fields: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn challenge(&self) -> Option<&str> {
        self.field("www-authenticate")
    }
}

struct Given {
    method: &'static str,
    path: String,
    query: Option<String>,
    fields: Pairs,
}

struct Pairs(Vec<(String, String)>);

impl Fields for Pairs {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        self.0.iter().for_each(|(name, value)| visit(name, value.as_bytes()));
    }
}

impl RequestHead for Given {
    fn head(&self) -> Head<'_> {
        Head {
            method: self.method,
            path: &self.path,
            query: self.query.as_deref(),
            authority: None,
            fields: &self.fields,
            peer: None,
            client_certificate: None,
        }
    }
}

impl Client {
    pub fn new(app: App) -> Self {
        let policy = Policy::new().host("mcp.example.com");
        Self { endpoint: endpoint_builder(app).policy(policy).build() }
    }

    /// Sends a message with the fields that repeat it.
    pub async fn send(&self, query: Option<&str>, fields: &[(&str, &str)], body: &str) -> Answer {
        let message: serde_json::Value = serde_json::from_str(body).unwrap();
        let params = &message["params"];
        let name = params["name"].as_str().or(params["uri"].as_str()).unwrap_or_default();
        let mut all = vec![
            ("host", "mcp.example.com"),
            ("accept", "application/json, text/event-stream"),
            ("content-type", "application/json"),
            ("mcp-protocol-version", "2026-07-28"),
            ("mcp-method", message["method"].as_str().unwrap_or_default()),
        ];
        if !name.is_empty() {
            all.push(("mcp-name", name));
        }
        all.extend_from_slice(fields);
        self.exchange("POST", "/mcp", query, &all, body).await
    }

    /// Sends a message with that token.
    pub async fn send_as(&self, token: &str, body: &str) -> Answer {
        self.send(None, &[("authorization", &format!("Bearer {token}"))], body).await
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.exchange("GET", path, None, &[("host", "internal:8080")], "").await
    }

    async fn exchange(
        &self,
        method: &'static str,
        path: &str,
        query: Option<&str>,
        fields: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (path, query) = (path.to_owned(), query.map(str::to_owned));
        let head = Given { method, path, query, fields: Pairs(fields) };
        let response = self.endpoint.serve(head, &mut body.as_bytes().to_vec()).await;
        let fields =
            response.headers.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
        let body = match response.body {
            Body::Text(text) => text,
            Body::Empty => String::new(),
            other => panic!("{other:?}"),
        };
        Answer { status: response.status, fields, body }
    }
}

/// A right token with these claims in place of the usual ones, as JSON.
pub fn token(claims: &str) -> String {
    let now = pulseengine_mcp_runtime::unix_time().as_secs();
    tokens::Case::right(claims).token(now)
}
