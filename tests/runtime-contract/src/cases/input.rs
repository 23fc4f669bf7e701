//! Standard input, written by the driver after it has read the line `feed` (see README.md).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use pulseengine_mcp_runtime::io::{Lines, Stdin};
use pulseengine_mcp_runtime::prelude::*;

use crate::{Case, Verdict};

pub(super) const CASES: &[Case] = cases![standard_input];

/// One case for the whole stream, because the buffer must stay the same.
async fn standard_input() -> Verdict {
    let mut lines = BufReader::new(stdin()).lines();
    does_not_stop_tasks(&mut lines).await?;
    a_cancelled_read_loses_nothing(&mut lines).await?;
    the_end_is_seen(&mut lines).await
}

async fn next(lines: &mut Lines<BufReader<Stdin>>) -> Result<Option<String>, String> {
    lines.next_line().await.map_err(|error| error.to_string())
}

async fn does_not_stop_tasks(lines: &mut Lines<BufReader<Stdin>>) -> Verdict {
    let ticks = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&ticks);
    let ticker = spawn(async move {
        loop {
            sleep(Duration::from_millis(10)).await;
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let first = next(lines).await?;
    ticker.abort();
    let ticks = ticks.load(Ordering::SeqCst);
    check!(first.as_deref() == Some("one"), "the first line is {first:?}");
    check!(ticks >= 8, "a task ran {ticks} times while input was awaited for 200 ms, not about 20 times");
    Ok(())
}

async fn a_cancelled_read_loses_nothing(lines: &mut Lines<BufReader<Stdin>>) -> Verdict {
    let mut cancelled = 0;
    let second = loop {
        match timeout(Duration::from_millis(15), next(lines)).await {
            Ok(line) => break line?,
            Err(_) => cancelled += 1,
        }
    };
    check!(second.as_deref() == Some("two"), "the second line is {second:?}");
    check!(cancelled >= 3, "the second line came in one piece: only {cancelled} reads were cancelled");
    Ok(())
}

async fn the_end_is_seen(lines: &mut Lines<BufReader<Stdin>>) -> Verdict {
    let last = next(lines).await?;
    check!(last.as_deref() == Some("three"), "the last line is {last:?}");
    for _ in 0..2 {
        let end = next(lines).await?;
        check!(end.is_none(), "after the end comes {end:?}");
    }
    Ok(())
}
