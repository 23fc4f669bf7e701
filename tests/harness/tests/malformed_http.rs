//! Runs `tests/malformed/*.tsv` and `tests/field/malformed/*.tsv` over HTTP everywhere. The format is described in `harness::corpus`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use harness::corpus::{Case, Corpus, Posted, Rule};
use harness::http::{Place, Poster, Served};
use harness::programs;

/// A case under its full name.
type Named<'a> = (String, &'a Case);
type Outcome = Result<Posted, String>;

#[test]
fn every_case_has_the_same_answer_everywhere() {
    let paths = programs::cases("malformed", "tsv");
    let corpora: Vec<(String, Corpus)> = paths
        .iter()
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), Corpus::read(path).unwrap()))
        .collect();
    let mut by_server: BTreeMap<&str, Vec<Named<'_>>> = BTreeMap::new();
    for (file, corpus) in &corpora {
        let cases = corpus.cases.iter().filter(|case| case.is_one_message());
        let named = cases.map(|case| (format!("{file}, {}", case.name), case));
        by_server.entry(&corpus.server).or_default().extend(named);
    }
    let total: usize = by_server.values().map(Vec::len).sum();
    assert!(total > 1000, "{total} cases");

    let mut failures = Vec::new();
    for (server, cases) in &by_server {
        let outcomes: Vec<Vec<Outcome>> = std::thread::scope(|scope| {
            let threads =
                Place::ALL.map(|place| scope.spawn(move || run_all(cases, &place.serve(server).unwrap())));
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for (index, (name, case)) in cases.iter().enumerate() {
            let here =
                Place::ALL.into_iter().zip(outcomes.iter().map(|outcomes| outcomes.get(index).unwrap()));
            if let Err(message) = judge(case, here) {
                failures.push(format!("{name}: {message}"));
            }
        }
    }
    println!("{total} malformed bodies, each in {} places", Place::ALL.len());
    assert!(failures.is_empty(), "{} of {total} failed:\n\n{}", failures.len(), failures.join("\n"));
}

/// Each answer is what it has to be, and the same bytes wherever the same holds.
fn judge<'a>(case: &Case, outcomes: impl Iterator<Item = (Place, &'a Outcome)>) -> Result<(), String> {
    let mut seen: Vec<((Option<Rule>, bool), &Posted)> = Vec::new();
    for (place, outcome) in outcomes {
        let posted = outcome.as_ref().map_err(|error| format!("{place:?}: {error}"))?;
        let rule = case.rule(place);
        case.check_posted(posted, rule).map_err(|message| format!("{place:?}: {message}"))?;
        let holds = (rule, case.declares() && place.has_sessions());
        match seen.iter().find(|(known, _)| *known == holds) {
            Some((_, first)) if *first != posted => {
                return Err(format!("{place:?} differs:\n  {posted:?}\n  {first:?}"));
            }
            Some(_) => {}
            None => seen.push((holds, posted)),
        }
    }
    Ok(())
}

fn run_all(cases: &[Named<'_>], served: &Served) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(vec![Err(String::from("not run")); cases.len()]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut client = Poster::new(served.address());
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some((_, case)) = cases.get(index) else { return };
                    let outcome = case.post(&mut client);
                    if outcome.is_err() {
                        client = Poster::new(served.address());
                    }
                    if let Some(place) = outcomes.lock().unwrap().get_mut(index) {
                        *place = outcome;
                    }
                }
            });
        }
    });
    outcomes.into_inner().unwrap()
}
