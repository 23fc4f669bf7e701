//! Many small messages: cancellations, pings, equal ids, answers to nothing, batches of calls, progress.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::case::{Failure, Figures, Stage, each};
use crate::figure::Figure;
use crate::http1::Client;
use crate::message::{self, Post, SESSION};

/// What a message may cost, with its connection.
const EACH: Duration = Duration::from_millis(1);

/// Sends the same message again and again on a few connections; the time that each costs.
async fn flood(stage: &Arc<Stage>, post: Post, count: usize) -> Result<(usize, Duration), Failure> {
    const CONNECTIONS: usize = 8;
    let before = stage.probe.cpu();
    let made = each(CONNECTIONS, CONNECTIONS, |_| {
        let (stage, post) = (Arc::clone(stage), post.clone());
        async move {
            let (mut client, mut answered) = (stage.lasting(), 0);
            for _ in 0..count / CONNECTIONS {
                answered += usize::from(client.ask(&post).await.is_ok());
            }
            answered
        }
    });
    let answered = made.await.into_iter().sum();
    let spent = stage.probe.cpu().saturating_sub(before) / u32::try_from(count)?;
    Ok((answered, spent))
}

fn in_session(session: &str, body: String) -> Post {
    let fields = vec![("mcp-protocol-version", SESSION.to_owned()), ("mcp-session-id", session.to_owned())];
    Post { body, fields }
}

/// Cancellations, pings and answers that belong to nothing, in a session.
pub async fn small_messages(stage: Arc<Stage>) -> Figures {
    let session = stage.session().await?;
    let count = stage.count(20_000, 2000);
    let bodies = [
        (
            "a cancellation",
            r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"none"}}"#,
        ),
        ("a ping", r#"{"jsonrpc":"2.0","id":"ping","method":"ping"}"#),
        ("an answer", r#"{"jsonrpc":"2.0","id":77,"result":{}}"#),
        (
            "progress",
            r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}"#,
        ),
        ("a method", r#"{"jsonrpc":"2.0","id":1,"method":"none/such"}"#),
    ];
    let mut figures = Vec::new();
    for (what, body) in bodies {
        let (answered, spent) = flood(&stage, in_session(&session, body.to_owned()), count).await?;
        figures.push(Figure::all(format!("{what}: responses"), answered, count / 8 * 8));
        figures.push(Figure::within(format!("{what}: CPU"), spent, EACH));
    }
    let answer = stage.ask(&message::call_in(&session, "echo", r#"{"message":"a"}"#)).await?;
    figures.push(Figure::so("the session answers", answer.status, answer.status == 200));
    stage.end_sessions(&[session]).await;
    Ok(figures)
}

/// The same id, in flight 500 times.
pub async fn equal_ids(stage: Arc<Stage>) -> Figures {
    let session = stage.session().await?;
    let call = message::call_in(&session, "wait", "{}");
    let mut held = Vec::new();
    for _ in 0..500 {
        held.push(stage.leave(&call.bytes()).await?);
    }
    sleep(Duration::from_millis(300)).await;
    let at_work: usize = stage.text_of(&message::call("at_work", "{}")).await?.parse()?;
    let answer = stage.ask(&message::call_in(&session, "echo", r#"{"message":"a"}"#)).await?;
    drop(held);
    stage.end_sessions(&[session]).await;
    Ok(vec![
        Figure::most("at work with one id", at_work, 1),
        Figure::so("the session answers", answer.status, answer.status == 200),
    ])
}

/// Batches of 256 calls that do not end (2025-03-26).
pub async fn batches_of_calls(stage: Arc<Stage>) -> Figures {
    let old = message::initialize(message::CLIENT).body.replace(SESSION, "2025-03-26");
    let mut sessions = Vec::new();
    for _ in 0..20 {
        let begun = stage.ask(&Post { body: old.clone(), fields: Vec::new() }).await?;
        sessions.push(begun.field("mcp-session-id").ok_or("no session")?.to_owned());
    }
    let kept = "x".repeat(10_000);
    let mut held = Vec::new();
    for (number, session) in sessions.iter().cycle().take(60).enumerate() {
        let mut calls = String::new();
        for id in 0..256 {
            let id = number * 256 + id;
            let comma = if calls.is_empty() { "" } else { "," };
            write!(
                calls,
                r#"{comma}{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"wait","arguments":{{"kept":"{kept}"}}}}}}"#
            )?;
        }
        let fields =
            vec![("mcp-protocol-version", "2025-03-26".to_owned()), ("mcp-session-id", session.clone())];
        held.push(stage.leave(&Post { body: format!("[{calls}]"), fields }.bytes()).await?);
    }
    sleep(Duration::from_secs(1)).await;
    let at_work: usize = stage.text_of(&message::call("at_work", "{}")).await?.parse()?;
    let memory = stage.probe.memory();
    drop(held);
    stage.end_sessions(&sessions).await;
    sleep(Duration::from_millis(500)).await;
    let after: usize = stage.text_of(&message::call("at_work", "{}")).await?.parse()?;
    Ok(vec![
        Figure::most("at work for one address, of 15,360", at_work, 256),
        Figure::memory("memory while they work", memory, 128 << 10),
        Figure::most("at work once the sessions have ended", after, 0),
    ])
}

/// Progress without a pause, whose client reads as fast as it can.
pub async fn progress(stage: Arc<Stage>) -> Figures {
    let call = message::call("steps", r#"{"count":100000000,"pause":0,"size":0}"#).bytes();
    let time = Duration::from_secs(if stage.full { 20 } else { 3 });
    let made = each(32, 32, |_| {
        let (stage, call) = (Arc::clone(&stage), call.clone());
        async move {
            let mut client = stage.leave(&call).await.ok()?;
            let began = Instant::now();
            let mut read = 0;
            while began.elapsed() < time {
                read += client.sip(64 << 10).await.unwrap_or(0);
            }
            Some(read)
        }
    });
    let read: usize = made.await.into_iter().flatten().sum();
    Ok(vec![Figure::least("bytes of progress", read, 1000)])
}

/// Heads with thousands of parts in one field, and as many fields as there may be.
pub async fn long_fields(stage: Arc<Stage>) -> Figures {
    let call = message::call("test_simple_text", "{}");
    let accept = "application/json;q=0.1,".repeat(15_000 / 23) + "text/event-stream";
    let versions = "2026-07-28, ".repeat(1300) + "2026-07-28";
    let mut many = call.clone();
    for name in ["x-a", "x-b", "x-c", "x-d", "x-e", "x-f"] {
        many = many.field(name, "z".repeat(9000));
    }
    let mut figures = Vec::new();
    let events = message::without_body(
        "GET",
        "/mcp",
        &[("mcp-session-id", "none"), ("last-event-id", &"9-".repeat(7000))],
    );
    let mut version = call.clone();
    version.fields.retain(|(name, _)| *name != "mcp-protocol-version");
    for (what, bytes) in [
        ("accept", call.clone().field("accept", accept).bytes()),
        ("versions", version.field("mcp-protocol-version", versions).bytes()),
        ("fields", many.bytes()),
        ("an event id", events),
    ] {
        let cpu = stage.cpu_of(|| async {
            let mut client = stage.lasting();
            for _ in 0..20 {
                let _ = client.exchange(&bytes).await;
            }
            Ok(())
        });
        let all = 20 * bytes.len();
        let most = Duration::from_millis(100).mul_f64(all as f64 / 1e6) + 20 * EACH;
        figures.push(Figure::within(format!("CPU for {all} bytes of {what}"), cpu.await?, most));
    }
    Ok(figures)
}

/// Sessions that begin and end at once.
pub async fn churn(stage: Arc<Stage>) -> Figures {
    let count = stage.count(20_000, 2000);
    let before = stage.probe.cpu();
    let made = each(16, 16, |_| {
        let stage = Arc::clone(&stage);
        async move {
            let (mut client, mut ended) = (stage.lasting(), 0);
            for _ in 0..count / 16 {
                let Ok(begun) = client.ask(&message::initialize(message::CLIENT)).await else { continue };
                let Some(id) = begun.field("mcp-session-id") else { continue };
                let answer = client.exchange(&message::delete(id)).await;
                ended += usize::from(answer.is_ok_and(|answer| answer.status == 204));
            }
            ended
        }
    });
    let ended = made.await.into_iter().sum();
    let spent = stage.probe.cpu().saturating_sub(before) / u32::try_from(count)?;
    Ok(vec![
        Figure::all("sessions begun and ended", ended, count / 16 * 16),
        Figure::within("CPU each", spent, 2 * EACH),
    ])
}

/// Clients that send a request and close their side, or reset the connection, while their calls go on.
pub async fn half_closed(stage: Arc<Stage>) -> Figures {
    let call = message::call("wait", "{}").bytes();
    let made = each(600, 64, |number| {
        let (stage, call) = (Arc::clone(&stage), call.clone());
        async move {
            let mut client: Client = stage.leave(&call).await.ok()?;
            client.shut_down().await.ok()?;
            // Every other one goes on to wait for its answer.
            (number % 2 == 0).then_some(client)
        }
    });
    let held: Vec<Client> = made.await.into_iter().flatten().collect();
    sleep(Duration::from_millis(500)).await;
    let at_work: usize = stage.text_of(&message::call("at_work", "{}")).await?.parse()?;
    drop(held);
    sleep(Duration::from_secs(1)).await;
    let after: usize = stage.text_of(&message::call("at_work", "{}")).await?.parse()?;
    Ok(vec![
        Figure::most("at work, of 600", at_work, 256),
        Figure::most("at work when the clients are gone", after, 0),
    ])
}
