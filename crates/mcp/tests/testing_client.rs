//! The test client: requests at the same time, cancellation, lists, completion, the principal, every revision.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{sync::Notify, timeout};
use pulseengine_mcp::testing::{self, Client, join, json};
use pulseengine_mcp::{App, Principal, Revision};

#[derive(Clone, Default)]
struct Desk {
    started: Arc<Notify>,
    go: Arc<Notify>,
    dropped: Arc<AtomicBool>,
}

struct OnDrop(Arc<AtomicBool>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[server(name = "desk")]
impl Desk {
    /// Waits for `go`.
    #[tool]
    async fn wait(&self) -> String {
        let _dropped = OnDrop(Arc::clone(&self.dropped));
        self.started.notify_one();
        self.go.notified().await;
        "waited".to_owned()
    }

    /// Lets `wait` go on.
    #[tool]
    fn go(&self) -> String {
        self.go.notify_one();
        "gone".to_owned()
    }

    /// Fails.
    #[tool]
    fn fail(&self) -> Result<String, String> {
        Err("no".to_owned())
    }

    /// The caller.
    #[tool]
    fn caller(&self, context: &Context) -> String {
        context.principal().map_or_else(|| "none".to_owned(), |principal| principal.id().to_owned())
    }

    /// Reports two steps.
    #[tool]
    async fn steps(&self, context: &Context) -> String {
        context.progress(1.0, Some(2.0)).await;
        context.progress(2.0, Some(2.0)).await;
        "done".to_owned()
    }
}

#[test]
fn calls_run_at_the_same_time_in_every_revision() {
    for revision in Revision::ALL {
        testing::run(async {
            let client = Client::with_revision(Desk::default(), revision);
            let (waited, gone) =
                join(client.call_tool("wait", json!({})), client.call_tool("go", json!({}))).await;
            assert_eq!((&*waited.text(), &*gone.text()), ("waited", "gone"), "{revision:?}");
            assert!(client.close().await.is_empty());
        });
    }
}

#[test]
fn dropping_a_call_cancels_it() {
    for revision in Revision::ALL {
        testing::run(async {
            let desk = Desk::default();
            let client = Client::with_revision(desk.clone(), revision);
            {
                let call = client.call_tool("wait", json!({}));
                let started = desk.started.notified();
                // The call stays open: it ends by the deadline, after its handler has started.
                assert!(timeout(Duration::from_millis(100), join(call, started)).await.is_err());
            }
            assert_eq!(client.call_tool("go", json!({})).await.text(), "gone");
            assert!(desk.dropped.load(Ordering::SeqCst), "{revision:?}");
            client.close().await;
        });
    }
}

#[test]
fn lists_have_all_pages() {
    for revision in Revision::ALL {
        testing::run(async {
            let client = Client::with_revision(App::of(Desk::default()).page_size(2), revision);
            let listed = client.list_tools().await;
            let names: Vec<_> = listed.entries().iter().map(|tool| tool["name"].clone()).collect();
            assert_eq!(names.len(), 5, "{names:?}");
            assert!(listed.result().get("nextCursor").is_none());
        });
    }
}

#[test]
fn handlers_see_the_principal() {
    testing::run(async {
        for revision in Revision::ALL {
            let client = Client::with_revision(Desk::default(), revision);
            assert_eq!(client.call_tool("caller", json!({})).await.text(), "none");
            let client =
                Client::with_revision(Desk::default(), revision).as_principal(Principal::new("alice"));
            assert_eq!(client.call_tool("caller", json!({})).await.text(), "alice");
        }
    });
}

#[test]
fn progress_comes_with_its_call() {
    testing::run(async {
        for revision in Revision::ALL {
            let mut client = Client::with_revision(Desk::default(), revision);
            let (answer, progress) = client.call_tool_with_progress("steps", json!({})).await;
            assert_eq!(answer.text(), "done");
            assert_eq!(progress.len(), 2, "{progress:?}");
            assert!(client.notifications().is_empty());
        }
    });
}

#[test]
fn every_error_is_an_error() {
    testing::run(async {
        let client = Client::new(Desk::default());
        let failed = client.call_tool("fail", json!({})).await;
        assert!(failed.is_error() && failed.is_tool_error());
        let unknown = client.request("no/method", json!({})).await;
        assert!(unknown.is_error() && !unknown.is_tool_error());
        assert_eq!(unknown.error_code(), Some(-32601));
        assert!(!client.call_tool("go", json!({})).await.is_error());
        assert!(client.complete(json!({"type": "ref/prompt", "name": "x"}), "a", "").await.is_error());
        assert!(client.list_prompts().await.is_error());
    });
}
