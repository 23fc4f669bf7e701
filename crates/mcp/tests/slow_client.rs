//! A client that does not read: what a handler says waits in the handler, not in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::sleep;
use pulseengine_mcp::testing::{self, Client, json};

const MESSAGES: usize = 40_000;

#[derive(Clone, Default)]
struct Flood {
    said: Arc<AtomicUsize>,
}

#[server]
impl Flood {
    #[tool]
    async fn flood(&self, cx: &Context) -> &'static str {
        for done in 1..=MESSAGES {
            cx.progress(done as f64, None).await;
            self.said.fetch_add(1, Ordering::Relaxed);
        }
        "done"
    }

    #[tool]
    fn calm(&self) -> &'static str {
        "calm"
    }
}

#[test]
fn handlers_wait_for_a_client_that_does_not_read() {
    let flood = Flood::default();
    let said = Arc::clone(&flood.said);
    testing::run(async move {
        let mut client = Client::new(flood);
        let meta = json!({
            "progressToken": "t",
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let call = |id: u32, name: &str| json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": name, "_meta": meta}});
        client.send_line(&call(1, "flood").to_string()).await;
        sleep(Duration::from_millis(300)).await;
        let waiting = said.load(Ordering::Relaxed);
        assert!((1_000..MESSAGES / 2).contains(&waiting), "{waiting} messages are on their way");

        client.send_line(&call(2, "calm").to_string()).await;
        let (mut progress, mut answers) = (0, Vec::new());
        while answers.len() < 2 {
            let message = client.receive().await.expect("the server goes on");
            match message.get("id") {
                Some(id) => answers.push(id.as_u64().unwrap()),
                None => {
                    progress += 1;
                    assert_eq!(message["params"]["progress"], json!(progress));
                }
            }
        }
        assert_eq!(progress, MESSAGES);
        assert!(answers.contains(&1) && answers.contains(&2), "{answers:?}");
    });
}
