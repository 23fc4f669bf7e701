//! Tries `tests/field` natively, over every transport. It needs no host of components: `cargo test -p harness
//! --no-default-features --test field`. On components the same files are tried by the tests for `tests/scripts`,
//! `tests/malformed` and `tests/http`.
//!
//! `FIELD=word` in the environment tries the cases whose name contains the word, `ALL=1` those of the other folders, too.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use harness::corpus::{Case, Corpus};
use harness::http::{Place, Poster, Served, Table};
use harness::script::{Script, Transport};
use harness::{Program, Target, programs};

#[test]
fn messages_have_their_answers() {
    let mut tally = Tally::default();
    let mut served: BTreeMap<String, Served> = BTreeMap::new();
    for path in files("malformed", "tsv") {
        let corpus = Corpus::read(&path).unwrap();
        let program = native(&corpus.server);
        let over_http = served
            .entry(corpus.server.clone())
            .or_insert_with(|| Place::Native.serve(&corpus.server).unwrap());
        for case in corpus.cases.iter().filter(|case| is_wanted(&case.name)) {
            let name = format!("{}, {}", name(&path), case.name);
            tally.note(format!("{name}, stdio"), case.run(&program).map(drop));
            if case.is_one_message() {
                tally.note(format!("{name}, http"), post(case, over_http));
            }
        }
    }
    tally.show();
}

fn post(case: &Case, served: &Served) -> Result<(), String> {
    let posted = case.post(&mut Poster::new(served.address()))?;
    case.check_posted(&posted, case.rule(Place::Native))
}

#[test]
fn requests_have_their_verdicts() {
    let served = Place::Native.serve("everything").unwrap();
    let mut tally = Tally::default();
    for path in files("http", "tsv") {
        for case in Table::read(&path).unwrap().cases.iter().filter(|case| is_wanted(&case.name)) {
            tally.note(format!("{}, {}", name(&path), case.name), case.run(Place::Native, &served));
        }
    }
    tally.show();
}

#[test]
fn scripts_pass() {
    let mut tally = Tally::default();
    for path in files("scripts", "txt").iter().filter(|path| is_wanted(&name(path))) {
        let script = Script::read(path).unwrap();
        let program = native(&script.server);
        for transport in Transport::ALL.into_iter().filter(|transport| script.is_on(*transport)) {
            tally.note(name(path), script.run(&program, transport).map(drop));
        }
    }
    tally.show();
}

fn files(kind: &str, extension: &str) -> Vec<PathBuf> {
    let mut paths = programs::cases(kind, extension);
    let all = std::env::var_os("ALL").is_some();
    paths.retain(|path| all || path.starts_with(programs::root().join("tests/field")));
    assert!(!paths.is_empty(), "no cases of {kind}");
    paths
}

fn native(server: &str) -> Program {
    programs::program(server, Target::Native).unwrap()
}

fn is_wanted(name: &str) -> bool {
    std::env::var("FIELD").map_or(true, |word| name.contains(&word))
}

fn name(path: &Path) -> String {
    path.strip_prefix(programs::root()).unwrap_or(path).display().to_string()
}

#[derive(Default)]
struct Tally {
    tried: usize,
    failures: Vec<String>,
}

impl Tally {
    fn note(&mut self, name: String, outcome: Result<(), String>) {
        self.tried += 1;
        self.failures.extend(outcome.err().map(|why| format!("{name}: {why}")));
    }

    fn show(self) {
        let failures = &self.failures;
        assert!(
            failures.is_empty(),
            "{} of {} failed:\n\n{}",
            failures.len(),
            self.tried,
            failures.join("\n\n")
        );
    }
}
