//! More of HTTP/2: windows that are opened byte by byte or changed again and again, heads that grow when they are read.

use std::sync::Arc;
use std::time::Duration;

use crate::case::{Figures, Stage, each};
use crate::figure::Figure;
use crate::http1::ATTACKER;
use crate::http2::{DATA, END_HEADERS, END_STREAM, HEADERS, PING, Raw, SETTINGS, field, fields, frame};
use crate::message;

/// A frame that says how much more may be sent.
const WINDOW_UPDATE: u8 = 8;
const INITIAL_WINDOW: u16 = 4;

fn window_update(stream: u32, bytes: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &bytes.to_be_bytes())
}

fn initial_window(bytes: u32) -> Vec<u8> {
    let payload = [&INITIAL_WINDOW.to_be_bytes()[..], &bytes.to_be_bytes()].concat();
    frame(SETTINGS, 0, 0, &payload)
}

/// 1,000 answers of 500 kB, of which one byte after the other is taken.
pub async fn window_drip(stage: Arc<Stage>) -> Figures {
    let post = message::call("big", r#"{"size":500000}"#);
    let made = each(10, 10, |_| {
        let (stage, post) = (Arc::clone(&stage), post.clone());
        async move {
            let mut raw = Raw::connect(ATTACKER, stage.address, 0).await.ok()?;
            raw.watch(Duration::from_millis(50)).await.ok()?;
            let mut streams = Vec::new();
            for _ in 0..100 {
                streams.extend(raw.post(&post).await);
            }
            let end = std::time::Instant::now() + stage.over_after(30);
            while std::time::Instant::now() < end && !raw.ended {
                let bytes: Vec<u8> = streams.iter().flat_map(|stream| window_update(*stream, 1)).collect();
                if raw.write(&bytes).await.is_err() {
                    break;
                }
                raw.watch(Duration::from_millis(20)).await.ok()?;
            }
            Some(streams.len())
        }
    });
    let sent: usize = made.await.into_iter().flatten().sum();
    Ok(vec![Figure::least("requests sent", sent, 100)])
}

/// Bytes that a flood of frames sends on a connection with 100 streams whose bodies are awaited.
async fn flood(stage: &Arc<Stage>, frames: Vec<u8>, rounds: usize) -> Figures {
    let before = stage.probe.cpu();
    let frames = Arc::new(frames);
    let made = each(4, 4, |_| {
        let (stage, frames) = (Arc::clone(stage), Arc::clone(&frames));
        async move {
            let mut raw = Raw::connect(ATTACKER, stage.address, 1 << 16).await.ok()?;
            raw.watch(Duration::from_millis(50)).await.ok()?;
            for _ in 0..50 {
                raw.begin(&message::call("echo", "{}")).await.ok()?;
            }
            let mut sent = 0usize;
            for _ in 0..rounds {
                let written = tokio::time::timeout(Duration::from_secs(2), raw.write(&frames)).await;
                if !matches!(written, Ok(Ok(()))) {
                    break;
                }
                sent += frames.len();
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
    let most = Duration::from_millis(300)
        + Duration::from_millis(100) * u32::try_from(sent / 1_000_000).unwrap_or(u32::MAX);
    Ok(vec![Figure::within(format!("CPU for {sent} bytes"), spent, most)])
}

/// The window of all streams is changed again and again, which every stream has to be told of.
pub async fn window_settings(stage: Arc<Stage>) -> Figures {
    let frames: Vec<u8> = (0..1000).flat_map(|number| initial_window(65_535 + number % 2)).collect();
    flood(&stage, frames, 20).await
}

/// Windows that are opened byte by byte, pings, and frames of types that mean nothing.
pub async fn small_windows(stage: Arc<Stage>) -> Figures {
    let one = [window_update(0, 1), frame(PING, 0, 0, &[0; 8]), frame(0x42, 0, 0, b"nothing")].concat();
    flood(&stage, one.repeat(1000), 20).await
}

/// Heads that grow when they are read: a field of 4,000 bytes is kept in the table and named again and again.
pub async fn growing_heads(stage: Arc<Stage>) -> Figures {
    let made = each(12, 12, |_| {
        let stage = Arc::clone(&stage);
        async move {
            let mut raw = Raw::connect(ATTACKER, stage.address, 1 << 16).await.ok()?;
            raw.watch(Duration::from_millis(50)).await.ok()?;
            let mut block = fields(&message::call("echo", "{}"));
            // Kept in the table (RFC 7541, 6.2.1), then named by its index: the first after the static ones.
            let mut kept = field("x-long", &"y".repeat(3900));
            if let Some(first) = kept.first_mut() {
                *first = 0x40;
            }
            let mut first = block.clone();
            first.extend(kept);
            block.extend([0x80 | 62; 14]);
            for number in 0..100 {
                let stream = raw.open();
                let head = if number == 0 { &first } else { &block };
                raw.write(&frame(HEADERS, END_HEADERS, stream, head)).await.ok()?;
                raw.write(&frame(DATA, 0, stream, b" ")).await.ok()?;
            }
            raw.watch(stage.over_after(30)).await.ok()?;
            Some(raw.over())
        }
    });
    let over: Vec<usize> = made.await.into_iter().flatten().collect();
    Ok(vec![Figure::all("streams that are over", over.iter().sum(), 100 * over.len().max(1))])
}

/// Requests that are whole, reset as soon as their handlers are at work.
pub async fn reset_at_work(stage: Arc<Stage>) -> Figures {
    let call = message::call("wait", r#"{"kept":"a"}"#);
    let made = each(8, 8, |_| {
        let (stage, call) = (Arc::clone(&stage), call.clone());
        async move {
            let mut raw = Raw::connect(ATTACKER, stage.address, 1 << 16).await.ok()?;
            raw.watch(Duration::from_millis(50)).await.ok()?;
            for _ in 0..20 {
                let mut streams = Vec::new();
                for _ in 0..50 {
                    let stream = raw.open();
                    let mut bytes = frame(HEADERS, END_HEADERS, stream, &fields(&call));
                    bytes.extend(frame(DATA, END_STREAM, stream, call.body.as_bytes()));
                    if raw.write(&bytes).await.is_err() {
                        return Some(());
                    }
                    streams.push(stream);
                }
                raw.watch(Duration::from_millis(10)).await.ok()?;
                for stream in streams {
                    // CANCEL.
                    if raw.write(&frame(3, 0, stream, &8u32.to_be_bytes())).await.is_err() {
                        return Some(());
                    }
                }
            }
            Some(())
        }
    });
    let connections = made.await.into_iter().flatten().count();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let at_work: usize = stage.text_of(&message::call("at_work", "{}")).await?.parse()?;
    Ok(vec![Figure::all("connections", connections, 8), Figure::most("at work after", at_work, 0)])
}
