//! Many calls in one instance of WASI 0.3: what `runtime-contract` says about its paths, checked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::time::{Duration, Instant};

use harness::calls::{self, Instance};
use harness::{Launch, programs};
use tokio::time::{sleep, timeout};

const DEADLINE: Duration = Duration::from_secs(20);

/// Runs a script on an instance of its own.
fn on_instance(script: impl AsyncFnOnce(&Instance<'_>)) {
    let program = programs::component("runtime-contract", &["wasip3"]).unwrap();
    let script = async |instance: &Instance<'_>| {
        timeout(DEADLINE, script(instance)).await.expect("not done in time");
        Ok(())
    };
    calls::with_instance(program.path(), &Launch::default(), script).unwrap();
}

/// Long enough for a call that was made to wait.
async fn a_while() {
    sleep(Duration::from_millis(50)).await;
}

#[test]
fn a_call_wakes_another() {
    on_instance(async |instance| {
        let wake = async {
            a_while().await;
            instance.text("/wake").await.unwrap()
        };
        let (woken, also, waking) = tokio::join!(instance.text("/wait"), instance.text("/wait"), wake);
        assert_eq!(
            (woken.unwrap().as_str(), also.unwrap().as_str(), waking.as_str()),
            ("woken", "woken", "waking")
        );
    });
}

#[test]
fn calls_run_at_once() {
    on_instance(async |instance| {
        let begun = Instant::now();
        let sleeping = || instance.text("/sleep");
        let slept = tokio::join!(sleeping(), sleeping(), sleeping(), sleeping());
        for text in [slept.0, slept.1, slept.2, slept.3] {
            assert_eq!(text.unwrap(), "slept");
        }
        assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
    });
}

#[test]
fn a_task_outlives_its_call() {
    on_instance(async |instance| {
        assert_eq!(instance.text("/leave").await.unwrap(), "left");
        a_while().await;
        assert_eq!(instance.text("/left").await.unwrap(), "running");
        instance.text("/wake").await.unwrap();
        while instance.text("/left").await.unwrap() != "gone" {
            a_while().await;
        }
    });
}

#[test]
fn what_one_call_began_another_awaits() {
    on_instance(async |instance| {
        assert_eq!(instance.text("/join").await.unwrap(), "handed");
        let wake = async {
            a_while().await;
            instance.text("/wake").await.unwrap()
        };
        let (joined, _) = tokio::join!(instance.text("/hand"), wake);
        assert_eq!(joined.unwrap(), "joined");
    });
}

#[test]
fn destructors_spawn() {
    on_instance(async |instance| {
        assert_eq!(instance.text("/drop").await.unwrap(), "dropped");
        while instance.text("/left").await.unwrap() != "gone" {
            a_while().await;
        }
    });
}

#[test]
fn chunks_come_as_they_are_written() {
    on_instance(async |instance| {
        let mut reply = instance.get("/chunks").await.unwrap();
        assert_eq!(reply.chunk().await.unwrap().as_deref(), Some("one"));
        assert!(timeout(Duration::from_millis(100), reply.chunk()).await.is_err());
        instance.text("/wake").await.unwrap();
        assert_eq!(reply.chunk().await.unwrap().as_deref(), Some("two"));
        assert_eq!(reply.chunk().await.unwrap(), None);
    });
}

#[test]
fn a_client_that_goes_harms_nobody() {
    on_instance(async |instance| {
        let mut reply = instance.get("/chunks").await.unwrap();
        assert_eq!(reply.chunk().await.unwrap().as_deref(), Some("one"));
        drop(reply);
        instance.text("/wake").await.unwrap();
        // A call that is given up before it has answered.
        assert!(timeout(Duration::from_millis(50), instance.get("/wait")).await.is_err());
        let (slept, waking) = tokio::join!(instance.text("/sleep"), instance.text("/wake"));
        assert_eq!((slept.unwrap().as_str(), waking.unwrap().as_str()), ("slept", "waking"));
    });
}
