//! How long results may be kept, and by whom: what is said and what clients are told.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, rust_2018_idioms)]

use std::time::Duration;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::testing::{self, Client, Value, json};
use pulseengine_mcp::{CacheHints, Cached, Revision};

#[derive(Schema)]
struct Word {
    word: String,
}

struct Library;

#[server(lists_ttl_ms = 60_000, lists_cache = "public")]
impl Library {
    #[tool]
    fn nothing(&self) {}

    #[prompt]
    fn prompt(&self) -> &'static str {
        "prompt"
    }

    #[resource("book:plain")]
    fn plain(&self) -> &'static str {
        "plain"
    }

    #[resource("book:mine", ttl_ms = 1000)]
    fn mine(&self) -> &'static str {
        "mine"
    }

    #[resource("book:ours", ttl_ms = 2000, cache = "public")]
    fn ours(&self) -> &'static str {
        "ours"
    }

    #[resource("book:{name}", ttl_ms = 3000, cache = "private")]
    fn any(&self, name: String) -> String {
        name
    }

    #[resource("book:asks", ttl_ms = 4000, cache = "public")]
    async fn asks(&self, cx: &Context) -> Result<String, ResourceError> {
        let word = cx.elicit::<Word>("Which?").await?.accepted();
        Ok(word.map_or_else(String::new, |word| word.word))
    }
}

struct Silent;

#[server]
impl Silent {
    #[tool]
    fn nothing(&self) {}
}

const LISTS: [&str; 4] = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"];

fn hints(result: &Value) -> Option<(u64, String)> {
    Some((result.get("ttlMs")?.as_u64()?, result.get("cacheScope")?.as_str()?.to_owned()))
}

#[allow(clippy::unnecessary_wraps, reason = "what it is compared with may be absent")]
fn some(ttl: u64, scope: &str) -> Option<(u64, String)> {
    Some((ttl, scope.to_owned()))
}

#[test]
fn resources_say_it_one_by_one() {
    testing::run(async {
        let answer = |_: &str, _: &Value| json!({"action": "accept", "content": {"word": "this"}});
        let client = Client::new(Library).answer_with(answer);
        for (uri, ttl, scope) in [
            ("book:plain", 0, "private"),
            ("book:mine", 1000, "private"),
            ("book:ours", 2000, "public"),
            ("book:other", 3000, "private"),
            // It depends on what was answered.
            ("book:asks", 0, "private"),
        ] {
            let answer = client.read_resource(uri).await;
            assert_eq!(hints(answer.result()), some(ttl, scope), "{uri} {answer:?}");
        }
    });
}

#[test]
fn lists_say_it_as_the_server_does_or_the_application() {
    testing::run(async {
        let client = Client::new(Library);
        for method in LISTS {
            let answer = client.request(method, json!({})).await;
            assert_eq!(hints(answer.result()), some(60_000, "public"), "{method}");
        }
        let answer = client.request("server/discover", json!({})).await;
        assert_eq!(hints(answer.result()), some(0, "private"));
        let app = App::of(Library)
            .cache_lists(CacheHints::private(Duration::from_secs(5)))
            .cache(Cached::Prompts, CacheHints::NONE)
            .cache(Cached::Discovery, CacheHints::public(Duration::from_millis(7)));
        let client = Client::new(app);
        for (method, ttl, scope) in [
            ("tools/list", 5000, "private"),
            ("prompts/list", 0, "private"),
            ("resources/list", 5000, "private"),
            ("resources/templates/list", 5000, "private"),
            ("server/discover", 7, "public"),
        ] {
            let answer = client.request(method, json!({})).await;
            assert_eq!(hints(answer.result()), some(ttl, scope), "{method}");
        }
        let client = Client::new(Silent);
        let answer = client.request("tools/list", json!({})).await;
        assert_eq!(hints(answer.result()), some(0, "private"));
    });
}

#[test]
fn only_the_newest_revision_has_hints() {
    for revision in Revision::ALL {
        testing::run(async {
            let client = Client::with_revision(Library, revision);
            for method in LISTS {
                let answer = client.request(method, json!({})).await;
                assert_eq!(hints(answer.result()).is_some(), revision == Revision::LATEST, "{method}");
            }
            let answer = client.read_resource("book:ours").await;
            assert_eq!(hints(answer.result()).is_some(), revision == Revision::LATEST);
            assert_eq!(answer.text(), "ours");
        });
    }
}
