//! Server-Sent Events.

use std::time::Duration;

use pulseengine_mcp_protocol::frame::{SseDecoder, SseEvent, SseItem, event};

use crate::pieces::chunkings;

/// The events are the same however the stream is cut into chunks, and those that the standard's algorithm finds in the whole of it;
/// what is written as an event is read as one.
pub fn sse(data: &[u8]) {
    for limit in [1 << 20, 24] {
        let [whole, others @ ..] = chunkings(data).map(|chunks| Stream::read(&chunks, limit));
        others.into_iter().for_each(|cut| assert_eq!(cut, whole, "limit {limit}"));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if data.len() <= 1 << 20 {
        assert_eq!(Stream::read(&[data], 1 << 20), Stream::by_the_standard(text));
    }
    written(text);
}

/// Writes the text as the data of an event, and reads it.
fn written(text: &str) {
    let mut stream = Vec::new();
    event(text, Some("7"), &mut stream);
    let expected = SseEvent {
        event: Some("message".to_owned()),
        data: text.replace(['\r', '\n'], " "),
        id: Some("7".to_owned()),
        ..SseEvent::default()
    };
    assert_eq!(Stream::read(&[&stream], stream.len()).items, [SseItem::Event(expected)]);
}

/// All that a stream says.
#[derive(Debug, Default, PartialEq)]
struct Stream {
    items: Vec<SseItem>,
    last_event_id: Option<String>,
    retry: Option<Duration>,
    comments: u64,
}

impl Stream {
    fn read(chunks: &[&[u8]], limit: usize) -> Self {
        let (mut decoder, mut items) = (SseDecoder::new(limit), Vec::new());
        for chunk in chunks {
            let mut rest = *chunk;
            // The last item of a chunk may be known with its last byte.
            while let Some(item) = decoder.next(&mut rest) {
                items.push(item);
            }
            assert!(rest.is_empty());
        }
        Self {
            items,
            last_event_id: decoder.last_event_id().map(str::to_owned),
            retry: decoder.retry(),
            comments: decoder.comments(),
        }
    }

    /// WHATWG HTML, "Interpreting an event stream", for text that is there as a whole.
    fn by_the_standard(text: &str) -> Self {
        let mut stream = Self::default();
        let (mut next, mut data) = (SseEvent::default(), None::<String>);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
        // What follows the last end of a line is no line.
        let lines = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
        for line in lines.split('\n').take(text.matches('\n').count()) {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match name {
                "" if line.is_empty() => {
                    if let Some(id) = &next.id {
                        stream.last_event_id = Some(id.clone()).filter(|id| !id.is_empty());
                    }
                    let event = std::mem::take(&mut next);
                    if let Some(data) = data.take() {
                        stream.items.push(SseItem::Event(SseEvent { data, ..event }));
                    }
                }
                "" => stream.comments += 1,
                "data" => match &mut data {
                    Some(data) => *data = format!("{data}\n{value}"),
                    None => data = Some(value.to_owned()),
                },
                "event" => next.event = Some(value.to_owned()).filter(|kind| !kind.is_empty()),
                "id" if !value.contains('\0') => next.id = Some(value.to_owned()),
                "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                    next.retry = Some(Duration::from_millis(value.parse().unwrap_or(u64::MAX)));
                    stream.retry = next.retry;
                }
                _ => {}
            }
        }
        stream
    }
}
