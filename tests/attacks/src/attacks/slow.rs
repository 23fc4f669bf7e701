//! Heads, bodies and responses that do not go on (HTTP/1.1 and TLS).

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::case::{Failure, Figures, Stage, each};
use crate::figure::Figure;
use crate::http1::{Answer, Client};
use crate::message::{self, Post};

/// The default limits of time, in seconds.
const HEAD_TIME: u64 = 10;
const BODY_TIME: u64 = 30;

fn echo() -> Post {
    message::call("echo", r#"{"message":"hi"}"#)
}

/// How a connection ended: the status of an answer, 0 without one, and after what time.
type End = (u16, Duration);

/// Sends the bytes, waits for an answer.
async fn answered(stage: Arc<Stage>, bytes: Vec<u8>) -> Result<(End, Client), io::Error> {
    let mut client = stage.client().await?;
    client.send(&bytes).await?;
    let began = Instant::now();
    let answer = client.head().await;
    Ok((end_of(answer, began)?, client))
}

/// The end of a connection; an error when there was none.
fn end_of(answer: io::Result<Answer>, began: Instant) -> io::Result<End> {
    match answer {
        Ok(answer) => Ok((answer.status, began.elapsed())),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(error),
        Err(_) => Ok((0, began.elapsed())),
    }
}

fn counted(ends: &[End]) -> String {
    let mut counts = BTreeMap::new();
    ends.iter().for_each(|(status, _)| *counts.entry(*status).or_insert(0usize) += 1);
    let counts: Vec<_> = counts.iter().map(|(status, count)| format!("{count} times {status}")).collect();
    counts.join(", ")
}

/// All connections ended, and in time.
fn judged(all: usize, ends: &[End], most: Duration) -> Vec<Figure> {
    let last = ends.iter().map(|(_, time)| *time).max().unwrap_or_default();
    vec![
        Figure::all(format!("answered or ended ({})", counted(ends)), ends.len(), all),
        Figure::within("the last after", last, most),
    ]
}

/// A head that announces a body, then silence.
pub async fn bodies(stage: Arc<Stage>) -> Figures {
    let count = 1024;
    let went = each(count, 128, |number| {
        let head = if number % 2 == 0 { echo().head() } else { echo().chunked_head() };
        // All are open at once: the answer is waited for outside.
        let stage = Arc::clone(&stage);
        async move { stage.leave(&head).await.map(|client| (client, Instant::now())) }
    });
    let open: Vec<_> = went.await.into_iter().flatten().collect();
    let opened = open.len();
    let mut ends = Vec::new();
    for (mut client, began) in open {
        ends.extend(end_of(client.head().await, began));
    }
    let mut figures = judged(opened, &ends, stage.over_after(BODY_TIME));
    let refused = |status: u16| matches!(status, 0 | 408 | 429 | 503);
    figures.push(Figure::all(
        "with 408, 429, 503 or the end",
        ends.iter().filter(|end| refused(end.0)).count(),
        ends.len(),
    ));
    figures.push(Figure::least("opened", opened, count * 9 / 10));
    Ok(figures)
}

/// The same, from a client that first wants to hear that it may send.
pub async fn expectation(stage: Arc<Stage>) -> Figures {
    let head = echo().field("expect", "100-continue").head();
    let made = each(100, 100, |_| answered_after_100(Arc::clone(&stage), head.clone())).await;
    let ends: Vec<End> = made.into_iter().flatten().collect();
    Ok(judged(100, &ends, stage.over_after(BODY_TIME)))
}

async fn answered_after_100(stage: Arc<Stage>, head: Vec<u8>) -> io::Result<End> {
    let began = Instant::now();
    let (mut end, mut client) = answered(stage, head).await?;
    if end.0 == 100 {
        end = end_of(client.head().await, began)?;
    }
    Ok(end)
}

/// One byte after the other, each in time, but never the end; `pause` is unscaled, in milliseconds.
async fn drip(stage: &Arc<Stage>, begin: Vec<u8>, drop: &'static [u8], pause: u64, limit: u64) -> Figures {
    let pause = Duration::from_millis(pause) / stage.scale;
    let most = stage.over_after(limit);
    let made = each(150, 150, |_| {
        let (stage, begin) = (Arc::clone(stage), begin.clone());
        async move {
            let mut client = stage.leave(&begin).await?;
            let began = Instant::now();
            loop {
                if client.ends(pause).await {
                    return Ok(end_of(client.head().await, began)?);
                }
                if began.elapsed() > 2 * most {
                    return Err(Failure::from("it goes on for ever"));
                }
                // When the server has closed, the next look shows it.
                let _ = client.send(drop).await;
            }
        }
    });
    let ends: Vec<End> = made.await.into_iter().flatten().collect();
    Ok(judged(150, &ends, most))
}

/// A head of which one byte comes each second.
pub async fn head_drip(stage: Arc<Stage>) -> Figures {
    drip(&stage, b"POST /mcp HTTP/1.1\r\nhost: localhost\r\nx-long: ".to_vec(), b"x", 1000, HEAD_TIME).await
}

/// A body in chunks of one byte, one each five seconds.
pub async fn chunk_drip(stage: Arc<Stage>) -> Figures {
    drip(&stage, echo().chunked_head(), b"1\r\n \r\n", 5000, BODY_TIME).await
}

/// The beginning of HTTP/2 that stops.
pub async fn preface(stage: Arc<Stage>) -> Figures {
    let made = each(200, 200, |_| {
        let stage = Arc::clone(&stage);
        async move { answered(stage, b"PRI * HT".to_vec()).await.map(|(end, _)| end) }
    });
    let ends: Vec<End> = made.await.into_iter().flatten().collect();
    Ok(judged(200, &ends, stage.over_after(HEAD_TIME)))
}

/// A handshake of TLS that stops: nothing, a part of a record, a record that announces more.
pub async fn handshakes(stage: Arc<Stage>) -> Figures {
    const BEGINNINGS: [&[u8]; 3] = [b"", b"\x16\x03\x01", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"];
    let made = each(300, 300, |number| {
        let (stage, bytes) = (Arc::clone(&stage), BEGINNINGS.iter().cycle().nth(number).copied());
        async move {
            let mut client = stage.leave(bytes.unwrap_or_default()).await?;
            let began = Instant::now();
            let ended = client.ends(Duration::from_secs(20)).await;
            if ended { Ok((0, began.elapsed())) } else { Err(io::Error::from(io::ErrorKind::TimedOut)) }
        }
    });
    let ends: Vec<End> = made.await.into_iter().flatten().collect();
    Ok(judged(300, &ends, stage.over_after(HEAD_TIME)))
}

/// Answers that are not taken.
pub async fn unread_answers(stage: Arc<Stage>) -> Figures {
    let count = stage.count(300, 150);
    let big = message::call("big", r#"{"size":4000000}"#).bytes();
    let made = each(count, 64, |_| {
        let (stage, big) = (Arc::clone(&stage), big.clone());
        async move { stage.leave(&big).await }
    });
    let mut clients: Vec<Client> = made.await.into_iter().flatten().collect();
    let opened = clients.len();
    // A tenth takes a byte now and then.
    let most = stage.over_after(BODY_TIME);
    let began = Instant::now();
    while began.elapsed() < most {
        for client in clients.iter_mut().take(opened / 10) {
            let _ = client.sip(1).await;
        }
        tokio::time::sleep(Duration::from_secs(1) / stage.scale).await;
    }
    let mut ended = 0;
    for mut client in clients.split_off(opened / 10) {
        ended += usize::from(client.ends(Duration::from_secs(2)).await);
    }
    let text = format!("connections that took nothing and were ended within {most:?}");
    Ok(vec![Figure::all(text, ended, opened - opened / 10)])
}

/// Requests one behind the other, whose answers are not read.
pub async fn pipelined(stage: Arc<Stage>) -> Figures {
    let size = r#"{"size":20000}"#;
    let many = message::call("big", size).bytes().repeat(500);
    let made = each(100, 100, |_| {
        let (stage, many) = (Arc::clone(&stage), many.clone());
        async move {
            let mut client = stage.client().await?;
            // The server stops to read; that is what has to happen.
            let sent = tokio::time::timeout(Duration::from_secs(1), client.send(&many)).await;
            Ok::<_, io::Error>((client, sent.is_ok()))
        }
    });
    let clients: Vec<_> = made.await.into_iter().flatten().collect();
    tokio::time::sleep(stage.over_after(BODY_TIME)).await;
    let mut ended = 0;
    for (mut client, _) in clients {
        ended += usize::from(client.ends(Duration::from_secs(2)).await);
    }
    Ok(vec![Figure::all("ended", ended, 100)])
}

/// Heads that are too long, in every way.
pub async fn long_heads(stage: Arc<Stage>) -> Figures {
    let many: Vec<u8> = (0..2000).flat_map(|number| format!("x-{number}: y\r\n").into_bytes()).collect();
    let heads: [Vec<u8>; 4] = [
        [b"GET /mcp HTTP/1.1\r\nhost: localhost\r\n".to_vec(), many, b"\r\n".to_vec()].concat(),
        [b"GET /mcp HTTP/1.1\r\nx: ".to_vec(), vec![b'y'; 300 << 10]].concat(),
        [b"GET /".to_vec(), vec![b'y'; 300 << 10]].concat(),
        vec![b'A'; 300 << 10],
    ];
    let made = each(200, 50, |number| {
        let (stage, head) =
            (Arc::clone(&stage), heads.iter().cycle().nth(number).cloned().unwrap_or_default());
        async move {
            let mut client = stage.client().await?;
            // The server may have answered and closed in the middle.
            let _ = client.send(&head).await;
            end_of(client.head().await, Instant::now())
        }
    });
    let ends: Vec<End> = made.await.into_iter().flatten().collect();
    let refused = ends.iter().filter(|(status, _)| matches!(status, 0 | 400 | 414 | 431)).count();
    Ok(vec![Figure::all(format!("refused ({})", counted(&ends)), refused, 200)])
}
