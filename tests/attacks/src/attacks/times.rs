//! Limits of time that are as long as they can be, and the end of a process: by a signal, and by SIGKILL.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::case::{Failure, Figures, Setting, Stage, guarded};
use crate::figure::Figure;
use crate::http1::{ATTACKER, Client, connect};
use crate::message;
use crate::process::{Process, Programs, Scratch, Setup};

/// Callers with names, and all limits as long as they can be.
pub fn longest_setting(folder: &Path) -> Result<Setting, Failure> {
    let mut setting = guarded(folder)?;
    setting.setup = setting.setup.env("ATTACK_TIMES", "max");
    Ok(setting)
}

/// Everything that has a limit of time, where the limit is the longest there is, and tokens that end never and at once.
pub async fn longest(stage: Arc<Stage>) -> Figures {
    let session = stage.session_of(Some("a")).await?;
    let listen =
        message::stateless("subscriptions/listen", None, r#""notifications":{"toolsListChanged":true},"#);
    let posts = [
        ("a call", message::call("echo", r#"{"message":"a"}"#).token("a")),
        ("a token without end", message::call("echo", r#"{"message":"a"}"#).token("b.max")),
        ("progress", message::call("steps", r#"{"count":3,"pause":1,"size":1}"#).token("b.max")),
        (
            "a call in a session",
            message::call_in(&session, "steps", r#"{"count":3,"pause":1,"size":1}"#).token("a"),
        ),
        ("a task", message::call("done", r#"{"size":1}"#).token("b.max")),
        ("a stream", listen.clone().token("a")),
        ("a stream, token without end", listen.clone().token("b.max")),
    ];
    let mut figures = Vec::new();
    for (what, post) in posts {
        let mut client = stage.leave(&post.bytes()).await?;
        let status = client.head().await.map_or(0, |answer| answer.status);
        figures.push(Figure::so(what, status, status == 200));
    }
    let stream = [
        ("mcp-session-id", session.as_str()),
        ("mcp-protocol-version", message::SESSION),
        ("authorization", "Bearer a"),
    ];
    let mut client = stage.leave(&message::without_body("GET", "/mcp", &stream)).await?;
    let status = client.head().await.map_or(0, |answer| answer.status);
    figures.push(Figure::so("the stream of a session", status, status == 200));
    // One that has ended already: refused, or a stream that ends.
    let mut client = stage.leave(&listen.token("c.none").bytes()).await?;
    let ended =
        client.ends(Duration::from_secs(5)).await || client.hears("0\r\n\r\n", Duration::from_secs(1)).await;
    figures.push(Figure::so("a stream whose token has ended is over", ended, ended));
    Ok(figures)
}

/// SIGTERM while calls run: they are answered.
pub async fn terminated(programs: Programs) -> Figures {
    let started = programs.clone();
    let (mut process, address) =
        tokio::task::spawn_blocking(move || Process::serve(&started, &Setup::victim())).await??;
    let stage = Stage { address, probe: process.probe(), scale: programs.scale, full: false };
    let session = stage.session().await?;
    let mut in_session = stage.leave(&message::call_in(&session, "wait", "{}").bytes()).await?;
    let mut stateless = stage.leave(&message::call("wait", "{}").bytes()).await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    process.signal("TERM")?;
    let most = Duration::from_secs(10) / programs.scale + Duration::from_millis(1500);
    let began = Instant::now();
    let first = in_session.hears("\"error\"", most).await;
    let second = stateless.hears("\"error\"", most).await;
    let answered = began.elapsed();
    let ended = tokio::task::spawn_blocking(move || process.end_within(most)).await?;
    Ok(vec![
        Figure::so("the call in a session is answered with an error", first, first),
        Figure::so("the call without a session is answered with an error", second, second),
        Figure::within("answered after", answered, most),
        Figure::so("it has ended", format!("{ended:?}"), ended.is_some_and(|(status, _)| status.success())),
    ])
}

/// SIGKILL just after a session was answered: the session is there when the server is again.
pub async fn killed(programs: Programs) -> Figures {
    const AT_ONCE: usize = 16;
    let rounds = if programs.scale > 1 { 12 } else { 200 };
    let scratch = Scratch::new("killed")?;
    let path = scratch.path().join("store.redb");
    let setup = Setup::victim().env("ATTACK_STORE", path.to_string_lossy());
    let (mut known, mut lost) = (0, 0);
    let mut before: Vec<String> = Vec::new();
    for _ in 0..rounds {
        let (started, setup) = (programs.clone(), setup.clone());
        let (process, address) =
            tokio::task::spawn_blocking(move || Process::serve(&started, &setup)).await??;
        for session in &before {
            match ping(address, session).await {
                true => known += 1,
                false => lost += 1,
            }
        }
        let mut begun = Vec::new();
        for _ in 0..AT_ONCE {
            let mut client = Client::new(connect(ATTACKER, address).await?);
            client.send(&message::initialize(message::CLIENT).bytes()).await?;
            begun.push(client);
        }
        let (sender, mut answered) = tokio::sync::mpsc::unbounded_channel();
        for mut client in begun {
            let sender = sender.clone();
            tokio::spawn(async move {
                if let Ok(answer) = client.answer().await {
                    let _ = sender.send(answer.field("mcp-session-id").map(str::to_owned));
                }
            });
        }
        drop(sender);
        // At the first answer.
        let first = answered.recv().await.flatten();
        tokio::task::spawn_blocking(move || drop(process)).await?;
        before = first.into_iter().collect();
        while let Some(session) = answered.recv().await {
            before.extend(session);
        }
    }
    Ok(vec![
        Figure::most("acknowledged sessions lost", lost, 0),
        Figure::least("sessions there again", known, 1),
    ])
}

async fn ping(address: std::net::SocketAddr, session: &str) -> bool {
    let Ok(stream) = connect(ATTACKER, address).await else { return false };
    let answer = Client::new(stream).ask(&message::in_session(session, "ping", "")).await;
    answer.is_ok_and(|answer| answer.status == 200)
}
