//! The sealed `requestState`.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pulseengine_mcp::Server;
use pulseengine_mcp::prelude::*;
use serde_json::{Value, json};

use crate::server::{is_invalid_params, respond};

#[derive(Schema)]
struct Name {
    name: String,
}

struct Greeter;

#[server(name = "greeter")]
impl Greeter {
    /// Greets by a name that it asks for.
    #[tool]
    async fn greet(&self, greeting: String, cx: &Context) -> Result<String, ToolError> {
        match cx.elicit::<Name>("What is your name?").await? {
            Elicited::Accepted(answer) => Ok(format!("{greeting}, {}!", answer.name)),
            _ => Ok(greeting),
        }
    }
}

static SERVER: LazyLock<Server> = LazyLock::new(|| App::of(Greeter).state_key([7; 32]).build());

/// A state is good for the request that it was given for. Changed in any bit, or for another request, it is refused, and so is
/// anything that the server has not sealed.
pub fn state(data: &[u8]) {
    let asked = respond(&SERVER, "tools/call", params("Hello"));
    let given = asked["result"]["requestState"].as_str().unwrap();
    assert_eq!(again("Hello", given)["result"]["content"][0]["text"], "Hello, Zoë!");
    let mut sealed = URL_SAFE_NO_PAD.decode(given).unwrap();
    for (at, change) in data.chunks(2).take(8).filter_map(|two| Some((two[0], *two.get(1)?))) {
        let place = usize::from(at) % sealed.len();
        sealed[place] ^= change;
        let changed = URL_SAFE_NO_PAD.encode(&sealed);
        assert!(
            changed == given || is_invalid_params(&again("Hello", &changed)),
            "{changed} is taken for {given}"
        );
        sealed[place] ^= change;
        refused(given, &replaced(given, usize::from(at), char::from(change)));
    }
    refused(given, &given[..data.len() % given.len()]);
    if let Ok(text) = str::from_utf8(data) {
        refused(given, text);
        refused(given, &format!("{given}{text}"));
        if text != "Hello" {
            assert!(is_invalid_params(&again(text, given)), "the state is good for {text:?}");
        }
    }
}

fn params(greeting: &str) -> Value {
    json!({"name": "greet", "arguments": {"greeting": greeting}})
}

fn again(greeting: &str, state: &str) -> Value {
    let mut params = params(greeting);
    let asked = respond(&SERVER, "tools/call", params.clone());
    let keys = asked["result"]["inputRequests"].as_object().unwrap().keys();
    let answer = json!({"action": "accept", "content": {"name": "Zoë"}});
    params["inputResponses"] = keys.map(|key| (key.clone(), answer.clone())).collect();
    params["requestState"] = state.into();
    respond(&SERVER, "tools/call", params)
}

/// The text with another character at that place.
fn replaced(text: &str, at: usize, by: char) -> String {
    let at = at % text.len();
    text.chars().enumerate().map(|(place, c)| if place == at { by } else { c }).collect()
}

fn refused(given: &str, state: &str) {
    if state != given {
        assert!(is_invalid_params(&again("Hello", state)), "{state:?} is taken for {given}");
    }
}
