//! A `TaskSet` runs its futures concurrently inside one task.

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use pulseengine_mcp_runtime::prelude::*;
use pulseengine_mcp_runtime::sync::mpsc;

use super::Dropped;
use crate::{Case, Verdict};

pub(super) const CASES: &[Case] = cases![
    set_yields_in_order_of_completion,
    set_cancel_drops_at_once,
    set_polls_only_what_was_woken,
    set_is_woken_from_other_tasks,
    set_takes_turns,
    set_reuses_slots_safely,
    a_dropped_set_drops_its_futures,
];

async fn set_yields_in_order_of_completion() -> Verdict {
    let mut set = TaskSet::new();
    for millis in [60, 20, 40] {
        set.push(Box::pin(async move {
            sleep(Duration::from_millis(millis)).await;
            millis
        }));
    }
    check!(set.len() == 3, "len() is {}", set.len());
    let start = Instant::now();
    let got = [set.next().await, set.next().await, set.next().await, set.next().await];
    check!(got == [Some(20), Some(40), Some(60), None], "got {got:?}");
    check!(start.elapsed() < Duration::from_millis(110), "one after the other: {:?}", start.elapsed());
    check!(set.is_empty(), "not empty");
    Ok(())
}

async fn set_cancel_drops_at_once() -> Verdict {
    let mut set = TaskSet::new();
    let dropped = Dropped::default();
    let guard = dropped.guard();
    let key = set.push(Box::pin(async move {
        let _guard = guard;
        pending::<()>().await;
    }));
    set.push(Box::pin(async {}));
    set.next().await;
    check!(!dropped.yes(), "dropped before it was cancelled");
    check!(set.cancel(key), "cancel() did not find it");
    check!(dropped.yes(), "not dropped");
    check!(!set.cancel(key), "cancelled twice");
    check!(set.next().await.is_none(), "something is left");
    Ok(())
}

async fn set_polls_only_what_was_woken() -> Verdict {
    let polls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&polls);
    let mut set = TaskSet::new();
    set.push(Box::pin(poll_fn(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Poll::<()>::Pending
    })));
    set.push(Box::pin(async {
        for _ in 0..50 {
            yield_now().await;
        }
        sleep(Duration::from_millis(10)).await;
    }));
    set.next().await;
    let polls = polls.load(Ordering::SeqCst);
    check!(polls == 1, "a future that nobody woke was polled {polls} times");
    Ok(())
}

async fn set_is_woken_from_other_tasks() -> Verdict {
    let mut set = TaskSet::new();
    let mut senders = Vec::new();
    for _ in 0..10 {
        let (tx, mut rx) = mpsc::channel(1);
        senders.push(tx);
        set.push(Box::pin(async move { rx.recv().await }));
    }
    spawn(async move {
        for (number, tx) in senders.into_iter().enumerate() {
            sleep(Duration::from_millis(2)).await;
            let _ = tx.send(number).await;
        }
    });
    for number in 0..10 {
        let got = set.next().await;
        check!(got == Some(Some(number)), "got {got:?} instead of {number}");
    }
    Ok(())
}

/// Neither the other futures nor the task around the set starve.
async fn set_takes_turns() -> Verdict {
    let mut set = TaskSet::new();
    set.push(Box::pin(async {
        loop {
            yield_now().await;
        }
    }));
    set.push(Box::pin(async {
        for _ in 0..10 {
            yield_now().await;
        }
    }));
    check!(timeout(Duration::from_secs(5), set.next()).await.is_ok(), "the second future starved");
    let limited = timeout(Duration::from_millis(50), set.next()).await;
    check!(limited.is_err(), "an endless future ended");
    Ok(())
}

async fn set_reuses_slots_safely() -> Verdict {
    let mut set = TaskSet::new();
    let mut stale = Vec::new();
    for round in 0..1_000 {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        let cancelled = set.push(Box::pin(async move { rx.recv().await }));
        stale.push((cancelled, tx));
        if round % 2 == 0 {
            set.cancel(cancelled);
        }
        set.push(Box::pin(async move { Some(round) }));
        check!(set.next().await == Some(Some(round)), "round {round} got another result");
    }
    check!(set.len() == 500, "{} futures are left", set.len());
    for (number, (key, tx)) in stale.into_iter().enumerate() {
        let sent = tx.send(1).await.is_ok();
        check!(sent == (number % 2 == 1), "future {number} lives: {sent}");
        check!(!sent || set.next().await == Some(Some(1)), "future {number} was not woken");
        check!(!set.cancel(key), "the key of future {number} names another one");
    }
    check!(set.is_empty(), "not empty");
    Ok(())
}

async fn a_dropped_set_drops_its_futures() -> Verdict {
    let dropped = Dropped::default();
    let guard = dropped.guard();
    let mut set = TaskSet::new();
    set.push(Box::pin(async move {
        let _guard = guard;
        pending::<()>().await;
    }));
    let waited = timeout(Duration::from_millis(5), set.next()).await;
    check!(waited.is_err() && !dropped.yes(), "ended by itself");
    drop(set);
    check!(dropped.yes(), "not dropped");
    Ok(())
}
