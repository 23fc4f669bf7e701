//! Tasks in a file: what is there after the server was stopped.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::path::Path;
use std::time::Duration;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::sleep;
use pulseengine_mcp::testing::{self, Client, Value, json};
use pulseengine_mcp_store::{RedbStore, StoreErrorKind};

struct Slow;

#[server(name = "slow")]
impl Slow {
    /// Takes that many hours.
    #[tool(task)]
    async fn work(&self, hours: u64) -> String {
        sleep(Duration::from_secs(3600 * hours)).await;
        format!("worked for {hours} h")
    }
}

/// A client of a server that keeps its tasks in that file. The one before may still be going.
async fn client(path: &Path) -> Client {
    let store = loop {
        match RedbStore::open(path) {
            Ok(store) => break store,
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Unavailable),
        }
        sleep(Duration::from_millis(10)).await;
    };
    let capabilities = json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
    Client::new(App::of(Slow).store(store)).capabilities(capabilities)
}

async fn look(client: &Client, id: &Value) -> Value {
    client.request("tasks/get", json!({"taskId": id})).await.result().clone()
}

#[test]
fn results_outlive_the_server_and_unfinished_tasks_have_failed() {
    let path = std::env::temp_dir().join(format!("mcp-tasks-{}.redb", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let (done, open) = testing::run(async {
        let client = client(&path).await;
        let start = async |hours: u64| {
            let answer = client.call_tool("work", json!({"hours": hours})).await;
            answer.result()["taskId"].clone()
        };
        let (done, open) = (start(0).await, start(9).await);
        while look(&client, &done).await["status"] != "completed" {
            sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(look(&client, &open).await["status"], "working");
        client.close().await;
        (done, open)
    });
    testing::run(async {
        let client = client(&path).await;
        let found = look(&client, &done).await;
        assert_eq!(found["result"]["content"][0]["text"], "worked for 0 h");
        let found = look(&client, &open).await;
        assert_eq!(found["status"], "failed");
        assert!(found["statusMessage"].as_str().unwrap().contains("restarted"));
        assert_eq!(found["error"]["code"], -32603);
        let ack = client.request("tasks/cancel", json!({"taskId": open})).await;
        assert_eq!(ack.result()["resultType"], "complete");
        assert_eq!(look(&client, &open).await["status"], "failed");
        client.close().await;
    });
    let _ = std::fs::remove_file(&path);
}
