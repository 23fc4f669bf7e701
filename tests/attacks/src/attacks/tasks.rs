//! Tasks: many that end at once, many that sleep, and what can still be said of them.

use std::sync::Arc;

use crate::case::{Figures, Stage, each};
use crate::figure::Figure;
use crate::http1::Lasting;
use crate::message::{self, Post};

/// Makes tasks on a few connections; their ids.
async fn made(stage: &Arc<Stage>, post: Post, count: usize) -> Vec<String> {
    const CONNECTIONS: usize = 16;
    let ids = each(CONNECTIONS, CONNECTIONS, |_| {
        let (stage, post) = (Arc::clone(stage), post.clone());
        async move {
            let mut ids = Vec::new();
            let mut client = stage.lasting();
            for _ in 0..count / CONNECTIONS {
                ids.extend(id_of(&mut client, &post).await);
            }
            ids
        }
    });
    ids.await.into_iter().flatten().collect()
}

/// The id of a new task, if it was not refused.
async fn id_of(client: &mut Lasting, post: &Post) -> Option<String> {
    client.ask(post).await.ok()?.member("taskId").map(str::to_owned)
}

/// 10,000 tasks that end at once: the good client still gets its own.
pub async fn short(stage: Arc<Stage>) -> Figures {
    let ids = made(&stage, message::call("done", r#"{"size":10}"#), 10_400).await;
    Ok(vec![Figure::least("tasks", ids.len(), 1)])
}

/// Tasks that sleep for an hour, as many as may be at work.
pub async fn sleepers(stage: Arc<Stage>) -> Figures {
    let ids = made(&stage, message::call("sleeper", r#"{"time":3600}"#), 512).await;
    // They take no place of the good client's.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    Ok(vec![Figure::most("tasks at work, of 512", ids.len(), 256)])
}

/// A caller whose tasks run can ask for them and end them.
pub async fn control(stage: Arc<Stage>) -> Figures {
    let mut client = stage.lasting();
    let begin = message::call("sleeper", r#"{"time":3600}"#).token("busy");
    let mut ids = Vec::new();
    for _ in 0..32 {
        ids.extend(id_of(&mut client, &begin).await);
    }
    let (mut found, mut cancelled) = (0, 0);
    for id in &ids {
        found += usize::from(client.ask(&message::task("tasks/get", id).token("busy")).await?.status == 200);
    }
    for id in &ids {
        cancelled +=
            usize::from(client.ask(&message::task("tasks/cancel", id).token("busy")).await?.status == 200);
    }
    Ok(vec![
        Figure::least("tasks", ids.len(), 1),
        Figure::all("tasks/get answered", found, ids.len()),
        Figure::all("tasks/cancel answered", cancelled, ids.len()),
    ])
}
