//! A server with an authenticator. A token is the name of its owner; what stands after a dot says more.

use std::time::Duration;

use pulseengine_mcp::Principal;
use pulseengine_mcp::http::{Authenticating, Authenticator, Head, HttpRejection};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{sleep, unix_time};

struct Guarded;

#[server(name = "guarded", version = "1.0.0", lists_ttl_ms = 1000, lists_cache = "public")]
impl Guarded {
    /// Names the caller.
    #[tool]
    fn whoami(&self, cx: &Context) -> String {
        cx.principal().map_or("nobody", Principal::id).to_owned()
    }

    /// Works for a while.
    #[tool(task)]
    async fn work(&self, cx: &Context) -> String {
        sleep(Duration::from_millis(300)).await;
        cx.principal().map_or("nobody", Principal::id).to_owned()
    }

    /// Asks for a word.
    #[tool]
    async fn ask(&self, cx: &Context) -> Result<String, ToolError> {
        match cx.input("word").elicit::<Word>("Which word?").await? {
            Elicited::Accepted(Word { word }) => Ok(word),
            _ => Ok("none".into()),
        }
    }

    /// The same for everybody.
    #[resource("guarded://same", ttl_ms = 1000, cache = "public")]
    fn same(&self) -> &'static str {
        "same"
    }

    /// Depends on the caller.
    #[resource("guarded://own", ttl_ms = 1000, cache = "public")]
    fn own(&self, cx: &Context) -> String {
        cx.principal().map_or("nobody", Principal::id).to_owned()
    }
}

/// What is asked for.
#[derive(Schema)]
struct Word {
    /// The word
    word: String,
}

/// Knows everybody who has a token.
struct Tokens;

impl Authenticator for Tokens {
    fn authenticate<'a>(&'a self, head: &'a Head<'a>) -> Authenticating<'a> {
        Box::pin(async move {
            // As one that has to ask elsewhere.
            sleep(Duration::from_millis(1)).await;
            let Some(token) = head.bearer() else {
                return Err(HttpRejection::unauthorized("Bearer realm=\"guarded\""));
            };
            match token.split_once('.') {
                None => Ok(Principal::new(token)),
                Some((name, "brief")) => {
                    Ok(Principal::new(name).until(unix_time() + Duration::from_millis(700)))
                }
                Some((_, "unavailable")) => {
                    Err(HttpRejection::new(503, "Unavailable: tokens cannot be checked just now")
                        .with("retry-after", "7"))
                }
                Some(_) => Err(HttpRejection::unauthorized("Bearer error=\"invalid_token\"")),
            }
        })
    }
}

pulseengine_mcp::main!(App::of(Guarded).announce_changes().state_key([7; 32]).authenticate(Tokens));
