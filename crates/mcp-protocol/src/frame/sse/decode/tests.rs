//! Chunks in, events out; and what holds for every stream.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use std::borrow::ToOwned;

use proptest::prelude::*;

use super::{SseDecoder, SseEvent, SseItem};
use crate::frame;

impl SseDecoder {
    /// The memory of the unfinished event.
    fn held(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let unfinished = &self.unfinished;
        unfinished.buffer.len() + text(&unfinished.event) + text(&unfinished.id)
    }
}

fn items<'a>(decoder: &mut SseDecoder, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<SseItem> {
    let mut found = Vec::new();
    for mut chunk in chunks {
        while let Some(item) = decoder.next(&mut chunk) {
            found.push(item);
        }
        assert!(chunk.is_empty());
    }
    found
}

/// An item on one line: type, id, data, retry.
fn show(item: &SseItem) -> String {
    let SseItem::Event(SseEvent { event, data, id, retry }) = item else { return format!("{item:?}") };
    let mut line = event.clone().map_or_else(String::new, |event| event + "|");
    if let Some(id) = id {
        line += &format!("#{id} ");
    }
    line += &data.replace('\n', "/");
    if let Some(retry) = retry {
        line += &format!(" @{}", retry.as_millis());
    }
    line
}

/// The chunks, the items, and what the decoder says at the end: the last id, and the time to wait.
type Case<'a> = (&'a [&'a [u8]], &'a [&'a str], &'a str, Option<u64>);

const CASES: &[Case<'_>] = &[
    // The examples of the standard.
    (&[b"data: This is the first message.\n\ndata: This is the second message, it\ndata: has two lines.\n\ndata: This is the third message.\n\n"],
     &["This is the first message.", "This is the second message, it/has two lines.", "This is the third message."], "", None),
    (&[b"event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n"],
     &["add|73857293", "remove|2153", "add|113411"], "", None),
    (&[b"data: YHOO\ndata: +2\ndata: 10\n\n"], &["YHOO/+2/10"], "", None),
    (&[b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n"],
     &["#1 first event", "# second event"], "", None),
    (&[b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"],
     &["#1 first event", "# second event", " third event"], "", None),
    (&[b"data\n\ndata\ndata\n\ndata:"], &["", "/"], "", None),
    (&[b"data:test\n\ndata: test\n\n"], &["test", "test"], "", None),
    // Ends of lines.
    (&[b"data: a\r\rdata: b\r\n\r\ndata: c\n\n"], &["a", "b", "c"], "", None),
    (&[b"data: a\r\ndata: b\rdata: c\n\r\n"], &["a/b/c"], "", None),
    (&[b"data: a\r", b"\ndata: b\r", b"", b"\n\r", b"\ndata: c\r\r"], &["a/b", "c"], "", None),
    (&[b"data: a\r", b"data: b\n", b"\ndata: c\r", b"\r", b"\n", b"\n"], &["a/b", "c"], "", None),
    (&[b"\n\r\r\n\n"], &[], "", None),
    // The byte order mark, once and at the start only.
    (&[b"\xef\xbb\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\n"], &["a"], "", None),
    (&[b"\xef", b"\xbb", b"\xbf", b"data: a\n\n"], &["a"], "", None),
    (&[b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n"], &["b"], "", None),
    (&[b"\xef", b"data: a\n\ndata: b\n\n"], &["b"], "", None),
    (&[b"\xef\xbb\xbf: x\n\ndata: b\n\n"], &["b"], "", None),
    (&[b"data: \xef\xbb\xbfa\n\n"], &["\u{feff}a"], "", None),
    // Comments are passed over.
    (&[b":\n\n", b": x\n", b"data: a\n:", b" y\r\ndata: b\n:\n\n"], &["a/b"], "", None),
    (&[b"data: a\n :\n\n"], &["a"], "", None),
    // Fields.
    (&[b"data:a:b\ndata: :c\n\n"], &["a:b/:c"], "", None),
    (&[b"data:\ta\n\n"], &["\ta"], "", None),
    (&[b"Data: a\n data: b\ndata : c\ndat: d\ndata2: e\nx\n\n"], &[], "", None),
    (&[b"event: a\nevent: b\ndata: x\n\ndata: y\n\n"], &["b|x", "y"], "", None),
    (&[b"event: a\nevent\ndata: x\n\n"], &["x"], "", None),
    (&[b"event: a\n\ndata: x\n\n"], &["x"], "", None),
    // Ids.
    (&[b"id: 1\ndata: a\n\ndata: b\n\n"], &["#1 a", "b"], "1", None),
    (&[b"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n"], &["#1 a", "b"], "1", None),
    (&[b"id: 1\nid: 2\ndata: a\n\nid: 3\n"], &["#2 a"], "2", None),
    (&[b"id: 1\n\ndata: a\n\n"], &["a"], "1", None),
    (&[b"id: 1\ndata: \n\n"], &["#1 "], "1", None),
    // The time to wait.
    (&[b"retry: 1500\n\n"], &[], "", Some(1500)),
    (&[b"retry: 5\ndata: a\nretry: 5.5\nretry: -1\nretry:  7\nretry:\nretry: 1s\n\n"], &["a @5"], "", Some(5)),
    (&[b"retry: 99999999999999999999999\n"], &[], "", Some(u64::MAX)),
    (&[b"retry: 007\nretry: x\n\ndata: a\n\n"], &["a"], "", Some(7)),
    // The limit is 200 here: what is longer is left out, and the next event is read.
    (&[&[b'x'; 200], b"\n\ndata: a\n\n"], &["a"], "", None),
    (&[b"id: 1\ndata: ", &[b'x'; 189], b"\n\ndata: a\n\n"], &["#1 X189", "a"], "1", None),
    (&[b"id: 1\ndata: ", &[b'x'; 190], b"\n\ndata: a\n\n"], &["TooLong", "a"], "1", None),
    (&[&[b'x'; 201], b"\n", &[b'x'; 300], b"\ndata: a\n\ndata: b\n\n"], &["TooLong", "b"], "", None),
    (&[&[b'x'; 150], b"\n", &[b'x'; 51], b"\r\n\r\ndata: b\n\n"], &["TooLong", "b"], "", None),
    (&[&[b'x'; 201]], &["TooLong"], "", None),
    (&[b":", &[b'x'; 300], b"\ndata: a\n\n"], &["a"], "", None),
    // Bytes that are not UTF-8.
    (&[b"data: \xff\nid: 1\n\ndata: a\n\n"], &["NotUtf8", "a"], "1", None),
    (&[b"event: \xff\ndata: b\n\ndata: a\n\n"], &["NotUtf8", "a"], "", None),
    (&[b"id: \xff\ndata: b\n\ndata: a\n\n"], &["NotUtf8", "a"], "", None),
    (&[b": \xff\n\xff: \xff\ndata: a\n\n"], &["a"], "", None),
    (&[b"data: \xe4\xb8", b"\x96\n\n"], &["\u{4e16}"], "", None),
];

#[test]
fn chunks_in_events_out() {
    for (chunks, expected, last_id, retry) in CASES {
        let whole = chunks.concat();
        let sizes = 1..whole.len().max(1) + 1;
        let cuts = sizes.map(|size| whole.chunks(size).collect::<Vec<_>>());
        for chunks in cuts.chain([chunks.to_vec()]) {
            let mut decoder = SseDecoder::new(200);
            let found: Vec<String> = items(&mut decoder, chunks.iter().copied())
                .iter()
                .map(|item| show(item).replace(&"x".repeat(189), "X189"))
                .collect();
            let case = format!("{:?} in {} chunks", String::from_utf8_lossy(&whole), chunks.len());
            assert_eq!(found, *expected, "{case}");
            assert_eq!(decoder.last_event_id().unwrap_or_default(), *last_id, "{case}");
            assert_eq!(decoder.retry(), retry.map(Duration::from_millis), "{case}");
        }
    }
}

#[test]
fn comments_are_counted() {
    let mut decoder = SseDecoder::new(8);
    assert_eq!(items(&mut decoder, [b": a\n\n:\r:".as_slice(), b"x"]), []);
    assert_eq!(decoder.comments(), 2);
    assert_eq!(items(&mut decoder, [b"x\n".as_slice()]), []);
    assert_eq!(decoder.comments(), 3);
}

#[test]
fn another_stream_goes_on_with_the_last_id() {
    let mut decoder = SseDecoder::new(100);
    items(&mut decoder, [b"\xef\xbb\xbfretry: 9\nid: 4\n\nid: 5\ndata: half".as_slice()]);
    decoder.restart();
    assert_eq!((decoder.last_event_id(), decoder.retry()), (Some("4"), Some(Duration::from_millis(9))));
    let found = items(&mut decoder, [b"\xef\xbb\xbfdata: a\n\n".as_slice()]);
    assert_eq!(found.iter().map(show).collect::<Vec<_>>(), ["a"]);
    assert_eq!(decoder.last_event_id(), Some("4"));
}

#[test]
fn memory_is_given_back() {
    let mut decoder = SseDecoder::new(1000);
    items(&mut decoder, [b"data: ".as_slice(), &[b'x'; 900], b"\n\n"]);
    assert_eq!(decoder.unfinished.buffer.capacity(), 0);
    items(&mut decoder, [b"data: ".as_slice(), &[b'x'; 900]]);
    assert!(decoder.unfinished.buffer.capacity() <= 1000);
    items(&mut decoder, [[b'x'; 900].as_slice()]);
    assert_eq!(decoder.unfinished.buffer.capacity(), 0);
}

/// Something that a server writes, and what a client reads of it.
#[derive(Clone, Debug)]
enum Written {
    Event(String, Option<String>),
    Named(String, String),
    Priming(String),
    Retry(u64),
    Comment,
}

fn written() -> impl Strategy<Value = Written> {
    let line = "[^\r\n\0]{1,12}";
    prop_oneof![
        (any::<String>(), proptest::option::of(line)).prop_map(|(data, id)| Written::Event(data, id)),
        ("[a-z]{1,8}", "[^\r\n]{0,12}").prop_map(|(event, data)| Written::Named(event, data)),
        line.prop_map(Written::Priming),
        any::<u64>().prop_map(Written::Retry),
        Just(Written::Comment),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(all in proptest::collection::vec(written(), 0..8), size in 1usize..40) {
        let (mut bytes, mut expected) = (Vec::new(), Vec::new());
        let (mut id, mut retry, mut comments) = (None, None, 0);
        for one in &all {
            let mut event = SseEvent::default();
            match one {
                Written::Event(data, given) => {
                    frame::event(data, given.as_deref(), &mut bytes);
                    event.event = Some("message".to_owned());
                    event.data = data.replace(['\r', '\n'], " ");
                    event.id = given.clone();
                }
                Written::Named(kind, data) => {
                    frame::named(kind, data, &mut bytes);
                    event.event = Some(kind.clone());
                    event.data = data.clone();
                }
                Written::Priming(given) => {
                    frame::priming(given, &mut bytes);
                    event.id = Some(given.clone());
                }
                Written::Retry(milliseconds) => {
                    frame::retry(*milliseconds, &mut bytes);
                    retry = Some(Duration::from_millis(*milliseconds));
                    continue;
                }
                Written::Comment => {
                    bytes.extend_from_slice(frame::COMMENT);
                    comments += 1;
                    continue;
                }
            }
            id = event.id.clone().or(id);
            expected.push(SseItem::Event(event));
        }
        let mut decoder = SseDecoder::new(1 << 10);
        prop_assert_eq!(items(&mut decoder, bytes.chunks(size)), expected);
        prop_assert_eq!(decoder.last_event_id().map(ToOwned::to_owned), id);
        prop_assert_eq!((decoder.retry(), decoder.comments()), (retry, comments));
    }

    #[test]
    fn no_more_than_the_limit_is_held(
        parts in proptest::collection::vec(
            prop_oneof![
                "(data|id|event|retry|x)?:? ?[a-z0-9]{0,20}(\r|\n|\r\n|\n\n)?".prop_map(String::into_bytes),
                proptest::collection::vec(any::<u8>(), 0..20),
            ],
            0..30,
        ),
        limit in 0usize..60,
        size in 1usize..50,
    ) {
        let bytes = parts.concat();
        let mut decoder = SseDecoder::new(limit);
        let mut found = Vec::new();
        for mut chunk in bytes.chunks(size) {
            while let Some(item) = decoder.next(&mut chunk) {
                found.push(item);
                prop_assert!(decoder.held() <= limit);
            }
            prop_assert!(decoder.held() <= limit && decoder.unfinished.buffer.capacity() <= limit);
            prop_assert!(decoder.last_event_id.len() <= limit);
        }
        for item in &found {
            if let SseItem::Event(event) = item {
                prop_assert!(event.data.len() <= limit);
            }
        }
        let mut whole = SseDecoder::new(limit);
        prop_assert_eq!(items(&mut whole, [bytes.as_slice()]), found);
        prop_assert_eq!(whole.last_event_id(), decoder.last_event_id());
    }
}
