//! Settings from the environment: what each variable does.

use std::time::Duration;

use pulseengine_mcp_runtime::unix_time;
use std::sync::Arc;

use crate::environment::Variables;
use crate::error::OAuthError;
use crate::fetch::HttpFetch;
use crate::issuer::{Issuer, KeySource};
use crate::settings::Settings;

fn applied(variables: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::new("https://code.example.com".to_owned());
    settings.issuers.push(Issuer::new("https://code.example.com/as"));
    let read =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Variables::of(&read).apply(&mut settings);
    settings
}

fn error_of(settings: &Settings) -> Option<OAuthError> {
    settings.issuer_states((Arc::new(HttpFetch), Arc::new(unix_time))).err()
}

#[test]
fn variables_replace_what_the_program_says() {
    let settings = applied(&[]);
    assert_eq!(settings.resource, "https://code.example.com");
    assert_eq!(error_of(&settings), None);
    let settings = applied(&[
        ("MCP_AUTH_RESOURCE", " https://mcp.example.com/mcp "),
        ("MCP_AUTH_ISSUERS", "https://a.example.com  https://b.example.com"),
        ("MCP_AUTH_AUDIENCES", "mcp"),
        ("MCP_AUTH_REQUIRED_SCOPES", "mcp:use"),
        ("MCP_AUTH_SCOPES_SUPPORTED", "files:read files:write"),
        ("MCP_AUTH_ALGORITHMS", "ES256 EdDSA"),
        ("MCP_AUTH_PLAIN_TYPES", "true"),
        ("MCP_AUTH_LEEWAY_SECONDS", "5"),
        ("MCP_AUTH_LONGEST_LIFETIME_SECONDS", "3600"),
    ]);
    assert_eq!(settings.resource, "https://mcp.example.com/mcp");
    assert_eq!(
        (settings.leeway, settings.longest_lifetime),
        (Duration::from_secs(5), Duration::from_secs(3_600))
    );
    assert_eq!((settings.audiences.len(), settings.required.len(), settings.offered.len()), (1, 1, 2));
    assert_eq!(settings.issuers.len(), 2);
    assert!(settings.issuers.iter().all(|issuer| issuer.plain_types));
    assert!(settings.issuers.iter().all(|issuer| issuer.algorithms.as_ref().unwrap().len() == 2));
    assert_eq!(error_of(&settings), None);
}

#[test]
fn variables_of_an_only_issuer() {
    let settings = applied(&[
        ("MCP_AUTH_JWKS_URL", "https://keys.example.com/"),
        ("MCP_AUTH_INTROSPECTION_URL", "https://code.example.com/ask"),
        ("MCP_AUTH_CLIENT_ID", "mcp"),
        ("MCP_AUTH_CLIENT_SECRET", "secret"),
    ]);
    assert_eq!(error_of(&settings), None);
    let issuer = &settings.issuers[0];
    assert!(matches!(&issuer.keys, KeySource::Url(url) if url == "https://keys.example.com/"));
    let (id, secret) = issuer.client.as_ref().unwrap();
    assert_eq!((id.as_str(), secret.expose()), ("mcp", "secret"));
}

#[test]
fn a_wrong_variable_is_an_error() {
    for (variables, wrong) in [
        (&[("MCP_AUTH_LEEWAY_SECONDS", "5s")][..], "MCP_AUTH_LEEWAY_SECONDS"),
        (&[("MCP_AUTH_LONGEST_LIFETIME_SECONDS", "-1")], "MCP_AUTH_LONGEST_LIFETIME_SECONDS"),
        (&[("MCP_AUTH_ALGORITHMS", "ES256 HS256")], "MCP_AUTH_ALGORITHMS"),
        (&[("MCP_AUTH_ALGORITHMS", "none")], "MCP_AUTH_ALGORITHMS"),
        (&[("MCP_AUTH_PLAIN_TYPES", "yes")], "MCP_AUTH_PLAIN_TYPES"),
        (&[("MCP_AUTH_CLIENT_SECRET", "x")], "MCP_AUTH_CLIENT_ID"),
        (
            &[("MCP_AUTH_ISSUERS", "https://a https://b"), ("MCP_AUTH_JWKS_URL", "https://a/jwks")],
            "MCP_AUTH_JWKS_URL",
        ),
    ] {
        match error_of(&applied(variables)) {
            Some(OAuthError::Variable(name, _)) => assert_eq!(name, wrong),
            other => panic!("{variables:?}: {other:?}"),
        }
    }
}

#[test]
fn the_caller_over_stdio() {
    let caller = |variables: &'static [(&str, &str)]| {
        let read = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let caller = Variables::of(&read).stdio_caller()?;
        Some((caller.id().to_owned(), caller.scopes().map(str::to_owned).collect::<Vec<_>>()))
    };
    assert_eq!(caller(&[]), None);
    assert_eq!(caller(&[("MCP_CALLER_SCOPES", "files:read")]), None);
    assert_eq!(caller(&[("MCP_CALLER", " ")]), None);
    assert_eq!(caller(&[("MCP_CALLER", "me")]), Some(("me".into(), vec![])));
    let scopes = vec!["files:read".to_owned(), "audit".to_owned()];
    assert_eq!(
        caller(&[("MCP_CALLER", "me"), ("MCP_CALLER_SCOPES", "files:read audit")]),
        Some(("me".into(), scopes))
    );
    assert_eq!(
        caller(&[("MCP_CALLER", "me"), ("MCP_CALLER_SCOPES", "files:read \"audit\"")]),
        Some(("me".into(), vec![])),
        "a list that cannot be read grants nothing"
    );
}
