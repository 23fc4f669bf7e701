//! Metadata of issuers (RFC 8414, OpenID Connect Discovery) and of this server (RFC 9728).

use pulseengine_mcp_protocol::json::Writer;

use crate::address::Address;
use crate::members::Members;

/// What the metadata of an issuer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IssuerMetadata {
    pub(crate) keys: Option<String>,
    pub(crate) introspection: Option<String>,
}

impl IssuerMetadata {
    /// Reads the metadata of that issuer; `None`: it is that of another, or malformed, or names an address that it may not name.
    pub(crate) fn read(text: &str, issuer: &str) -> Option<Self> {
        let members = Members::read(text).ok()?;
        if members.string("issuer").ok()?.as_deref() != Some(issuer) {
            return None;
        }
        let own = Address::parse(issuer)?;
        let endpoint = |name| match members.string(name).ok()? {
            Some(url) => own.may_name(&Address::parse(&url)?).then(|| Some(url.into_owned())),
            None => Some(None),
        };
        Some(Self { keys: endpoint("jwks_uri")?, introspection: endpoint("introspection_endpoint")? })
    }
}

/// Where the metadata of an issuer may be, in the order in which they are tried.
pub(crate) fn metadata_urls(issuer: &str) -> Vec<String> {
    let Some(Address { origin, path, .. }) = Address::parse(issuer) else { return Vec::new() };
    let path = path.trim_end_matches('/');
    let mut urls = vec![
        [origin, "/.well-known/oauth-authorization-server", path].concat(),
        [origin, "/.well-known/openid-configuration", path].concat(),
    ];
    if !path.is_empty() {
        urls.push([origin, path, "/.well-known/openid-configuration"].concat());
    }
    urls
}

/// The path of the metadata of a protected resource.
pub(crate) const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The metadata of this server.
pub(crate) fn resource_metadata(
    resource: &str,
    issuers: &[&str],
    scopes: &[String],
    name: Option<&str>,
) -> String {
    let mut w = Writer::with_capacity(256);
    w.begin_object();
    w.key("resource").string(resource);
    strings(w.key("authorization_servers"), issuers.iter().copied());
    strings(w.key("bearer_methods_supported"), ["header"].into_iter());
    // Whether a client may have refresh tokens is not the server's business.
    let mut offered = scopes.iter().map(String::as_str).filter(|scope| *scope != "offline_access").peekable();
    if offered.peek().is_some() {
        strings(w.key("scopes_supported"), offered);
    }
    if let Some(name) = name {
        w.key("resource_name").string(name);
    }
    w.end_object();
    w.into_text()
}

fn strings<'a>(w: &mut Writer, strings: impl Iterator<Item = &'a str>) {
    w.begin_array();
    strings.for_each(|text| w.string(text));
    w.end_array();
}

#[cfg(test)]
mod tests {
    use super::{IssuerMetadata, metadata_urls, resource_metadata};

    const ISSUER: &str = "https://as.example.com";

    #[test]
    fn places_of_metadata() {
        assert_eq!(
            metadata_urls("https://as.example.com/tenant"),
            [
                "https://as.example.com/.well-known/oauth-authorization-server/tenant",
                "https://as.example.com/.well-known/openid-configuration/tenant",
                "https://as.example.com/tenant/.well-known/openid-configuration",
            ]
        );
        assert_eq!(
            metadata_urls("https://as.example.com/"),
            [
                "https://as.example.com/.well-known/oauth-authorization-server",
                "https://as.example.com/.well-known/openid-configuration",
            ]
        );
    }

    #[test]
    fn metadata_is_that_of_its_issuer() {
        for (text, keys) in [
            (
                r#"{"issuer":"https://as.example.com","jwks_uri":"https://as.example.com/jwks"}"#,
                Some(Some("https://as.example.com/jwks")),
            ),
            (r#"{"issuer":"https://as.example.com"}"#, Some(None)),
            (r#"{"issuer":"https://as.example.com/","jwks_uri":"https://as.example.com/jwks"}"#, None),
            (r#"{"issuer":"https://AS.example.com","jwks_uri":"https://as.example.com/jwks"}"#, None),
            (r#"{"jwks_uri":"https://as.example.com/jwks"}"#, None),
            (r#"{"issuer":"https://as.example.com","jwks_uri":"https://169.254.169.254/jwks"}"#, None),
            (r#"{"issuer":"https://as.example.com","jwks_uri":"http://as.example.com/jwks"}"#, None),
            (r#"{"issuer":"https://as.example.com","issuer":"https://as.example.com"}"#, None),
            ("[]", None),
        ] {
            let read = IssuerMetadata::read(text, ISSUER).map(|metadata| metadata.keys);
            assert_eq!(read, keys.map(|keys| keys.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn metadata_of_the_server() {
        let scopes = ["files:read".to_owned(), "offline_access".to_owned()];
        assert_eq!(
            resource_metadata("https://mcp.example.com/mcp", &[ISSUER], &scopes, None),
            r#"{"resource":"https://mcp.example.com/mcp","authorization_servers":["https://as.example.com"],"bearer_methods_supported":["header"],"scopes_supported":["files:read"]}"#
        );
    }
}
