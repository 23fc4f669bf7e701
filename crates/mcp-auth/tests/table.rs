//! The tokens of `tests/auth/tokens.tsv` against an endpoint in this process, natively or in a component.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod endpoint;

use endpoint::{Answer, Client, call};
use pulseengine_mcp_runtime::{block_on, unix_time};

#[test]
fn each_token_has_its_verdict() {
    let client = Client::new(endpoint::app(endpoint::oauth()));
    let (mut wrong, cases) = (Vec::new(), tokens::cases());
    assert!(cases.len() > 200, "{}", cases.len());
    // Twice: the second time what is cached decides.
    for case in cases.iter().chain(&cases) {
        let credentials = case.credentials(unix_time().as_secs());
        let fields: Vec<(&str, &str)> =
            credentials.fields.iter().map(|field| ("authorization", field.as_str())).collect();
        let answer: Answer = block_on(client.send(credentials.query.as_deref(), &fields, &call("read")));
        if let Err(message) = case.judge(answer.status, answer.challenge()) {
            wrong.push(message);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
