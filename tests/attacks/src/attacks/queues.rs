//! Queues that fill because their client does not read.

use std::sync::Arc;
use std::time::Duration;

use crate::case::{Failure, Figures, Stage, each};
use crate::figure::Figure;
use crate::message;

/// Subscriptions to finished tasks of 1 MB, which are never read.
pub async fn task_listeners(stage: Arc<Stage>) -> Figures {
    let made = each(60, 4, |_| {
        let stage = Arc::clone(&stage);
        async move {
            let answer = stage.ask(&message::call("done", r#"{"size":1000000}"#)).await.ok()?;
            answer.member("taskId").map(str::to_owned)
        }
    });
    let tasks: Vec<String> = made.await.into_iter().flatten().collect();
    let ids: Vec<String> = tasks.iter().map(|id| format!("\"{id}\"")).collect();
    let params = format!(r#""notifications":{{"taskIds":[{}]}},"#, ids.join(","));
    let listen = message::stateless("subscriptions/listen", None, &params).bytes();
    let mut held = Vec::new();
    for _ in 0..30 {
        held.push(stage.leave(&listen).await?);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut open = 0;
    for client in &mut held {
        open += usize::from(client.head().await.is_ok_and(|answer| answer.status == 200));
    }
    Ok(vec![Figure::least("finished tasks", tasks.len(), 1), Figure::least("subscriptions", open, 1)])
}

/// The transport of 2024-11-05: posts whose answers are not read.
pub async fn sse_posts(stage: Arc<Stage>) -> Figures {
    let mut stream = stage.leave(&message::without_body("GET", "/sse", &[])).await?;
    if stream.head().await?.status != 200 {
        return Err(Failure::from("there is no stream"));
    }
    let path = address(&mut stream).await?;
    let mut client = stage.client().await?;
    let begin = message::initialize(message::CLIENT);
    client.send(&begin.bytes_to(&path)).await?;
    client.answer().await?;
    let call = message::in_session("none", "tools/call", r#""name":"big","arguments":{"size":6000}"#);
    let call = message::Post { fields: Vec::new(), ..call }.bytes_to(&path);
    let count = stage.count(20_000, 4000);
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..count {
        if client.send(&call).await.is_err() {
            client = stage.client().await?;
            client.send(&call).await?;
        }
        match client.answer().await {
            Ok(answer) if answer.status == 202 => taken += 1,
            Ok(_) => refused += 1,
            Err(_) => {
                refused += 1;
                client = stage.client().await?;
            }
        }
    }
    let most = count / 2;
    Ok(vec![Figure::most(format!("posts taken ({refused} refused)"), taken, most)])
}

/// Where messages are sent to.
async fn address(stream: &mut crate::http1::Client) -> Result<String, Failure> {
    let mut text = String::new();
    for _ in 0..20 {
        text += &stream.text(1024).await?;
        if let Some((_, rest)) = text.split_once("data: ")
            && let Some((path, _)) = rest.split_once(['\r', '\n'])
        {
            return Ok(path.to_owned());
        }
    }
    Err(Failure::from(format!("no address in {text:?}")))
}
