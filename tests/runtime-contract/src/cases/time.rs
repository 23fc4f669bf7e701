//! Time passes for all tasks at once, and a timeout really ends what it limits.

use std::future::pending;

use pulseengine_mcp_runtime::prelude::*;
use pulseengine_mcp_runtime::{MissedTickBehavior, interval_at, timeout_at};

use super::Dropped;
use crate::{Case, Verdict};

pub(super) const CASES: &[Case] = cases![
    sleeps_overlap,
    sleep_until_the_past_is_ready,
    timeout_fires_and_drops,
    timeout_passes_a_result_on,
    timeout_counts_from_the_call,
    timeout_of_zero_polls_once,
    interval_ticks,
    interval_skips_what_was_missed,
    instant_arithmetic,
    a_sleep_can_be_reset,
    many_timers,
    timers_fire_between_busy_tasks,
];

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

async fn sleeps_overlap() -> Verdict {
    let start = Instant::now();
    let other = spawn(sleep(ms(100)));
    sleep(ms(100)).await;
    other.await.map_err(|error| error.to_string())?;
    let took = start.elapsed();
    check!(took >= ms(100), "two sleeps of 100 ms took only {took:?}");
    check!(took < ms(180), "two sleeps of 100 ms took {took:?}");
    Ok(())
}

async fn sleep_until_the_past_is_ready() -> Verdict {
    let start = Instant::now();
    sleep_until(start - ms(10)).await;
    sleep(Duration::ZERO).await;
    check!(start.elapsed() < ms(50), "took {:?}", start.elapsed());
    Ok(())
}

async fn timeout_fires_and_drops() -> Verdict {
    let dropped = Dropped::default();
    let guard = dropped.guard();
    let start = Instant::now();
    let result = timeout(ms(50), async move {
        let _guard = guard;
        sleep(Duration::from_secs(10)).await;
    })
    .await;
    check!(result.is_err(), "the future was said to be ready");
    check!(start.elapsed() >= ms(50), "fired after {:?}", start.elapsed());
    check!(start.elapsed() < ms(150), "fired after {:?}", start.elapsed());
    check!(dropped.yes(), "the future was not dropped");
    Ok(())
}

async fn timeout_passes_a_result_on() -> Verdict {
    let result = timeout(Duration::from_secs(10), async {
        sleep(ms(10)).await;
        7
    });
    check!(result.await == Ok(7), "lost the result");
    let late = timeout_at(Instant::now() + ms(10), pending::<()>()).await;
    let Err(late) = late else { return Err("timeout_at did not fire".to_owned()) };
    check!(!late.to_string().is_empty(), "Elapsed says nothing");
    Ok(())
}

async fn timeout_counts_from_the_call() -> Verdict {
    let limited = timeout(ms(50), pending::<()>());
    sleep(ms(60)).await;
    let start = Instant::now();
    check!(limited.await.is_err(), "did not fire");
    check!(start.elapsed() < ms(40), "counted from the first poll: {:?}", start.elapsed());
    Ok(())
}

async fn timeout_of_zero_polls_once() -> Verdict {
    check!(timeout(Duration::ZERO, async { 1 }).await == Ok(1), "a ready future lost against zero");
    check!(timeout(Duration::ZERO, pending::<()>()).await.is_err(), "zero did not fire");
    Ok(())
}

async fn interval_ticks() -> Verdict {
    let start = Instant::now();
    let mut ticks = interval(ms(30));
    ticks.tick().await;
    check!(start.elapsed() < ms(25), "the first tick came after {:?}", start.elapsed());
    for _ in 0..3 {
        ticks.tick().await;
    }
    let took = start.elapsed();
    check!(took >= ms(88) && took < ms(150), "three periods of 30 ms took {took:?}");
    check!(ticks.period() == ms(30), "period() is {:?}", ticks.period());
    Ok(())
}

async fn interval_skips_what_was_missed() -> Verdict {
    let start = Instant::now();
    let mut ticks = interval_at(start + ms(10), ms(40));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    check!(ticks.tick().await == start + ms(10), "the first tick is not the start");
    sleep(ms(100)).await;
    check!(ticks.tick().await == start + ms(50), "a late tick is not the one that was due");
    let next = ticks.tick().await.duration_since(start);
    check!(next.as_millis() % 40 == 10 && next > ms(110), "the next tick came at {next:?}");
    Ok(())
}

async fn instant_arithmetic() -> Verdict {
    let now = Instant::now();
    let later = now + ms(5);
    check!(later - now == ms(5), "difference");
    check!(later.duration_since(now) == ms(5), "duration_since");
    check!(now.duration_since(later) == Duration::ZERO, "duration_since a later moment is not zero");
    check!(now.checked_duration_since(later).is_none(), "checked_duration_since");
    check!(later > now && now.checked_add(ms(5)) == Some(later), "order");
    Ok(())
}

async fn a_sleep_can_be_reset() -> Verdict {
    let start = Instant::now();
    let mut nap = std::pin::pin!(sleep(Duration::from_secs(10)));
    check!(timeout(ms(10), nap.as_mut()).await.is_err(), "a sleep of 10 s ended at once");
    nap.as_mut().reset(start + ms(40));
    nap.as_mut().await;
    check!(start.elapsed() >= ms(40) && start.elapsed() < ms(120), "reset to 40 ms: {:?}", start.elapsed());
    check!(nap.is_elapsed(), "is_elapsed() denies it");
    Ok(())
}

async fn many_timers() -> Verdict {
    let start = Instant::now();
    let naps: Vec<_> = (0..100u64).map(|number| spawn(sleep(ms(20 + number % 50)))).collect();
    for nap in naps {
        nap.await.map_err(|error| error.to_string())?;
    }
    check!(start.elapsed() < ms(2_000), "100 timers took {:?}", start.elapsed());
    Ok(())
}

/// A task that is always ready must not keep time from passing for the others.
async fn timers_fire_between_busy_tasks() -> Verdict {
    let busy = spawn(async {
        loop {
            yield_now().await;
        }
    });
    let start = Instant::now();
    sleep(ms(30)).await;
    let took = start.elapsed();
    busy.abort();
    check!(took < ms(150), "a sleep of 30 ms took {took:?}");
    Ok(())
}
