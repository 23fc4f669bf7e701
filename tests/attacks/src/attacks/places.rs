//! Places: connections, streams, requests of one address and of many, and the threads that serve them.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::case::{Figures, Stage, each};
use crate::figure::Figure;
use crate::http1::{Client, GOOD, connect};
use crate::message::{self, Post};

/// A stream of changes.
fn listen() -> Post {
    message::stateless("subscriptions/listen", None, r#""notifications":{"toolsListChanged":true},"#)
}

/// One address opens as many connections as there are, half of them after a request.
pub async fn connections(stage: Arc<Stage>) -> Figures {
    let made = each(1200, 64, |number| {
        let stage = Arc::clone(&stage);
        async move {
            let mut client = stage.client().await.ok()?;
            if number % 2 == 0 {
                client.ask(&message::call("echo", r#"{"message":"a"}"#)).await.ok()?;
            }
            Some(client)
        }
    });
    let held: Vec<Client> = made.await.into_iter().flatten().collect();
    sleep(Duration::from_secs(2)).await;
    Ok(vec![Figure::least("connections opened", held.len(), 256)])
}

/// One address opens as many streams as there are; another one still gets a stream.
pub async fn streams(stage: Arc<Stage>) -> Figures {
    let made = each(1024, 64, |_| {
        let stage = Arc::clone(&stage);
        async move {
            let mut client = stage.leave(&listen().bytes()).await.ok()?;
            let answer = client.head().await.ok()?;
            (answer.status == 200).then_some(client)
        }
    });
    let held: Vec<Client> = made.await.into_iter().flatten().collect();
    let mut other = Client::new(connect(GOOD, stage.address).await?);
    other.send(&listen().bytes()).await?;
    let status = other.head().await.map_or(0, |answer| answer.status);
    Ok(vec![
        Figure::most("streams of one address, of 1,024", held.len(), 256),
        Figure::so("another address gets a stream", status, status == 200),
    ])
}

/// Many addresses, each within its share: streams, idle connections and bodies that do not come.
pub async fn many_addresses(stage: Arc<Stage>) -> Figures {
    let made = each(51 * 24, 64, |number| {
        let stage = Arc::clone(&stage);
        async move {
            let last = u8::try_from(10 + number % 51).unwrap_or(10);
            let from = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
            let mut client = Client::new(connect(from, stage.address).await.ok()?);
            match number / 51 % 3 {
                0 => client.send(&listen().bytes()).await.ok()?,
                1 => client.send(&message::call("echo", "{}").head()).await.ok()?,
                _ => {}
            }
            Some(client)
        }
    });
    let held: Vec<Client> = made.await.into_iter().flatten().collect();
    sleep(Duration::from_secs(2)).await;
    Ok(vec![Figure::least("connections of 51 addresses", held.len(), 512)])
}

/// Eight addresses, each of which has the server keep as much as it can: arguments of calls that do not end.
pub async fn kept_for_many(stage: Arc<Stage>) -> Figures {
    let kept = format!(r#"{{"kept":"{}"}}"#, "x".repeat(1_000_000));
    let call = message::call("wait", &kept).bytes();
    let made = each(800, 16, |number| {
        let (stage, call) = (Arc::clone(&stage), call.clone());
        async move { stage.leave_from(number, &call).await.ok() }
    });
    let held: Vec<Client> = made.await.into_iter().flatten().collect();
    sleep(Duration::from_secs(1)).await;
    let at_work: usize = stage.text_of(&message::call("at_work", "{}")).await?.parse()?;
    Ok(vec![
        Figure::least("requests sent", held.len(), 400),
        Figure::least("at work, with 1 MB each", at_work, 32),
    ])
}

/// Eight addresses that do not take answers of 4 MB.
pub async fn unread_by_many(stage: Arc<Stage>) -> Figures {
    let big = message::call("big", r#"{"size":4000000}"#).bytes();
    let made = each(400, 32, |number| {
        let (stage, big) = (Arc::clone(&stage), big.clone());
        async move { stage.leave_from(number, &big).await.ok() }
    });
    let held: Vec<Client> = made.await.into_iter().flatten().collect();
    sleep(stage.over_after(30)).await;
    Ok(vec![Figure::least("requests sent", held.len(), 200)])
}

/// One caller, in its sessions, by calls without a session and on streams.
pub async fn one_principal(stage: Arc<Stage>) -> Figures {
    let mut sessions = Vec::new();
    for _ in 0..4 {
        sessions.push(stage.session_of(Some("greedy")).await?);
    }
    let mut posts: Vec<Post> = sessions
        .iter()
        .cycle()
        .take(128)
        .map(|id| message::call_in(id, "wait", "{}").token("greedy"))
        .collect();
    posts.extend((0..128).map(|_| message::call("wait", "{}").token("greedy")));
    let mut held = Vec::new();
    for post in &posts {
        held.push(stage.leave(&post.bytes()).await?);
    }
    sleep(Duration::from_millis(500)).await;
    let at_work: usize = stage.text_of(&message::call("at_work", "{}").token("other")).await?.parse()?;
    Ok(vec![Figure::most(format!("at work for one principal, of {}", posts.len()), at_work, 32)])
}

/// Calls of handlers that block their threads, at once.
async fn block(stage: Arc<Stage>, tool: &'static str, count: usize, time: u64) -> Figures {
    let began = Instant::now();
    let call = message::call(tool, &format!("{{\"time\":{time}}}"));
    let made = each(count, count, |_| {
        let (stage, call) = (Arc::clone(&stage), call.clone());
        async move { stage.ask(&call).await }
    });
    let answered = made.await.into_iter().flatten().filter(|answer| answer.status == 200).count();
    Ok(vec![
        Figure::all("answered", answered, count),
        Figure::within("after", began.elapsed(), Duration::from_secs(7)),
    ])
}

/// Two handlers that block their threads, and do not say so.
pub async fn blocking(stage: Arc<Stage>) -> Figures {
    block(stage, "block", 2, 3000).await
}

/// Handlers that say that they block: more than there are threads of the runtime.
pub async fn declared_blocking(stage: Arc<Stage>) -> Figures {
    block(stage, "block_declared", 64, 1000).await
}

/// Connections that come and go, some in the middle of a request.
pub async fn coming_and_going(stage: Arc<Stage>) -> Figures {
    let count = stage.count(20_000, 3000);
    let whole = message::call("echo", r#"{"message":"a"}"#).bytes();
    let made = each(count, 32, |number| {
        let (stage, whole) = (Arc::clone(&stage), whole.clone());
        async move {
            let part = whole.get(..whole.len() * (number % 4) / 3)?;
            stage.leave(part).await.ok().map(drop)
        }
    });
    Ok(vec![Figure::all("connections", made.await.into_iter().flatten().count(), count)])
}
