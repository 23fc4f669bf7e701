//! Runs `tests/http/*.tsv` and `tests/field/http/*.tsv` everywhere. The format is described in `harness::http::table`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use harness::http::{Case, Place, Served, Table};
use harness::programs;

/// What the requests are sent to.
const PROGRAM: &str = "everything";

#[test]
fn every_request_has_its_verdict_everywhere() {
    let paths = programs::cases("http", "tsv");
    assert!(!paths.is_empty(), "no tables");
    let tables: Vec<Table> = paths.iter().map(|path| Table::read(path).unwrap()).collect();
    let cases: Vec<(String, Case)> = paths
        .iter()
        .zip(tables)
        .flat_map(|(path, table)| {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            table.cases.into_iter().map(move |case| (file.clone(), case))
        })
        .collect();

    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for place in Place::ALL {
            let (cases, failures) = (&cases, &failures);
            scope.spawn(move || {
                let served = place.serve(PROGRAM).unwrap();
                failures.lock().unwrap().extend(run_all(cases, place, &served));
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    println!("{} requests, each in {} places", cases.len(), Place::ALL.len());
    assert!(failures.is_empty(), "{} failures:\n\n{}", failures.len(), failures.join("\n"));
}

fn run_all(cases: &[(String, Case)], place: Place, served: &Served) -> Vec<String> {
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((file, case)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(message) = case.run(place, served) {
                        let message = format!("{file}, {}, {place:?}: {message}", case.name);
                        failures.lock().unwrap().push(message);
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap()
}
