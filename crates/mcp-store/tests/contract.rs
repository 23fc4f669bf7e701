//! What every store does, checked on each.

#![allow(clippy::unwrap_used, missing_docs)]

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use pulseengine_mcp_runtime::{block_on, sleep, spawn, yield_now};
use pulseengine_mcp_store::{Expect, MemoryStore, Store, StoreErrorKind, StoreLimits};

const HOUR: Duration = Duration::from_secs(3600);
const BRIEF: Duration = Duration::from_millis(20);

/// Makes a store of one kind, of those bounds and empty.
type Make = fn(StoreLimits) -> Arc<dyn Store>;
type Case = fn(Make) -> Pin<Box<dyn Future<Output = ()>>>;

const CASES: &[Case] = &[
    |make| Box::pin(reads_what_was_written(make)),
    |make| Box::pin(expectations(make)),
    |make| Box::pin(versions_are_not_used_again(make)),
    |make| Box::pin(removal(make)),
    |make| Box::pin(one_writer_wins(make)),
    |make| Box::pin(expiry(make)),
    |make| Box::pin(bounds_on_entries(make)),
    |make| Box::pin(bounds_on_bytes(make)),
    |make| Box::pin(prefixes(make)),
];

fn run(make: Make) {
    for case in CASES {
        block_on(case(make));
    }
}

#[test]
fn memory() {
    run(|limits| Arc::new(MemoryStore::with_limits(limits)));
}

async fn reads_what_was_written(make: Make) {
    let store = make(StoreLimits::DEFAULT);
    assert_eq!(store.read("a").await.unwrap(), None);
    for value in [&b"\0\xff"[..], b"", &[7; 10_000]] {
        let version = store.write("a", value, Expect::Any, HOUR).await.unwrap().unwrap();
        let entry = store.read("a").await.unwrap().unwrap();
        assert_eq!((&*entry.value, entry.version), (value, version));
    }
    let never = store.write("b", b"kept", Expect::Any, Duration::MAX).await.unwrap();
    assert_eq!(store.read("b").await.unwrap().map(|entry| entry.version), never);
    assert_eq!(store.read("").await.unwrap(), None);
}

async fn expectations(make: Make) {
    let store = make(StoreLimits::DEFAULT);
    assert_eq!(store.write("a", b"1", Expect::Version(1), HOUR).await.unwrap(), None);
    let first = store.write("a", b"1", Expect::Absent, HOUR).await.unwrap().unwrap();
    assert_eq!(store.write("a", b"2", Expect::Absent, HOUR).await.unwrap(), None);
    let second = store.write("a", b"2", Expect::Version(first), HOUR).await.unwrap().unwrap();
    assert_ne!(first, second);
    assert_eq!(store.write("a", b"3", Expect::Version(first), HOUR).await.unwrap(), None);
    assert_eq!(store.read("a").await.unwrap().unwrap().value, b"2");
}

async fn versions_are_not_used_again(make: Make) {
    let store = make(StoreLimits::DEFAULT);
    let mut seen = Vec::new();
    for _ in 0..3 {
        let version = store.write("a", b"", Expect::Absent, HOUR).await.unwrap().unwrap();
        assert!(!seen.contains(&version));
        seen.push(version);
        assert!(store.remove("a", Expect::Any).await.unwrap());
    }
}

async fn removal(make: Make) {
    let store = make(StoreLimits::DEFAULT);
    assert!(!store.remove("a", Expect::Any).await.unwrap());
    let version = store.write("a", b"", Expect::Any, HOUR).await.unwrap().unwrap();
    assert!(!store.remove("a", Expect::Absent).await.unwrap());
    assert!(!store.remove("a", Expect::Version(version + 1)).await.unwrap());
    assert!(store.read("a").await.unwrap().is_some());
    assert!(store.remove("a", Expect::Version(version)).await.unwrap());
    assert_eq!(store.read("a").await.unwrap(), None);
}

/// Several tasks count up one number; no step may be lost.
async fn one_writer_wins(make: Make) {
    const TASKS: u64 = 4;
    const STEPS: u64 = 10;
    let store = make(StoreLimits::DEFAULT);
    store.write("n", &0u64.to_le_bytes(), Expect::Absent, HOUR).await.unwrap();
    let tasks = (0..TASKS).map(|_| {
        let store = Arc::clone(&store);
        spawn(async move {
            let mut done = 0;
            while done < STEPS {
                let entry = store.read("n").await.unwrap().unwrap();
                let number = u64::from_le_bytes(entry.value.try_into().unwrap()) + 1;
                yield_now().await;
                let expect = Expect::Version(entry.version);
                let written = store.write("n", &number.to_le_bytes(), expect, HOUR).await.unwrap();
                done += u64::from(written.is_some());
            }
        })
    });
    let tasks = tasks.collect::<Vec<_>>();
    for task in tasks {
        task.await.unwrap();
    }
    let entry = store.read("n").await.unwrap().unwrap();
    assert_eq!(entry.value, (TASKS * STEPS).to_le_bytes());
}

async fn expiry(make: Make) {
    let store = make(StoreLimits::DEFAULT.entries(3));
    for key in ["a", "b", "c"] {
        store.write(key, b"", Expect::Any, if key == "c" { HOUR } else { BRIEF }).await.unwrap().unwrap();
    }
    while store.read("b").await.unwrap().is_some() {
        sleep(BRIEF).await;
    }
    assert_eq!(store.read("a").await.unwrap(), None);
    assert_eq!(store.keys("", None, 9).await.unwrap(), ["c"]);
    assert!(!store.remove("a", Expect::Any).await.unwrap());
    assert!(store.write("a", b"", Expect::Absent, HOUR).await.unwrap().is_some());
    assert!(store.write("d", b"", Expect::Any, HOUR).await.unwrap().is_some());
    // A new write counts, not the time of the one before it.
    store.write("d", b"", Expect::Any, BRIEF).await.unwrap().unwrap();
    store.write("d", b"", Expect::Any, HOUR).await.unwrap().unwrap();
    sleep(2 * BRIEF).await;
    assert!(store.read("d").await.unwrap().is_some());
}

async fn bounds_on_entries(make: Make) {
    let store = make(StoreLimits::DEFAULT.entries(2));
    store.write("a", b"", Expect::Any, HOUR).await.unwrap();
    store.write("b", b"", Expect::Any, HOUR).await.unwrap();
    let error = store.write("c", b"", Expect::Any, HOUR).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full);
    assert!(store.write("b", b"again", Expect::Any, HOUR).await.unwrap().is_some());
    assert!(store.remove("a", Expect::Any).await.unwrap());
    assert!(store.write("c", b"", Expect::Any, HOUR).await.unwrap().is_some());
}

async fn bounds_on_bytes(make: Make) {
    let store = make(StoreLimits::DEFAULT.bytes(100));
    store.write("a", &[0; 99], Expect::Any, HOUR).await.unwrap().unwrap();
    let error = store.write("b", b"", Expect::Any, HOUR).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full);
    let error = store.write("a", &[0; 100], Expect::Any, HOUR).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full);
    // What was refused has changed nothing.
    assert_eq!(store.read("a").await.unwrap().unwrap().value.len(), 99);
    store.write("a", &[0; 50], Expect::Any, HOUR).await.unwrap().unwrap();
    store.write("b", &[0; 48], Expect::Any, HOUR).await.unwrap().unwrap();
}

async fn prefixes(make: Make) {
    let store = make(StoreLimits::DEFAULT);
    for key in ["t/b", "s", "t/a", "t/c", "u", "t0", "t"] {
        store.write(key, b"", Expect::Any, HOUR).await.unwrap();
    }
    assert_eq!(store.keys("t/", None, 9).await.unwrap(), ["t/a", "t/b", "t/c"]);
    assert_eq!(store.keys("t/", None, 2).await.unwrap(), ["t/a", "t/b"]);
    assert_eq!(store.keys("t/", Some("t/b"), 2).await.unwrap(), ["t/c"]);
    assert_eq!(store.keys("t/", Some("a"), 1).await.unwrap(), ["t/a"]);
    assert_eq!(store.keys("t/", Some("t/aa"), 1).await.unwrap(), ["t/b"]);
    assert_eq!(store.keys("t/", Some("t/z"), 9).await.unwrap(), [""; 0]);
    assert_eq!(store.keys("x", None, 9).await.unwrap(), [""; 0]);
    assert_eq!(store.keys("", None, 0).await.unwrap(), [""; 0]);
    assert_eq!(store.keys("", None, 9).await.unwrap().len(), 7);
}

#[cfg(feature = "redb")]
mod file {
    use super::{Arc, BRIEF, Expect, HOUR, Make, Store, StoreErrorKind, StoreLimits, block_on, run, sleep};
    use pulseengine_mcp_store::RedbStore;
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A path that no other test uses.
    fn path() -> PathBuf {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("mcp-store-{}-{number}.redb", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    #[test]
    fn redb() {
        let make: Make = |limits| {
            let path = path();
            let store = RedbStore::open_with_limits(&path, limits).unwrap();
            #[cfg(unix)]
            std::fs::remove_file(path).unwrap();
            Arc::new(store)
        };
        run(make);
    }

    #[test]
    fn what_was_written_is_there_when_opened_again() {
        block_on(async {
            let path = path();
            let limits = StoreLimits::DEFAULT.entries(2);
            let store = RedbStore::open_with_limits(&path, limits).unwrap();
            let version = store.write("a", b"kept", Expect::Any, HOUR).await.unwrap().unwrap();
            store.write("b", b"", Expect::Any, BRIEF).await.unwrap();
            let second = RedbStore::open(&path).unwrap_err();
            assert_eq!(second.kind(), StoreErrorKind::Unavailable);
            drop(store);
            sleep(2 * BRIEF).await;
            let store = RedbStore::open_with_limits(&path, limits).unwrap();
            let entry = store.read("a").await.unwrap().unwrap();
            assert_eq!((&*entry.value, entry.version), (&b"kept"[..], version));
            assert_eq!(store.read("b").await.unwrap(), None);
            let next = store.write("c", b"", Expect::Any, HOUR).await.unwrap().unwrap();
            assert!(next > version);
            let error = store.write("d", b"", Expect::Any, HOUR).await.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Full);
            drop(store);
            std::fs::remove_file(path).unwrap();
        });
    }

    #[test]
    fn a_file_that_is_no_store_is_refused() {
        let path = path();
        std::fs::write(&path, "not a database").unwrap();
        let error = RedbStore::open(&path).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert!(std::error::Error::source(&error).is_some());
        std::fs::remove_file(path).unwrap();
    }
}
