//! The soak: 100 requests a second and 100 streams for a while; some clients die in the middle, half of these clients are slow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use crate::case::{Figures, Stage};
use crate::figure::Figure;
use crate::message;

/// Requests a second, besides those of the good client.
const RATE: u32 = 80;

/// Streams that stay open.
const STREAMS: usize = 100;

/// One client in so many dies in the middle of its request.
const DYING: usize = 20;

#[derive(Default)]
struct Counts {
    answered: AtomicUsize,
    failed: AtomicUsize,
}

/// Runs it.
pub async fn soak(stage: Arc<Stage>) -> Figures {
    let time = Duration::from_secs(if stage.full { 600 } else { 60 });
    // After this nothing may grow any more.
    let settled = if stage.full { Duration::from_secs(120) } else { time / 3 };
    let mut streams = Vec::new();
    let listen =
        message::stateless("subscriptions/listen", None, r#""notifications":{"toolsListChanged":true},"#);
    for _ in 0..STREAMS {
        let mut client = stage.leave(&listen.bytes()).await?;
        client.head().await?;
        streams.push(client);
    }
    let counts = Arc::new(Counts::default());
    let mut clients = JoinSet::new();
    let mut pace = interval(Duration::from_secs(1) / RATE);
    let began = Instant::now();
    let (mut number, mut memory, mut descriptors) = (0, Vec::new(), Vec::new());
    while began.elapsed() < time {
        pace.tick().await;
        clients.spawn(client(Arc::clone(&stage), Arc::clone(&counts), number));
        while clients.try_join_next().is_some() {}
        number += 1;
        // Twice a second.
        if number % 40 == 0 && began.elapsed() >= settled {
            memory.push(stage.probe.memory());
            descriptors.push(stage.probe.descriptors());
        }
        if number % 400 == 0 {
            stage.ask(&message::call("touch", "{}")).await?;
        }
    }
    while clients.join_next().await.is_some() {}
    let mut open = 0;
    for mut stream in streams {
        open += usize::from(stream.hears("tools/list_changed", Duration::from_millis(200)).await);
    }
    let third = (memory.len() / 3).max(1);
    let mean = |part: &[u64]| part.iter().sum::<u64>() / u64::try_from(part.len().max(1)).unwrap_or(1);
    let first = mean(memory.get(..third).unwrap_or_default());
    let last = mean(memory.get(memory.len().saturating_sub(third)..).unwrap_or_default());
    let most = |part: &[usize]| part.iter().copied().max().unwrap_or_default();
    let early = most(descriptors.get(..third).unwrap_or_default());
    let late = most(descriptors.get(descriptors.len().saturating_sub(third)..).unwrap_or_default());
    let failed = counts.failed.load(SeqCst);
    Ok(vec![
        Figure::most(format!("errors, of {} requests", counts.answered.load(SeqCst) + failed), failed, 0),
        Figure::all("streams that heard the changes", open, STREAMS),
        Figure::memory(format!("memory at the end ({first} KiB before)"), last, first + first / 50),
        Figure::most(format!("descriptors at the end ({early} before)"), late, early + early / 10 + 8),
    ])
}

/// One client: it calls, and most wait for the answer. Those that die count as nothing.
async fn client(stage: Arc<Stage>, counts: Arc<Counts>, number: usize) {
    let post = match number % 3 {
        0 => message::call("echo", r#"{"message":"soak"}"#),
        1 => message::call("steps", r#"{"count":5,"pause":20,"size":10}"#),
        _ => message::call("big", r#"{"size":50000}"#),
    };
    let bytes = post.bytes();
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let slow = number.is_multiple_of(2);
    let dies = number.is_multiple_of(DYING);
    let served = async {
        let mut client = stage.leave(first).await?;
        if slow {
            sleep(Duration::from_millis(150)).await;
        }
        if dies && number.is_multiple_of(2 * DYING) {
            return Ok(None);
        }
        client.send(second).await?;
        if dies {
            sleep(Duration::from_millis(20)).await;
            return Ok(None);
        }
        if slow {
            sleep(Duration::from_millis(150)).await;
        }
        client.answer().await.map(Some)
    };
    let served: std::io::Result<_> = served.await;
    match served {
        _ if dies => {}
        Ok(Some(answer)) if answer.status == 200 => drop(counts.answered.fetch_add(1, SeqCst)),
        _ => drop(counts.failed.fetch_add(1, SeqCst)),
    }
}
