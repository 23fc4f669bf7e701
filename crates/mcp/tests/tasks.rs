//! Tasks: from the handle to the end, over one connection in memory.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::sync::Notify;
use pulseengine_mcp::runtime::{join, sleep};
use pulseengine_mcp::store::{MemoryStore, StoreLimits};
use pulseengine_mcp::testing::{self, Answer, Client, Value, json};
use pulseengine_mcp::{Error, Revision, TaskOptions};

/// What the tools of a test share with it.
#[derive(Clone, Default)]
struct Shop {
    go: Arc<Notify>,
    /// Handlers that wait or have waited.
    begun: Arc<AtomicU32>,
    /// Handlers that were dropped before they were done.
    dropped: Arc<AtomicU32>,
}

struct Guard(Arc<AtomicU32>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Schema)]
struct Amount {
    amount: u32,
}

#[server(name = "shop")]
impl Shop {
    /// Waits until the test lets it go on.
    #[tool(task)]
    async fn wait(&self) -> &'static str {
        let guard = Guard(Arc::clone(&self.dropped));
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.go.notified().await;
        std::mem::forget(guard);
        "waited"
    }

    /// Is done at once.
    #[tool(task = "required")]
    fn at_once(&self, fail: bool) -> Result<&'static str, ToolError> {
        if fail { Err(ToolError::new("it failed")) } else { Ok("done") }
    }

    /// Ends with a protocol error.
    #[tool(task)]
    fn broken(&self) -> Result<String, ToolError> {
        Err(Error::internal("broken").into())
    }

    #[tool(task)]
    fn panics(&self) -> String {
        panic!("on purpose")
    }

    /// Asks twice with one key, and without one.
    #[tool(task)]
    async fn order(&self, cx: &Context) -> Result<String, ToolError> {
        cx.progress(1.0, None).await;
        let apples = cx.input("amount").elicit::<Amount>("How many apples?").await?;
        let pears = cx.input("amount").elicit::<Amount>("How many pears?");
        let plums = cx.elicit::<Amount>("How many plums?");
        let (pears, plums) = join(pears, plums).await;
        let all = [apples, pears?, plums?].map(|answer| answer.accepted().map_or(0, |answer| answer.amount));
        Ok(format!("{all:?} in a task: {}", cx.is_task()))
    }

    /// Asks, then begins.
    #[tool(task, ask_first)]
    async fn deliver(&self, cx: &Context, at_all: bool) -> Result<String, ToolError> {
        let before = cx.is_task();
        let answer = cx.elicit::<Amount>("How many?").await?;
        if at_all {
            cx.begin_task().await?;
        }
        let amount = answer.accepted().map_or(0, |answer| answer.amount);
        Ok(format!("{amount}: {before} {}", cx.is_task()))
    }

    /// Never a task.
    #[tool]
    fn plain(&self) -> &'static str {
        "plain"
    }
}

fn with_tasks() -> Value {
    json!({"elicitation": {}, "extensions": {"io.modelcontextprotocol/tasks": {}}})
}

fn client(app: impl Into<pulseengine_mcp::Server>) -> Client {
    Client::new(app).capabilities(with_tasks())
}

async fn start(client: &Client, tool: &str, arguments: Value) -> String {
    let answer = client.call_tool(tool, arguments).await;
    let result = answer.result();
    assert_eq!((&result["resultType"], &result["status"]), (&json!("task"), &json!("working")), "{answer:?}");
    result["taskId"].as_str().unwrap().to_owned()
}

async fn task(client: &Client, method: &str, id: &str) -> Answer {
    client.request(method, json!({"taskId": id})).await
}

/// Waits until the task has another status than `working`.
async fn settled(client: &Client, id: &str) -> Value {
    loop {
        let answer = task(client, "tasks/get", id).await;
        if answer.result()["status"] != "working" {
            return answer.result().clone();
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// The open questions, once there are as many.
async fn questions(client: &Client, id: &str, count: usize) -> Value {
    loop {
        let found = settled(client, id).await["inputRequests"].clone();
        if found.as_object().is_some_and(|found| found.len() == count) {
            return found;
        }
    }
}

async fn answer(client: &Client, id: &str, responses: Value) {
    let params = json!({"taskId": id, "inputResponses": responses});
    let ack = client.request("tasks/update", params).await;
    assert_eq!(ack.result()["resultType"], "complete");
    assert!(ack.result().get("status").is_none());
}

#[test]
fn a_task_is_there_when_its_handle_is_and_ends_with_the_result() {
    testing::run(async {
        let shop = Shop::default();
        let client = client(shop.clone());
        let made = client.call_tool("wait", json!({})).await;
        let made = made.result();
        let id = made["taskId"].as_str().unwrap();
        assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let got = task(&client, "tasks/get", id).await;
        for key in ["taskId", "status", "createdAt", "lastUpdatedAt", "ttlMs", "pollIntervalMs"] {
            assert_eq!(made[key], got.result()[key], "{key}");
        }
        assert_eq!(got.result()["resultType"], "complete");
        // Other calls are served meanwhile.
        assert_eq!(client.call_tool("plain", json!({})).await.text(), "plain");
        shop.go.notify_one();
        let done = settled(&client, id).await;
        assert_eq!(done["status"], "completed");
        assert_eq!(done["result"]["content"][0]["text"], "waited");
        assert_eq!(shop.dropped.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn failures_of_tools_are_results_and_errors_are_failures() {
    testing::run(async {
        let client = client(Shop::default());
        let id = start(&client, "at_once", json!({"fail": true})).await;
        let done = settled(&client, &id).await;
        assert_eq!((&done["status"], &done["result"]["isError"]), (&json!("completed"), &json!(true)));
        for (tool, message) in [("broken", "broken"), ("panics", "Internal error: the handler failed")] {
            let id = start(&client, tool, json!({})).await;
            let done = settled(&client, &id).await;
            assert_eq!(done["status"], "failed");
            assert_eq!(done["error"], json!({"code": -32603, "message": message}));
            assert_eq!(done["statusMessage"], message);
            assert!(done.get("result").is_none());
        }
        // Arguments are checked before there is a task.
        let answer = client.call_tool("at_once", json!({})).await;
        assert!(answer.is_error());
    });
}

#[test]
fn questions_are_answered_in_parts_and_keys_are_not_used_again() {
    testing::run(async {
        let mut client = client(Shop::default());
        let id = start(&client, "order", json!({})).await;
        let asked = questions(&client, &id, 1).await;
        assert_eq!(asked["amount"]["method"], "elicitation/create");
        assert_eq!(asked["amount"]["params"]["message"], "How many apples?");
        let accept = |amount: u32| json!({"action": "accept", "content": {"amount": amount}});
        // An answer to no question is ignored; what does not fit is asked again.
        answer(&client, &id, json!({"pears": accept(9)})).await;
        answer(&client, &id, json!({"amount": {"action": "accept", "content": {"amount": "many"}}})).await;
        let asked = questions(&client, &id, 1).await;
        assert_eq!(asked["amount-2"]["params"]["message"], "How many apples?");
        answer(&client, &id, json!({"amount-2": accept(1)})).await;
        let asked = questions(&client, &id, 2).await;
        assert_eq!(asked["amount-3"]["params"]["message"], "How many pears?");
        assert_eq!(asked["input-1"]["params"]["message"], "How many plums?");
        answer(&client, &id, json!({"input-1": accept(3)})).await;
        let asked = questions(&client, &id, 1).await;
        assert!(asked.get("amount-3").is_some());
        answer(&client, &id, json!({"input-1": accept(7), "amount-3": {"action": "decline"}})).await;
        let done = settled(&client, &id).await;
        assert_eq!(done["result"]["content"][0]["text"], "[1, 0, 3] in a task: true");
        assert!(client.notifications().is_empty());
    });
}

#[test]
fn a_cancelled_task_is_stopped_and_stays_cancelled() {
    testing::run(async {
        let shop = Shop::default();
        let client = client(shop.clone());
        let id = start(&client, "wait", json!({})).await;
        // One that has not run yet is stopped as well, but then nothing of it is dropped.
        while shop.begun.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(5)).await;
        }
        for _ in 0..2 {
            let ack = task(&client, "tasks/cancel", &id).await;
            assert_eq!(ack.result()["resultType"], "complete");
            assert_eq!(settled(&client, &id).await["status"], "cancelled");
        }
        while shop.dropped.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(5)).await;
        }
        answer(&client, &id, json!({"x": {}})).await;
        // A question that waits is given up with it.
        let id = start(&client, "order", json!({})).await;
        questions(&client, &id, 1).await;
        task(&client, "tasks/cancel", &id).await;
        let done = settled(&client, &id).await;
        assert_eq!(done["status"], "cancelled");
        assert!(done.get("inputRequests").is_none());
        // What is done is not undone.
        let id = start(&client, "at_once", json!({"fail": false})).await;
        settled(&client, &id).await;
        task(&client, "tasks/cancel", &id).await;
        assert_eq!(settled(&client, &id).await["status"], "completed");
    });
}

#[test]
fn a_tool_can_ask_before_it_becomes_a_task() {
    testing::run(async {
        let accept = |_: &str, _: &Value| json!({"action": "accept", "content": {"amount": 5}});
        let client = client(Shop::default()).answer_with(accept);
        let id = start(&client, "deliver", json!({"at_all": true})).await;
        assert_eq!(settled(&client, &id).await["result"]["content"][0]["text"], "5: false true");
        // No task has to begin.
        let answer = client.call_tool("deliver", json!({"at_all": false})).await;
        assert_eq!(answer.text(), "5: false false");
        // Without the extension it is an ordinary call.
        let client =
            Client::new(Shop::default()).capabilities(json!({"elicitation": {}})).answer_with(accept);
        let answer = client.call_tool("deliver", json!({"at_all": true})).await;
        assert_eq!(answer.text(), "5: false false");
    });
}

#[test]
fn what_a_client_without_the_extension_gets() {
    testing::run(async {
        let shop = Shop::default();
        let client = Client::new(shop.clone()).capabilities(json!({}));
        shop.go.notify_one();
        assert_eq!(client.call_tool("wait", json!({})).await.text(), "waited");
        let required = json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
        let refused = [
            client.call_tool("at_once", json!({"fail": false})).await,
            task(&client, "tasks/get", "x").await,
            task(&client, "tasks/cancel", "x").await,
            client.request("tasks/update", json!({"taskId": "x", "inputResponses": {}})).await,
        ];
        for answer in refused {
            assert_eq!(answer.error_code(), Some(-32021));
            assert_eq!(answer.message()["error"]["data"]["requiredCapabilities"], required);
        }
    });
}

#[test]
fn ids_that_are_none_and_methods_that_are_none() {
    testing::run(async {
        let client = client(Shop::default());
        let mut messages = Vec::new();
        for id in ["", "x", "0123456789abcdef0123456789abcdef", "../task"] {
            for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
                let params = json!({"taskId": id, "inputResponses": {}});
                let answer = client.request(method, params).await;
                assert_eq!(answer.error_code(), Some(-32602));
                messages.push(answer.error_message().to_owned());
            }
        }
        messages.dedup();
        assert_eq!(messages.len(), 1);
        assert_eq!(client.request("tasks/get", json!({})).await.error_code(), Some(-32602));
        assert_eq!(client.request("tasks/update", json!({"taskId": "x"})).await.error_code(), Some(-32602));
        for method in ["tasks/result", "tasks/list"] {
            assert_eq!(task(&client, method, "x").await.error_code(), Some(-32601));
        }
        let plain = self::client(App::new("none", "1"));
        assert_eq!(task(&plain, "tasks/get", "x").await.error_code(), Some(-32601));
    });
}

#[test]
fn earlier_revisions_have_no_tasks() {
    for revision in Revision::ALL.into_iter().filter(|revision| !revision.is_stateless()) {
        testing::run(async {
            let shop = Shop::default();
            let client = Client::with_revision(shop.clone(), revision).capabilities(with_tasks());
            shop.go.notify_one();
            assert_eq!(client.call_tool("wait", json!({})).await.text(), "waited");
            let answer = client.call_tool("at_once", json!({"fail": false})).await;
            assert!(
                answer.is_error() && answer.text().contains("io.modelcontextprotocol/tasks"),
                "{answer:?}"
            );
            assert_eq!(task(&client, "tasks/get", "x").await.error_code(), Some(-32601));
        });
    }
}

#[test]
fn the_extension_is_declared_where_there_are_tasks() {
    testing::run(async {
        let client = client(Shop::default());
        let answer = client.request("server/discover", json!({})).await;
        let declared = &answer.result()["capabilities"]["extensions"];
        assert_eq!(*declared, json!({"io.modelcontextprotocol/tasks": {}}));
        let plain = self::client(App::new("none", "1"));
        let answer = plain.request("server/discover", json!({})).await;
        assert!(answer.result()["capabilities"].get("extensions").is_none());
    });
}

#[test]
fn tasks_end_with_their_time() {
    testing::run(async {
        let shop = Shop::default();
        let options = TaskOptions::default().ttl(Duration::from_millis(1500)).poll_interval(Duration::ZERO);
        let client = client(App::of(shop.clone()).tasks(options));
        let id = start(&client, "wait", json!({})).await;
        let found = task(&client, "tasks/get", &id).await;
        assert_eq!((&found.result()["ttlMs"], &found.result()["pollIntervalMs"]), (&json!(1500), &json!(0)));
        while task(&client, "tasks/get", &id).await.error_code() != Some(-32602) {
            sleep(Duration::from_millis(20)).await;
        }
        while shop.dropped.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    });
}

#[test]
fn tasks_are_bounded() {
    testing::run(async {
        let shop = Shop::default();
        let client = client(App::of(shop.clone()).tasks(TaskOptions::default().most(2)));
        let first = start(&client, "wait", json!({})).await;
        start(&client, "wait", json!({})).await;
        assert_eq!(client.call_tool("wait", json!({})).await.error_code(), Some(-32603));
        task(&client, "tasks/cancel", &first).await;
        while client.call_tool("wait", json!({})).await.error_code().is_some() {
            sleep(Duration::from_millis(5)).await;
        }
        // A store that is full refuses, and what does not fit into it is reported.
        let store = MemoryStore::with_limits(StoreLimits::DEFAULT.entries(1));
        let client = self::client(App::of(shop.clone()).store(store));
        start(&client, "wait", json!({})).await;
        assert_eq!(client.call_tool("wait", json!({})).await.error_code(), Some(-32603));
    });
}

#[test]
fn tasks_can_be_listened_to_where_nothing_else_changes() {
    testing::run(async {
        let shop = Shop::default();
        let mut client = Client::new(shop.clone())
            .capabilities(json!({"extensions": {"io.modelcontextprotocol/tasks": {}}}));
        let handle = client.call_tool("wait", json!({})).await;
        let id = handle.result()["taskId"].as_str().unwrap().to_owned();
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/tasks": {}}},
        });
        let wanted = json!({"taskIds": [id], "toolsListChanged": true});
        let params = json!({"notifications": wanted, "_meta": meta});
        let listen = json!({"jsonrpc": "2.0", "id": "l", "method": "subscriptions/listen", "params": params});
        client.send_line(&listen.to_string()).await;
        let acknowledged = client.receive().await.unwrap();
        assert_eq!(acknowledged["params"]["notifications"], json!({"taskIds": [id]}));
        assert_eq!(client.receive().await.unwrap()["params"]["status"], "working");
        shop.go.notify_one();
        let told = client.receive().await.unwrap();
        assert_eq!(
            (&told["method"], &told["params"]["status"]),
            (&json!("notifications/tasks"), &json!("completed"))
        );
        assert_eq!(told["params"]["result"]["content"][0]["text"], "waited");
        assert_eq!(told["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "l");
    });
}
