//! What a server keeps for sessions: facts about clients, subscriptions, events, questions.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::case::{Figures, Stage, each};
use crate::figure::Figure;
use crate::http1::{Answer, Client};
use crate::message::{self, Post, SESSION};

/// The most memory that a server may use while one address has it keep as much as it can: its share of 256 MiB, and as
/// much again for what is on its way.
const KEPT: u64 = 128 << 10;

/// Begins sessions, and what came of them.
async fn sessions(stage: &Arc<Stage>, count: usize) -> Vec<String> {
    let made = each(count, 16, |_| {
        let stage = Arc::clone(stage);
        async move { stage.session().await }
    });
    made.await.into_iter().flatten().collect()
}

/// Sends requests, each on a connection of its own; the answers.
async fn ask_all(stage: &Arc<Stage>, posts: Vec<Post>, at_once: usize) -> Vec<Answer> {
    let posts = Arc::new(posts);
    let made = each(posts.len(), at_once, |number| {
        let (stage, posts) = (Arc::clone(stage), Arc::clone(&posts));
        async move { stage.ask(posts.get(number)?).await.ok() }
    });
    made.await.into_iter().flatten().collect()
}

/// Sessions whose clients describe themselves with 1 MB.
pub async fn client_info(stage: Arc<Stage>) -> Figures {
    let info = format!(r#"{{"name":"attack","version":"1","description":"{}"}}"#, "x".repeat(1_000_000));
    let named = format!(r#"{{"name":"{}","version":"1"}}"#, "x".repeat(1_000_000));
    let posts = vec![message::initialize(&info), message::initialize(&named)];
    let count = stage.count(1000, 120);
    let posts = posts.into_iter().cycle().take(count).collect();
    let answers = ask_all(&stage, posts, 8).await;
    let taken = answers.iter().filter(|answer| answer.body.contains("\"result\"")).count();
    Ok(vec![Figure::all(format!("answered ({taken} with a result)"), answers.len(), count)])
}

/// Subscriptions to long URIs in one session.
pub async fn subscriptions(stage: Arc<Stage>) -> Figures {
    let session = stage.session().await?;
    let subscribe =
        |uri: &str| message::in_session(&session, "resources/subscribe", &format!(r#""uri":"{uri}""#));
    let long = stage.count(600, 60);
    let mut posts: Vec<Post> =
        (0..long).map(|number| subscribe(&format!("victim://{number}{}", "x".repeat(1_000_000)))).collect();
    let before = stage.probe.cpu();
    let answers = ask_all(&stage, std::mem::take(&mut posts), 4).await;
    let spent = stage.probe.cpu().saturating_sub(before) / u32::try_from(long)?;
    let refused = answers.iter().filter(|answer| answer.body.contains("\"error\"")).count();
    posts.extend((0..1500).map(|number| subscribe(&format!("victim://{number}{}", "x".repeat(7000)))));
    let shorter = ask_all(&stage, posts, 4).await;
    let taken = shorter.iter().filter(|answer| answer.body.contains("\"result\"")).count();
    Ok(vec![
        Figure::all("URIs of 1 MB refused", refused, long),
        Figure::within("CPU each", spent, Duration::from_millis(20)),
        Figure::most("URIs of 7 kB taken, of 1,500", taken, 1024),
    ])
}

/// Streams of ten sessions that have ended and could be read again.
pub async fn event_buffers(stage: Arc<Stage>) -> Figures {
    let sessions = sessions(&stage, 10).await;
    let call = r#"{"count":2,"pause":1,"size":900000}"#;
    let posts: Vec<Post> =
        sessions.iter().flat_map(|id| (0..34).map(|_| message::call_in(id, "steps", call))).collect();
    let all = posts.len();
    let answers = ask_all(&stage, posts, 8).await;
    let whole = answers.iter().filter(|answer| answer.status == 200).count();
    let peak = stage.probe.memory();
    let ended = stage.end_sessions(&sessions).await;
    Ok(vec![
        Figure::least("answers", whole, all / 2),
        Figure::all("sessions", ended, 10),
        Figure::memory("memory while they are kept", peak, KEPT),
    ])
}

/// Calls whose clients hang up; in a session they go on.
pub async fn hung_up(stage: Arc<Stage>) -> Figures {
    let sessions = sessions(&stage, 4).await;
    let kept = format!(r#"{{"kept":"{}"}}"#, "x".repeat(800_000));
    let posts: Vec<Post> =
        sessions.iter().cycle().take(1024).map(|id| message::call_in(id, "wait", &kept)).collect();
    let posts = Arc::new(posts);
    let left = each(1024, 16, |number| {
        let (stage, posts) = (Arc::clone(&stage), Arc::clone(&posts));
        async move {
            let mut client = stage.leave(&posts.get(number)?.bytes()).await.ok()?;
            // Long enough to be taken in, or refused.
            Some(client.ends(Duration::from_millis(20)).await)
        }
    });
    let sent = left.await.into_iter().flatten().count();
    let at_work: usize = stage.text_of(&message::call("at_work", "{}")).await?.parse()?;
    let memory = stage.probe.memory();
    stage.end_sessions(&sessions).await;
    // A session ends by a task of its own.
    sleep(Duration::from_secs(1)).await;
    let after: usize = stage.text_of(&message::call("at_work", "{}")).await?.parse()?;
    Ok(vec![
        Figure::most(format!("at work, of {sent}"), at_work, 256),
        Figure::least("at work", at_work, 16),
        Figure::memory("memory while they work", memory, KEPT),
        Figure::most("at work once the sessions have ended", after, 0),
    ])
}

/// Announcements to sessions that are not read.
pub async fn announcements(stage: Arc<Stage>) -> Figures {
    let count = stage.count(10_000, 2400);
    let sessions = sessions(&stage, count).await;
    let rounds = stage.count(300, 150);
    let before = stage.probe.cpu();
    let mut client = stage.client().await?;
    for _ in 0..rounds {
        client.ask(&message::call("touch", "{}")).await?;
    }
    let each = stage.probe.cpu().saturating_sub(before) / u32::try_from(rounds)?;
    let what = format!("CPU for an announcement to {} sessions", sessions.len());
    stage.end_sessions(&sessions).await;
    // 8 ms for 10,000 sessions was too much: a change is kept once.
    Ok(vec![
        Figure::within(what, each, Duration::from_micros(500)),
        Figure::least("sessions", sessions.len(), count / 2),
    ])
}

/// Streams that are opened and never read, while changes are announced and progress is made.
pub async fn unread_streams(stage: Arc<Stage>) -> Figures {
    let sessions = sessions(&stage, 100).await;
    let mut held = Vec::new();
    for id in &sessions {
        held.push(stage.leave(&message::listen_in(id)).await?);
        held.push(
            stage
                .leave(&message::call_in(id, "steps", r#"{"count":100000,"pause":1,"size":0}"#).bytes())
                .await?,
        );
    }
    let mut client = stage.client().await?;
    let began = std::time::Instant::now();
    while began.elapsed() < stage.scaled(60) {
        client.ask(&message::call("touch", "{}")).await?;
        sleep(Duration::from_millis(10)).await;
    }
    drop(held);
    let ended = stage.end_sessions(&sessions).await;
    Ok(vec![Figure::all("sessions", ended, 100)])
}

/// Sessions that are used and ended: the memory comes back.
pub async fn used_and_ended(stage: Arc<Stage>) -> Figures {
    let count = stage.count(2000, 500);
    let sessions = sessions(&stage, count).await;
    let call = r#"{"count":3,"pause":0,"size":100000}"#;
    let posts = sessions.iter().map(|id| message::call_in(id, "steps", call)).collect();
    let answers = ask_all(&stage, posts, 16).await;
    let ended = stage.end_sessions(&sessions).await;
    Ok(vec![
        Figure::all("answers", answers.len(), sessions.len()),
        Figure::all("sessions ended", ended, sessions.len()),
    ])
}

/// More sessions than there are places, by one caller; the good client's session is in use.
pub async fn many_sessions(stage: Arc<Stage>) -> Figures {
    let count = stage.count(10_001, 4000);
    let before = stage.probe.cpu();
    let made = sessions(&stage, count).await;
    let each = stage.probe.cpu().saturating_sub(before) / u32::try_from(count)?;
    let ended = stage.end_sessions(&made).await;
    Ok(vec![
        Figure::within(format!("CPU each ({} of {count} began)", made.len()), each, Duration::from_millis(2)),
        Figure::most("sessions of one address", ended, 2500),
    ])
}

/// DELETE of sessions that do not exist.
pub async fn deletes(stage: Arc<Stage>) -> Figures {
    let count = stage.count(20_000, 3000);
    let before = stage.probe.cpu();
    let made = each(count, 16, |number| {
        let stage = Arc::clone(&stage);
        async move { stage.lasting().exchange(&message::delete(&format!("{number:032x}"))).await }
    });
    let answers: Vec<Answer> = made.await.into_iter().flatten().collect();
    let spent = stage.probe.cpu().saturating_sub(before) / u32::try_from(count)?;
    let refused = answers.iter().filter(|answer| answer.status == 404).count();
    Ok(vec![
        Figure::all("answered with 404", refused, count),
        Figure::within("CPU each", spent, Duration::from_millis(2)),
    ])
}

/// An event id that was not given: the session hears on.
pub async fn event_ids(stage: Arc<Stage>) -> Figures {
    let session = stage.session().await?;
    let fields = |event| {
        [("mcp-session-id", session.as_str()), ("mcp-protocol-version", SESSION), ("last-event-id", event)]
    };
    let mut refused = 0;
    let ids = [
        "0-18446744073709551615",
        "0-1",
        "18446744073709551615-18446744073709551615",
        "0-99999999999999999999",
        "1-1",
    ];
    for id in ids {
        let mut client = stage.leave(&message::without_body("GET", "/mcp", &fields(id))).await?;
        refused += usize::from(client.head().await?.status == 400);
    }
    let mut listening: Client = stage.leave(&message::listen_in(&session)).await?;
    let status = listening.head().await?.status;
    stage.ask(&message::call("touch", "{}")).await?;
    let heard = listening.hears("notifications/tools/list_changed", Duration::from_secs(3)).await;
    Ok(vec![
        Figure::all("ids refused with 400", refused, ids.len()),
        Figure::so("the session hears a change", format!("{heard} ({status})"), heard),
    ])
}

/// Questions that are never answered.
pub async fn questions(stage: Arc<Stage>) -> Figures {
    let sessions = sessions(&stage, 20).await;
    let mut held = Vec::new();
    for id in sessions.iter().cycle().take(600) {
        held.push(stage.leave(&message::call_in(id, "ask", "{}").bytes()).await?);
    }
    sleep(Duration::from_millis(500)).await;
    let (mut asked, mut refused) = (0, 0);
    for client in &mut held {
        let answer = client.head().await;
        let streams = answer.is_ok_and(|it| it.field("content-type") == Some("text/event-stream"));
        if streams && client.hears("elicitation/create", Duration::from_secs(1)).await {
            asked += 1;
        } else {
            refused += 1;
        }
    }
    drop(held);
    stage.end_sessions(&sessions).await;
    Ok(vec![Figure::most(format!("questions open ({refused} refused)"), asked, 256)])
}
