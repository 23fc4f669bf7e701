//! With feature `wstd`, futures of the `wstd` crate run inside tasks, and the names of the runtime inside its tasks.

use pulseengine_mcp_runtime::prelude::*;

use crate::{Case, Verdict};

pub(super) const CASES: &[Case] = cases![wstd_timers_run_in_tasks, wstd_tasks_may_spawn];

async fn wstd_timers_run_in_tasks() -> Verdict {
    let start = Instant::now();
    let theirs = spawn(async { wstd::task::sleep(wstd::time::Duration::from_millis(60)).await });
    sleep(Duration::from_millis(60)).await;
    theirs.await.map_err(|error| error.to_string())?;
    let took = start.elapsed();
    check!(took >= Duration::from_millis(60), "two sleeps of 60 ms took only {took:?}");
    check!(took < Duration::from_millis(110), "two sleeps of 60 ms took {took:?}");
    Ok(())
}

async fn wstd_tasks_may_spawn() -> Verdict {
    let theirs = wstd::runtime::spawn(async {
        wstd::task::sleep(wstd::time::Duration::from_millis(10)).await;
        spawn(async { 4 }).await
    });
    let got = theirs.await.map_err(|error| error.to_string())?;
    check!(got == 4, "got {got}");
    Ok(())
}
