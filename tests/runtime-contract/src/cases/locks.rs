//! Locks and channels really make tasks wait for each other.

use std::sync::Arc;

use pulseengine_mcp_runtime::prelude::*;
use pulseengine_mcp_runtime::sync::{Mutex, OnceCell, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};

use crate::{Case, Verdict};

pub(super) const CASES: &[Case] = cases![
    mutex_waits,
    rwlock_waits,
    semaphore_waits,
    oneshot_waits,
    mpsc_waits_both_ways,
    broadcast_reaches_all,
    watch_sees_the_change,
    once_cell_runs_once,
];

const SHORT: Duration = Duration::from_millis(20);

fn text(error: impl ToString) -> String {
    error.to_string()
}

async fn mutex_waits() -> Verdict {
    let counter = Arc::new(Mutex::new(0));
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let counter = Arc::clone(&counter);
            spawn(async move {
                let mut value = counter.lock().await;
                let before = *value;
                sleep(Duration::from_millis(2)).await;
                *value = before + 1;
            })
        })
        .collect();
    for task in tasks {
        task.await.map_err(text)?;
    }
    check!(*counter.lock().await == 10, "updates were lost");
    Ok(())
}

async fn rwlock_waits() -> Verdict {
    let lock = Arc::new(RwLock::new(0));
    let other = Arc::clone(&lock);
    let reading = lock.read().await;
    let second = lock.read().await;
    let writer = spawn(async move { *other.write().await = 1 });
    sleep(SHORT).await;
    check!(*reading == 0 && *second == 0 && !writer.is_finished(), "written while being read");
    drop((reading, second));
    writer.await.map_err(text)?;
    check!(*lock.read().await == 1, "not written");
    Ok(())
}

async fn semaphore_waits() -> Verdict {
    let semaphore = Arc::new(Semaphore::new(1));
    let permit = semaphore.acquire().await.map_err(text)?;
    let other = Arc::clone(&semaphore);
    let waiting = spawn(async move { other.acquire().await.is_ok() });
    sleep(SHORT).await;
    check!(!waiting.is_finished(), "two holders of one permit");
    drop(permit);
    check!(waiting.await.map_err(text)?, "closed");
    Ok(())
}

async fn oneshot_waits() -> Verdict {
    let (tx, rx) = oneshot::channel();
    spawn(async move {
        sleep(SHORT).await;
        tx.send(3)
    });
    check!(rx.await == Ok(3), "not received");
    let (tx, rx) = oneshot::channel::<()>();
    drop(tx);
    check!(rx.await.is_err(), "received from a dropped sender");
    Ok(())
}

async fn mpsc_waits_both_ways() -> Verdict {
    let (tx, mut rx) = mpsc::channel(1);
    let sender = spawn(async move {
        for number in 0..5 {
            if tx.send(number).await.is_err() {
                return false;
            }
        }
        true
    });
    sleep(SHORT).await;
    check!(!sender.is_finished(), "a full channel took more");
    let mut got = Vec::new();
    while let Some(number) = rx.recv().await {
        got.push(number);
    }
    check!(got == [0, 1, 2, 3, 4], "received {got:?}");
    check!(sender.await.map_err(text)?, "the channel was closed");
    let (tx, mut rx) = mpsc::unbounded_channel();
    spawn(async move {
        sleep(SHORT).await;
        tx.send(9)
    });
    check!(rx.recv().await == Some(9), "an empty channel did not wait");
    Ok(())
}

async fn broadcast_reaches_all() -> Verdict {
    let (tx, mut first) = broadcast::channel(4);
    let mut second = tx.subscribe();
    let other = spawn(async move { second.recv().await });
    sleep(SHORT).await;
    tx.send(6).map_err(text)?;
    check!(first.recv().await == Ok(6), "the first receiver missed it");
    check!(other.await.map_err(text)? == Ok(6), "the second receiver missed it");
    Ok(())
}

async fn watch_sees_the_change() -> Verdict {
    let (tx, mut rx) = watch::channel(0);
    spawn(async move {
        sleep(SHORT).await;
        tx.send(8)
    });
    rx.changed().await.map_err(text)?;
    check!(*rx.borrow() == 8, "saw {}", *rx.borrow());
    Ok(())
}

async fn once_cell_runs_once() -> Verdict {
    let cell = Arc::new(OnceCell::new());
    let other = Arc::clone(&cell);
    let first = spawn(async move {
        *other
            .get_or_init(|| async {
                sleep(SHORT).await;
                1
            })
            .await
    });
    sleep(Duration::from_millis(5)).await;
    check!(*cell.get_or_init(|| async { 2 }).await == 1, "initialised twice");
    check!(first.await.map_err(text)? == 1, "the first caller got another value");
    Ok(())
}
