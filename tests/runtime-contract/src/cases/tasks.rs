//! Tasks run concurrently; their handles join, abort and detach.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use pulseengine_mcp_runtime::prelude::*;
use pulseengine_mcp_runtime::sync::{Notify, oneshot};

use super::Dropped;
use crate::{Case, Verdict};

pub(super) const CASES: &[Case] = cases![
    spawn_is_concurrent,
    a_handle_returns_the_result,
    a_dropped_handle_detaches,
    abort_drops_the_task,
    abort_before_the_first_poll,
    abort_after_the_end_changes_nothing,
    an_abort_handle_aborts,
    a_task_can_abort_itself,
    a_task_spawns_tasks,
    a_destructor_may_spawn,
    yield_lets_others_run,
    spawn_blocking_delivers,
    ten_thousand_tasks_finish,
];

/// Only where a panic unwinds.
pub(super) const UNWINDING: &[Case] = cases![a_panic_is_reported];

fn text(error: impl ToString) -> String {
    error.to_string()
}

/// Two tasks that each wait for the other can only end if both run.
async fn spawn_is_concurrent() -> Verdict {
    let (ping, pinged) = oneshot::channel();
    let (pong, ponged) = oneshot::channel();
    let first = spawn(async move {
        let _ = ping.send(1);
        ponged.await
    });
    let second = spawn(async move {
        let got = pinged.await;
        let _ = pong.send(2);
        got
    });
    check!(first.await.map_err(text)? == Ok(2), "the first task got something else");
    check!(second.await.map_err(text)? == Ok(1), "the second task got something else");
    Ok(())
}

async fn a_handle_returns_the_result() -> Verdict {
    let task = spawn(async { "result".to_owned() });
    check!(task.await.map_err(text)? == "result", "another result");
    let task = spawn(async {});
    sleep(Duration::from_millis(20)).await;
    check!(task.is_finished(), "is_finished() does not see the end");
    task.await.map_err(text)
}

async fn a_dropped_handle_detaches() -> Verdict {
    let (tx, rx) = oneshot::channel();
    drop(spawn(async move {
        sleep(Duration::from_millis(10)).await;
        let _ = tx.send(());
    }));
    rx.await.map_err(text)
}

async fn abort_drops_the_task() -> Verdict {
    let dropped = Dropped::default();
    let guard = dropped.guard();
    let task = spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    yield_now().await;
    check!(!dropped.yes() && !task.is_finished(), "ended by itself");
    task.abort();
    let error = task.await.err().ok_or("an aborted task has a result")?;
    check!(error.is_cancelled() && !error.is_panic(), "the error is {error}");
    check!(dropped.yes(), "its destructors have not run");
    Ok(())
}

async fn abort_before_the_first_poll() -> Verdict {
    let dropped = Dropped::default();
    let guard = dropped.guard();
    let task = spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    task.abort();
    check!(task.await.is_err_and(|error| error.is_cancelled()), "not cancelled");
    check!(dropped.yes(), "its destructors have not run");
    Ok(())
}

async fn abort_after_the_end_changes_nothing() -> Verdict {
    let task = spawn(async { 5 });
    sleep(Duration::from_millis(20)).await;
    task.abort();
    check!(task.await.map_err(text)? == 5, "the result is lost");
    Ok(())
}

async fn an_abort_handle_aborts() -> Verdict {
    let task = spawn(sleep(Duration::from_secs(10)));
    let handle = task.abort_handle();
    let other = spawn(async move {
        sleep(Duration::from_millis(10)).await;
        handle.abort();
        handle
    });
    check!(task.await.is_err_and(|error| error.is_cancelled()), "not cancelled");
    check!(other.await.map_err(text)?.is_finished(), "is_finished() does not see the end");
    Ok(())
}

async fn a_task_can_abort_itself() -> Verdict {
    let (tx, rx) = oneshot::channel::<pulseengine_mcp_runtime::AbortHandle>();
    let task = spawn(async move {
        if let Ok(handle) = rx.await {
            handle.abort();
        }
        sleep(Duration::from_secs(10)).await;
    });
    let _ = tx.send(task.abort_handle());
    check!(task.await.is_err_and(|error| error.is_cancelled()), "not cancelled");
    Ok(())
}

async fn a_task_spawns_tasks() -> Verdict {
    fn tree(depth: u32, leaves: Arc<AtomicU32>) -> JoinHandle<()> {
        spawn(async move {
            if depth == 0 {
                leaves.fetch_add(1, Ordering::SeqCst);
                return;
            }
            let (left, right) = (tree(depth - 1, Arc::clone(&leaves)), tree(depth - 1, leaves));
            let _ = (left.await, right.await);
        })
    }
    let leaves = Arc::new(AtomicU32::new(0));
    tree(6, Arc::clone(&leaves)).await.map_err(text)?;
    check!(leaves.load(Ordering::SeqCst) == 64, "{leaves:?} of 64 leaves");
    Ok(())
}

async fn a_destructor_may_spawn() -> Verdict {
    struct SpawnOnDrop(Option<oneshot::Sender<()>>);
    impl Drop for SpawnOnDrop {
        fn drop(&mut self) {
            if let Some(tx) = self.0.take() {
                spawn(async move { tx.send(()) });
            }
        }
    }
    let (tx, rx) = oneshot::channel();
    let guard = SpawnOnDrop(Some(tx));
    let task = spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    yield_now().await;
    task.abort();
    rx.await.map_err(text)
}

async fn yield_lets_others_run() -> Verdict {
    let ran = Arc::new(AtomicU32::new(0));
    let other = Arc::clone(&ran);
    spawn(async move {
        other.fetch_add(1, Ordering::SeqCst);
    });
    let start = Instant::now();
    while ran.load(Ordering::SeqCst) == 0 && start.elapsed() < Duration::from_secs(5) {
        yield_now().await;
    }
    check!(ran.load(Ordering::SeqCst) == 1, "the other task never ran");
    Ok(())
}

async fn spawn_blocking_delivers() -> Verdict {
    let sum = spawn_blocking(|| (1..=1_000u64).sum::<u64>()).await.map_err(text)?;
    check!(sum == 500_500, "the result is {sum}");
    let done = Arc::new(Notify::new());
    let tell = Arc::clone(&done);
    drop(spawn_blocking(move || tell.notify_one()));
    done.notified().await;
    Ok(())
}

async fn ten_thousand_tasks_finish() -> Verdict {
    let tasks: Vec<_> = (0..10_000u64)
        .map(|number| {
            spawn(async move {
                yield_now().await;
                number
            })
        })
        .collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.map_err(text)?;
    }
    check!(sum == 49_995_000, "the sum is {sum}");
    Ok(())
}

#[expect(clippy::panic, reason = "this is what is tested")]
async fn a_panic_is_reported() -> Verdict {
    let error =
        spawn(async { panic!("expected in the contract") }).await.err().ok_or("a panic has a result")?;
    check!(error.is_panic() && !error.is_cancelled(), "the error is {error}");
    Ok(())
}
