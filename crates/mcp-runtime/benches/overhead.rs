//! What the crate's names cost over plain tokio: both sides in one run, then their ratio.
//!
//! `cargo bench -p pulseengine-mcp-runtime --bench overhead`. Ratios are of medians over rounds that alternate between
//! the two sides, so that a machine that becomes slower meanwhile does it to both.

#![allow(clippy::print_stdout, missing_docs, reason = "a report for people")]

use std::future::poll_fn;
use std::hint::black_box;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group};

const TASKS: u32 = 2_000;
const ROUNDS: usize = 401;
const LONG: Duration = Duration::from_secs(60);

async fn spawn_ours() {
    for number in 0..TASKS {
        let _ = black_box(pulseengine_mcp_runtime::spawn(async move { number }).await);
    }
}

async fn spawn_tokio() {
    for number in 0..TASKS {
        let _ = black_box(tokio::spawn(async move { number }).await);
    }
}

/// Starts to wait and gives up, as a timeout does that is not reached: ending a wait would measure the clock's tick.
async fn sleep_ours() {
    for _ in 0..TASKS {
        let mut nap = pin!(pulseengine_mcp_runtime::sleep(LONG));
        let _ = poll_fn(|cx| Poll::Ready(black_box(nap.as_mut().poll(cx)))).await;
    }
}

async fn sleep_tokio() {
    for _ in 0..TASKS {
        let mut nap = pin!(tokio::time::sleep(LONG));
        let _ = poll_fn(|cx| Poll::Ready(black_box(nap.as_mut().poll(cx)))).await;
    }
}

async fn timed(work: impl Future<Output = ()>) -> Duration {
    let start = Instant::now();
    work.await;
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

async fn report(name: &str, ours: impl AsyncFn(), plain: impl AsyncFn()) {
    let (mut our_times, mut plain_times) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        if round % 2 == 0 {
            our_times.push(timed(ours()).await);
            plain_times.push(timed(plain()).await);
        } else {
            plain_times.push(timed(plain()).await);
            our_times.push(timed(ours()).await);
        }
    }
    let (ours, plain) = (median(our_times) / TASKS, median(plain_times) / TASKS);
    let ratio = ours.as_secs_f64() / plain.as_secs_f64();
    println!("ratio {name}: {ratio:.3}  (ours {ours:?}, tokio {plain:?} each)");
}

/// One worker, so that the figures do not depend on which core a task wakes up.
fn runtime() -> tokio::runtime::Runtime {
    #[allow(clippy::unwrap_used, reason = "a benchmark without a runtime is none")]
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn side_by_side(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("spawn and join 2000 tasks");
    group.sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.bench_function("ours", |bencher| bencher.iter(|| runtime.block_on(spawn_ours())));
    group.bench_function("tokio", |bencher| bencher.iter(|| runtime.block_on(spawn_tokio())));
    group.finish();
    let mut group = criterion.benchmark_group("start and drop 2000 sleeps");
    group.sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.bench_function("ours", |bencher| bencher.iter(|| runtime.block_on(sleep_ours())));
    group.bench_function("tokio", |bencher| bencher.iter(|| runtime.block_on(sleep_tokio())));
    group.finish();
}

criterion_group!(benches, side_by_side);

fn main() {
    benches();
    let runtime = runtime();
    runtime.block_on(async {
        report("spawn", spawn_ours, spawn_tokio).await;
        report("sleep", sleep_ours, sleep_tokio).await;
    });
}
