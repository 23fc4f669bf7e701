//! The properties for bytes of proptest: any, and the seeds with changes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use parser_properties as parsers;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

/// A change of one place of an input.
#[derive(Clone, Debug)]
enum Change {
    Replace(Index, u8),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    /// The rest of another seed, or of the same one, from there on.
    Splice(Index, Index, Index),
    Repeat(Index, usize, usize),
}

/// What means something to one of the parsers.
const WORDS: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b":",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud83d",
    b"\\udc00",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"null",
    b"-1",
    b"1e5",
    b"0.0",
    b"data:",
    b"id: 1\n",
    b"retry: 5\n",
    b"event:",
    b"\xef\xbb\xbf",
    b"\xff",
    b"%2F",
    b"%00",
    b"%",
    b"{x}",
    b"{+y}",
    b"=?base64?",
    b"?=",
    b"=",
    b"after:",
    b"\"id\":1,",
    b"\"jsonrpc\":\"2.0\",",
    b"\"params\":{},",
    b"host: localhost\n",
    b"origin: null\n",
    b"accept: */*\n",
    b"content-length: 99999999999999999999\n",
    b"\xc3\xa9",
];

fn change() -> impl Strategy<Value = Change> {
    let word = prop_oneof![(0..WORDS.len()).prop_map(|at| WORDS[at].to_vec()), vec(any::<u8>(), 1..4)];
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        (any::<Index>(), 0..8u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        (any::<Index>(), word).prop_map(|(at, word)| Change::Insert(at, word)),
        (any::<Index>(), 1..8usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<Index>(), any::<Index>(), any::<Index>())
            .prop_map(|(at, seed, from)| Change::Splice(at, seed, from)),
        (any::<Index>(), 1..8usize, 1..80usize)
            .prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
    ]
}

fn apply(change: &Change, data: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let place = |at: &Index| at.index(data.len() + 1);
    let end = |start: usize, length: usize| (start + length).min(data.len());
    match change {
        Change::Replace(at, byte) if !data.is_empty() => {
            let at = at.index(data.len());
            data[at] = *byte;
        }
        Change::Flip(at, bit) if !data.is_empty() => {
            let at = at.index(data.len());
            data[at] ^= 1 << bit;
        }
        Change::Replace(..) | Change::Flip(..) => {}
        Change::Insert(at, word) => {
            let at = place(at);
            data.splice(at..at, word.iter().copied());
        }
        Change::Remove(at, length) => {
            let at = place(at);
            data.drain(at..end(at, *length));
        }
        Change::Splice(at, seed, from) => {
            let seed = &seeds[seed.index(seeds.len())];
            let at = place(at);
            data.truncate(at);
            data.extend_from_slice(&seed[from.index(seed.len() + 1)..]);
        }
        Change::Repeat(at, length, times) => {
            let at = place(at);
            let part = data[at..end(at, *length)].repeat(*times);
            data.splice(at..at, part);
        }
    }
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Checks the seeds, then `cases` inputs of both kinds.
fn check(name: &str, cases: u32, property: fn(&[u8])) {
    let seeds = seeds(name);
    assert!(!seeds.is_empty());
    seeds.iter().for_each(|seed| property(seed));
    let input = prop_oneof![
        1 => vec(any::<u8>(), 0..128),
        4 => (any::<Index>(), vec(change(), 1..6)).prop_map(|(seed, changes)| {
            let mut data = seeds[seed.index(seeds.len())].clone();
            changes.iter().for_each(|change| apply(change, &mut data, &seeds));
            data
        }),
    ];
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    runner
        .run(&input, |data| {
            property(&data);
            Ok(())
        })
        .unwrap();
}

macro_rules! properties {
    ($($name:ident $cases:literal,)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name), $cases, parsers::$name);
        })*

        #[test]
        fn every_folder_of_seeds_is_used() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
            let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            let mut known = vec![$(stringify!($name)),*];
            names.sort();
            known.sort();
            assert_eq!(names, known);
        }
    };
}

// As many as take a second or less, in a build for tests.
properties! {
    base64_header 4_000,
    cursor 200,
    envelope 4_000,
    head 2_000,
    json 4_000,
    ndjson 4_000,
    schema 400,
    sse 4_000,
    state 100,
    uri_template 4_000,
}
