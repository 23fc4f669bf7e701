//! Scopes, challenges and metadata, as a client sees them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod endpoint;

use endpoint::{Answer, Client, app, call, oauth, request, token};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::{Principal, http::HttpRejection};
use pulseengine_mcp_auth::{OAuth, OAuthError, ScopePolicy};
use pulseengine_mcp_runtime::block_on;
use serde_json::Value;

const METADATA: &str = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";

fn client() -> Client {
    Client::new(app(oauth()))
}

fn with_scope(scope: &str) -> String {
    token(&format!(r#"{{"scope":"{scope}"}}"#))
}

fn names(answer: &Answer, list: &str) -> Vec<String> {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let entries = body["result"][list].as_array().unwrap().iter();
    entries.map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_client_without_a_token_learns_where_to_begin() {
    let answer = block_on(client().send(None, &[], &call("read")));
    assert_eq!(answer.status, 401);
    assert_eq!(answer.challenge(), Some(&*format!("Bearer resource_metadata=\"{METADATA}\"")));
    let required = Client::new(app(oauth().require_scopes(["mcp"])));
    let answer = block_on(required.send(None, &[], &call("read")));
    assert_eq!(answer.challenge(), Some(&*format!("Bearer resource_metadata=\"{METADATA}\", scope=\"mcp\"")));
}

#[test]
fn a_wrong_token_is_named_as_such() {
    let answer = block_on(client().send_as("abc", &call("read")));
    assert_eq!(answer.status, 401);
    let challenge = "Bearer error=\"invalid_token\", error_description=\"the access token is malformed\", \
                     resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"";
    assert_eq!(answer.challenge(), Some(challenge));
}

#[test]
fn metadata_is_served_to_every_client() {
    block_on(async {
        let client = client();
        let expected = r#"{"resource":"https://mcp.example.com/mcp","authorization_servers":["https://as.example.com","https://other.example.com/tenant"],"bearer_methods_supported":["header"],"scopes_supported":["audit","files:write","files:read"]}"#;
        for path in ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"] {
            let answer = client.get(path).await;
            assert_eq!(
                (answer.status, answer.field("content-type")),
                (200, Some("application/json")),
                "{path}"
            );
            assert_eq!(answer.body, expected);
        }
    });
}

#[test]
fn a_challenge_names_every_scope_and_keeps_those_that_are_held() {
    block_on(async {
        let client = client();
        for (tool, held, challenged) in [
            ("write", "files:read", Some("files:write files:read")),
            ("purge", "files:write", Some("files:write audit")),
            ("purge", "openid audit", Some("files:write audit")),
            ("purge", "", Some("files:write audit")),
            ("purge", "files:write audit", None),
            ("read", "files:write", None),
            ("whoami", "", None),
        ] {
            let answer = client.send_as(&with_scope(held), &call(tool)).await;
            let expected = challenged.map(|scopes| {
                format!(
                    "Bearer error=\"insufficient_scope\", error_description=\"the access token lacks scopes\", \
                     resource_metadata=\"{METADATA}\", scope=\"{scopes}\""
                )
            });
            assert_eq!(answer.challenge(), expected.as_deref(), "{tool} with {held:?}: {}", answer.body);
            assert_eq!(answer.status, if challenged.is_some() { 403 } else { 200 });
        }
    });
}

#[test]
fn resources_and_prompts_need_their_scopes_too() {
    block_on(async {
        let client = client();
        for (method, params) in
            [("resources/read", r#""uri":"files://log","#), ("prompts/get", r#""name":"tidy","#)]
        {
            let body = request(method, params);
            assert_eq!(client.send_as(&with_scope("files:read"), &body).await.status, 403, "{method}");
            assert_eq!(client.send_as(&with_scope("audit files:write"), &body).await.status, 200, "{method}");
        }
    });
}

#[test]
fn lists_show_what_the_caller_may_use() {
    block_on(async {
        let client = client();
        for (scope, tools) in [
            ("", vec!["whoami"]),
            ("files:read", vec!["whoami", "read"]),
            ("files:write", vec!["whoami", "read", "write"]),
            ("audit files:write", vec!["whoami", "read", "write", "purge"]),
        ] {
            let answer = client.send_as(&with_scope(scope), &request("tools/list", "")).await;
            assert_eq!(names(&answer, "tools"), tools, "{scope:?}");
            assert!(answer.body.contains(r#""cacheScope":"private""#), "{}", answer.body);
            let answer = client.send_as(&with_scope(scope), &request("prompts/list", "")).await;
            assert_eq!(names(&answer, "prompts").len(), usize::from(scope.contains("write")), "{scope:?}");
        }
    });
}

#[test]
fn every_request_needs_the_scopes_that_are_required() {
    let client = Client::new(app(oauth().require_scopes(["mcp"])));
    let answer = block_on(client.send_as(&with_scope("files:read"), &call("whoami")));
    assert_eq!(answer.status, 403);
    assert!(answer.challenge().unwrap().ends_with(r#"scope="mcp files:read""#), "{:?}", answer.challenge());
    assert_eq!(block_on(client.send_as(&with_scope("mcp"), &call("whoami"))).status, 200);
}

#[test]
fn wrong_settings_serve_no_request() {
    let cases = [
        (
            OAuth::resource("http://mcp.example.com").issuer("https://as"),
            OAuthError::Resource("http://mcp.example.com".into()),
        ),
        (OAuth::resource("https://m/#x").issuer("https://as"), OAuthError::Resource("https://m/#x".into())),
        (OAuth::resource("https://m"), OAuthError::NoIssuer),
        (
            OAuth::resource("https://m").issuer("http://as.example.com"),
            OAuthError::Issuer("http://as.example.com".into()),
        ),
        (
            OAuth::resource("https://m").issuer("https://as").issuer("https://as"),
            OAuthError::Issuer("https://as".into()),
        ),
        (
            OAuth::resource("https://m").issuer("https://as").require_scopes(["a b"]),
            OAuthError::Scope("a b".into()),
        ),
    ];
    for (oauth, error) in cases {
        assert_eq!(oauth.check(), Err(error));
        let answer = block_on(Client::new(app(oauth)).send_as("abc", &call("whoami")));
        assert_eq!(answer.status, 500, "{}", answer.body);
    }
}

#[test]
fn the_layer_serves_other_authenticators() {
    let by_token = |head: &pulseengine_mcp::http::Head<'_>| {
        let caller = head.bearer().map(|token| Principal::new("a").with_scopes([token]));
        caller.ok_or_else(|| HttpRejection::unauthorized("Bearer"))
    };
    let policy = ScopePolicy::new().implies("files:write", "files:read");
    let client = Client::new(App::of(endpoint::Files).authenticate(by_token).layer(policy));
    for (token, status) in [("files:write", 200), ("files:read", 200), ("other", 403)] {
        assert_eq!(block_on(client.send_as(token, &call("read"))).status, status, "{token}");
    }
}

#[test]
fn the_caller_is_named_by_issuer_and_subject() {
    let answer = block_on(client().send_as(&token("{}"), &call("whoami")));
    assert!(answer.body.contains("https://as.example.com alice"), "{}", answer.body);
}
