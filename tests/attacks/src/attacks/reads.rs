//! Responses that are read slowly or never, and kept things that are asked for again and again.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpSocket;
use tokio::time::sleep;

use crate::case::{Failure, Figures, Stage, each};
use crate::figure::Figure;
use crate::http1::Client;
use crate::message::{self, SESSION};

/// A client that takes as little as the system lets it, so that a response stays with the server.
async fn narrow(to: SocketAddr, last: u8) -> std::io::Result<Client> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), 0)))?;
    Ok(Client::new(socket.connect(to).await?))
}

/// Sends requests from several addresses, takes a byte of each response now and then.
async fn sipped(stage: &Arc<Stage>, request: Vec<u8>, count: usize, addresses: u8) -> Figures {
    let made = each(count, 64, |number| {
        let (stage, request) = (Arc::clone(stage), request.clone());
        async move {
            let last = 10 + u8::try_from(number % usize::from(addresses)).unwrap_or(0);
            let mut client = narrow(stage.address, last).await.ok()?;
            client.send(&request).await.ok()?;
            Some(client)
        }
    });
    let mut clients: Vec<Client> = made.await.into_iter().flatten().collect();
    let opened = clients.len();
    let began = Instant::now();
    while began.elapsed() < stage.over_after(30) {
        for client in &mut clients {
            client.taste().await;
        }
        sleep(Duration::from_millis(200)).await;
    }
    Ok(vec![Figure::least("requests sent", opened, count / 4)])
}

/// Responses of 1 MB to one address, a byte now and then.
pub async fn slowly(stage: Arc<Stage>) -> Figures {
    let call = message::call("big", r#"{"size":1000000}"#).bytes();
    // At once, that keeps two processors busy for a while: in the short form there are fewer.
    sipped(&stage, call, stage.count(800, 400), 1).await
}

/// The same to 32 addresses.
pub async fn slowly_by_many(stage: Arc<Stage>) -> Figures {
    let call = message::call("big", r#"{"size":1000000}"#).bytes();
    sipped(&stage, call, stage.count(960, 480), 32).await
}

/// The result of one task of 4 MB, asked for by many that do not take it.
pub async fn task_results(stage: Arc<Stage>) -> Figures {
    let answer = stage.ask(&message::call("done", r#"{"size":3900000}"#)).await?;
    let id = answer.member("taskId").ok_or_else(|| Failure::from(format!("no task: {answer:?}")))?;
    let get = message::task("tasks/get", id).bytes();
    sipped(&stage, get, 400, 8).await
}

/// Tasks of 4 MB each, more than a store in memory may hold.
pub async fn large_tasks(stage: Arc<Stage>) -> Figures {
    let call = message::call("done", r#"{"size":3900000}"#);
    let made = each(100, 8, |_| {
        let (stage, call) = (Arc::clone(&stage), call.clone());
        async move { stage.ask(&call).await.is_ok_and(|answer| answer.member("taskId").is_some()) }
    });
    let taken = made.await.into_iter().filter(|taken| *taken).count();
    Ok(vec![Figure::least("tasks", taken, 1)])
}

/// Streams of a session that are resumed again and again, and not read.
pub async fn resumed(stage: Arc<Stage>) -> Figures {
    let session = stage.session().await?;
    let mut client = stage.client().await?;
    client
        .send(&message::call_in(&session, "steps", r#"{"count":5,"pause":1,"size":900000}"#).bytes())
        .await?;
    // The id of the first event is enough; the rest is left.
    let mut text = String::new();
    while !text.contains("\nid: ") && !text.starts_with("id: ") {
        text += &client.text(4096).await?;
    }
    let id = text.lines().find_map(|line| line.strip_prefix("id: ")).ok_or("no event id")?.to_owned();
    drop(client);
    let fields = [
        ("mcp-session-id", session.as_str()),
        ("mcp-protocol-version", SESSION),
        ("last-event-id", id.trim()),
    ];
    let get = message::without_body("GET", "/mcp", &fields);
    let count = stage.count(3000, 600);
    let before = stage.probe.cpu();
    let made = each(count, 64, |number| {
        let (stage, get) = (Arc::clone(&stage), get.clone());
        async move {
            let mut client = narrow(stage.address, 1).await.ok()?;
            client.send(&get).await.ok()?;
            let status = client.head().await.map_or(0, |answer| answer.status);
            (number % 3 == 0).then_some((client, status))
        }
    });
    let held: Vec<(Client, u16)> = made.await.into_iter().flatten().collect();
    let spent = stage.probe.cpu().saturating_sub(before) / u32::try_from(count)?;
    let first = held.first().map_or(0, |(_, status)| *status);
    drop(held);
    stage.end_sessions(&[session]).await;
    Ok(vec![
        Figure::so("the first resumes", first, first == 200),
        Figure::within("CPU each", spent, Duration::from_millis(5)),
    ])
}

/// Streams of changes of many long URIs.
pub async fn long_subscriptions(stage: Arc<Stage>) -> Figures {
    let uris: Vec<String> =
        (0..480).map(|number| format!("\"victim://{number:04}{}\"", "x".repeat(8000))).collect();
    let params = format!(r#""notifications":{{"resourceSubscriptions":[{}]}},"#, uris.join(","));
    let listen = Arc::new(message::stateless("subscriptions/listen", None, &params).bytes());
    let made = each(400, 8, |number| {
        let (stage, listen) = (Arc::clone(&stage), Arc::clone(&listen));
        async move {
            let mut client = stage.leave_from(number, &listen).await.ok()?;
            let answer = client.head().await.ok()?;
            (answer.status == 200).then_some(client)
        }
    });
    let held: Vec<Client> = made.await.into_iter().flatten().collect();
    let before = stage.probe.cpu();
    for _ in 0..20 {
        stage.ask(&message::call("touch", "{}")).await?;
    }
    let spent = (stage.probe.cpu().saturating_sub(before)) / 20;
    Ok(vec![
        Figure::least("streams of 3.8 MB of URIs", held.len(), 1),
        Figure::within(format!("CPU for an announcement to {}", held.len()), spent, Duration::from_millis(5)),
    ])
}

/// Bodies in chunks whose extension, or whose trailer, never ends.
pub async fn chunk_extensions(stage: Arc<Stage>) -> Figures {
    let head = message::call("echo", "{}").chunked_head();
    let endings: [&[u8]; 2] = [b"1;x=", b"0\r\nx: "];
    let made = each(64, 64, |number| {
        let stage = Arc::clone(&stage);
        let bytes =
            [head.as_slice(), endings.iter().cycle().nth(number).copied().unwrap_or_default()].concat();
        async move {
            let mut client = stage.leave(&bytes).await.ok()?;
            let began = Instant::now();
            let more = "y".repeat(16 << 10);
            while began.elapsed() < stage.over_after(30) {
                if client.send(more.as_bytes()).await.is_err() || client.ends(Duration::from_millis(5)).await
                {
                    return Some(());
                }
            }
            None
        }
    });
    let ended = made.await.into_iter().flatten().count();
    Ok(vec![Figure::all("connections ended", ended, 64)])
}

/// A handshake of TLS of which a byte comes now and then: a record that announces more.
pub async fn slow_handshakes(stage: Arc<Stage>) -> Figures {
    let made = each(200, 200, |_| {
        let stage = Arc::clone(&stage);
        async move {
            let mut client = stage.leave(b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03").await.ok()?;
            let began = Instant::now();
            while began.elapsed() < 2 * stage.over_after(10) {
                if client.ends(Duration::from_millis(50)).await || client.send(b"x").await.is_err() {
                    return Some(began.elapsed());
                }
            }
            None
        }
    });
    let ended: Vec<Duration> = made.await.into_iter().flatten().collect();
    let last = ended.iter().max().copied().unwrap_or_default();
    Ok(vec![
        Figure::all("connections ended", ended.len(), 200),
        Figure::within("the last after", last, stage.over_after(10)),
    ])
}

/// Streams of sessions that are never read, of many addresses, while large progress is made.
pub async fn unread_sessions(stage: Arc<Stage>) -> Figures {
    let mut held = Vec::new();
    let mut sessions = Vec::new();
    for number in 0..64u8 {
        let from = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 10 + number % 8));
        let mut begun = Client::new(crate::http1::connect(from, stage.address).await?);
        let answer = begun.ask(&message::initialize(message::CLIENT)).await?;
        let Some(id) = answer.field("mcp-session-id") else { continue };
        let call = message::call_in(id, "big", r#"{"size":3900000}"#).bytes();
        for _ in 0..4 {
            let mut client = narrow(stage.address, 10 + number % 8).await?;
            client.send(&call).await?;
            held.push(client);
        }
        sessions.push(id.to_owned());
    }
    sleep(stage.over_after(30)).await;
    let ended = stage.end_sessions(&sessions).await;
    Ok(vec![Figure::all("sessions ended", ended, sessions.len())])
}
