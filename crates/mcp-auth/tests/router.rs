//! A resource server in a router, which passes on the endpoint and the paths of the metadata.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![cfg(not(target_family = "wasm"))]

mod endpoint;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use endpoint::{app, call, oauth, token};
use http_body_util::BodyExt;
use pulseengine_mcp::http::{Policy, service};
use pulseengine_mcp_runtime::block_on;
use tower_service::Service;

async fn send(router: &mut Router, request: Request<Body>) -> (u16, String, String) {
    let response = router.call(request).await.unwrap();
    let challenge =
        response.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, challenge.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
}

#[test]
fn metadata_and_endpoint_in_a_router() {
    let oauth = oauth();
    let paths = oauth.metadata_paths();
    let server = service(app(oauth), Policy::new().host("mcp.example.com"));
    let router = Router::new().route_service("/mcp", server.clone());
    let mut router = paths.iter().fold(router, |router, path| router.route_service(path, server.clone()));
    block_on(async {
        for path in &paths {
            let request = Request::get(path).header("host", "mcp.example.com").body(Body::empty()).unwrap();
            let (status, _, body) = send(&mut router, request).await;
            assert_eq!(status, 200, "{path}");
            assert!(body.starts_with(r#"{"resource":"https://mcp.example.com/mcp""#), "{body}");
        }
        let post = |token: Option<&str>| {
            let mut request = Request::post("/mcp")
                .header("host", "mcp.example.com")
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream")
                .header("mcp-protocol-version", "2026-07-28")
                .header("mcp-method", "tools/call")
                .header("mcp-name", "read");
            if let Some(token) = token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            request.body(Body::from(call("read"))).unwrap()
        };
        let (status, challenge, _) = send(&mut router, post(None)).await;
        assert_eq!(status, 401);
        assert!(challenge.starts_with("Bearer resource_metadata="), "{challenge}");
        assert_eq!(send(&mut router, post(Some(&token("{}")))).await.0, 200);
    });
}
