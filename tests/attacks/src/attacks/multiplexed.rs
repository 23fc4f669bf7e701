//! HTTP/2: windows that stay closed, bodies that do not end, floods of frames.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::case::{Figures, Stage, each};
use crate::figure::Figure;
use crate::http1::ATTACKER;
use crate::http2::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, RST_STREAM, Raw, SETTINGS, field, fields,
    frame,
};
use crate::message::{self, Post};

const BODY_TIME: u64 = 30;

/// Posts on several connections, and waits until every stream is over.
async fn until_over(
    stage: &Arc<Stage>,
    connections: usize,
    streams: usize,
    post: Post,
    whole: bool,
) -> Figures {
    let most = stage.over_after(BODY_TIME) + Duration::from_secs(1);
    let made = each(connections, connections, |_| {
        let (stage, post) = (Arc::clone(stage), post.clone());
        async move {
            let mut raw = Raw::connect(ATTACKER, stage.address, 0).await.ok()?;
            raw.watch(Duration::from_millis(50)).await.ok()?;
            for _ in 0..streams {
                let sent = if whole { raw.post(&post).await } else { raw.begin(&post).await };
                // The server may have ended the connection already, which is as well.
                if sent.is_err() {
                    break;
                }
            }
            let began = Instant::now();
            raw.watch_until(most, |raw| raw.over() == raw.streams.len()).await.ok()?;
            Some((raw.streams.len(), raw.over(), began.elapsed()))
        }
    });
    let made: Vec<_> = made.await.into_iter().flatten().collect();
    let opened = made.iter().map(|(opened, ..)| opened).sum();
    let over = made.iter().map(|(_, over, _)| over).sum();
    let last = made.iter().map(|(.., time)| *time).max().unwrap_or_default();
    Ok(vec![
        Figure::all("connections", made.len(), connections),
        Figure::all("streams that are over", over, opened),
        Figure::within("the last after", last, most),
    ])
}

/// Calls that report progress, of which nothing is taken: three connections with 270 of them.
pub async fn closed_windows(stage: Arc<Stage>) -> Figures {
    let post = message::call("steps", r#"{"count":1000000,"pause":2,"size":0}"#);
    until_over(&stage, 3, 90, post, true).await
}

/// 1,000 answers that are not taken.
pub async fn closed_windows_of_answers(stage: Arc<Stage>) -> Figures {
    let post = message::call("big", r#"{"size":500000}"#);
    until_over(&stage, 10, 100, post, true).await
}

/// Heads without their bodies.
pub async fn silent_bodies(stage: Arc<Stage>) -> Figures {
    until_over(&stage, 10, 100, message::call("echo", "{}"), false).await
}

/// Bodies of 1 MB that do not end: as much as the windows let through, then silence.
pub async fn endless_bodies(stage: Arc<Stage>) -> Figures {
    let most = stage.over_after(BODY_TIME) + Duration::from_secs(3);
    let made = each(12, 12, |_| {
        let stage = Arc::clone(&stage);
        async move {
            let mut raw = Raw::connect(ATTACKER, stage.address, 1 << 20).await.ok()?;
            raw.watch(Duration::from_millis(50)).await.ok()?;
            let mut streams = Vec::new();
            for _ in 0..100 {
                streams.push(raw.begin(&message::call("echo", "{}")).await.ok()?);
            }
            let part = vec![b' '; 16 << 10];
            let mut sent = 0usize;
            let began = Instant::now();
            // More than the window is not polite; the server ends the connection, or does not read.
            'all: for _ in 0..62 {
                for stream in &streams {
                    let frame = frame(DATA, 0, *stream, &part);
                    let written = tokio::time::timeout(Duration::from_millis(500), raw.write(&frame)).await;
                    if !matches!(written, Ok(Ok(()))) {
                        break 'all;
                    }
                    sent += part.len();
                }
                raw.watch(Duration::from_millis(1)).await.ok()?;
                if raw.ended {
                    break;
                }
            }
            raw.watch_until(most, |raw| raw.over() == raw.streams.len()).await.ok()?;
            Some((sent, raw.over(), began.elapsed()))
        }
    });
    let made: Vec<_> = made.await.into_iter().flatten().collect();
    let sent: usize = made.iter().map(|(sent, ..)| sent).sum();
    let over = made.iter().map(|(_, over, _)| over).sum();
    let last = made.iter().map(|(.., time)| *time).max().unwrap_or_default();
    Ok(vec![
        Figure::all(format!("streams that are over ({} MB sent)", sent / 1_000_000), over, 1200),
        Figure::within("the last after", last, most),
    ])
}

/// The same, within the windows, so that nothing breaks the rules: the window is what the server gives.
pub async fn bodies_in_windows(stage: Arc<Stage>) -> Figures {
    let most = stage.over_after(BODY_TIME) + Duration::from_secs(1);
    let made = each(12, 12, |_| {
        let stage = Arc::clone(&stage);
        async move {
            let mut raw = Raw::connect(ATTACKER, stage.address, 1 << 20).await.ok()?;
            raw.watch(Duration::from_millis(50)).await.ok()?;
            let part = vec![b' '; 600];
            for _ in 0..100 {
                let stream = raw.begin(&message::call("echo", "{}")).await.ok()?;
                raw.write(&frame(DATA, 0, stream, &part)).await.ok()?;
            }
            let began = Instant::now();
            raw.watch_until(most, |raw| raw.over() == raw.streams.len()).await.ok()?;
            Some((raw.over(), began.elapsed()))
        }
    });
    let made: Vec<_> = made.await.into_iter().flatten().collect();
    let last = made.iter().map(|(_, time)| *time).max().unwrap_or_default();
    Ok(vec![
        Figure::all("streams that are over", made.iter().map(|(over, _)| over).sum(), 1200),
        Figure::within("the last after", last, most),
    ])
}

/// What a flood of frames comes to: bytes that were sent until the server ended the connection, or all of them.
async fn flood(stage: &Arc<Stage>, make: fn(&mut Raw) -> Vec<u8>, rounds: usize) -> Figures {
    let before = stage.probe.cpu();
    let began = Instant::now();
    let made = each(4, 4, |_| {
        let stage = Arc::clone(stage);
        async move {
            let mut raw = Raw::connect(ATTACKER, stage.address, 1 << 16).await.ok()?;
            let mut sent = 0usize;
            for _ in 0..rounds {
                let bytes = make(&mut raw);
                for part in bytes.chunks(32 << 10) {
                    let written = tokio::time::timeout(Duration::from_secs(2), raw.write(part)).await;
                    if !matches!(written, Ok(Ok(()))) {
                        raw.ended = true;
                        break;
                    }
                    sent += part.len();
                }
                raw.watch(Duration::from_millis(1)).await.ok()?;
                if raw.ended {
                    break;
                }
            }
            Some(sent)
        }
    });
    let sent: usize = made.await.into_iter().flatten().sum();
    let spent = stage.probe.cpu().saturating_sub(before);
    // 1 MB of anything: at most 100 ms, and the connections themselves.
    let most = Duration::from_millis(200)
        + Duration::from_millis(100) * u32::try_from(sent / 1_000_000).unwrap_or(u32::MAX);
    let what = format!("CPU for {sent} bytes in {:.1} s", began.elapsed().as_secs_f64());
    Ok(vec![Figure::within(what, spent, most)])
}

/// Streams that are opened and reset at once.
pub async fn rapid_reset(stage: Arc<Stage>) -> Figures {
    let make = |raw: &mut Raw| {
        let mut bytes = Vec::new();
        for _ in 0..100 {
            let stream = raw.open();
            let head = fields(&message::call("echo", "{}"));
            bytes.extend(frame(HEADERS, END_HEADERS | END_STREAM, stream, &head));
            bytes.extend(frame(RST_STREAM, 0, stream, &8u32.to_be_bytes()));
        }
        bytes
    };
    flood(&stage, make, 100).await
}

/// A head that never ends.
pub async fn continuations(stage: Arc<Stage>) -> Figures {
    let make = |raw: &mut Raw| {
        let stream = raw.open();
        let mut bytes = frame(HEADERS, 0, stream, &fields(&message::call("echo", "{}")));
        let more = field("x-more", &"y".repeat(8000));
        (0..1000).for_each(|_| bytes.extend(frame(CONTINUATION, 0, stream, &more)));
        bytes
    };
    flood(&stage, make, 1).await
}

/// Settings, pings and empty data without end.
pub async fn small_frames(stage: Arc<Stage>) -> Figures {
    let make = |raw: &mut Raw| {
        let stream = raw.open();
        let mut bytes = frame(HEADERS, END_HEADERS, stream, &fields(&message::call("echo", "{}")));
        for number in 0..1000u64 {
            bytes.extend(frame(PING, 0, 0, &number.to_be_bytes()));
            bytes.extend(frame(SETTINGS, 0, 0, &[]));
            bytes.extend(frame(DATA, 0, stream, &[]));
        }
        bytes
    };
    flood(&stage, make, 20).await
}
