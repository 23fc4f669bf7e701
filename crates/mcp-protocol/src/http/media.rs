//! Media types: what a body is, and what a client accepts (RFC 9110, 8.3 and 12.5.1).

use super::cut::part;

/// The media type of a message.
pub(super) const JSON: &str = "application/json";
/// The media type of a stream of messages.
pub(super) const EVENTS: &str = "text/event-stream";

/// What the `Accept` fields of a request admit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepts {
    /// `application/json`
    pub json: bool,
    /// `text/event-stream`
    pub events: bool,
    /// `text/event-stream` before anything that admits JSON, or nothing that does: the client prefers events.
    pub events_first: bool,
    /// Of JSON and of events, how exact the range is that decides, and whether the type is taken.
    decided: [(u8, bool); 2],
    /// There is a range, of any kind.
    named: bool,
}

/// Media ranges, which of the two types each is about, and how exact it is.
const RANGES: [(&str, usize, u8); 6] =
    [(JSON, 0, 3), ("application/*", 0, 2), ("*/*", 0, 1), (EVENTS, 1, 3), ("text/*", 1, 2), ("*/*", 1, 1)];

impl Accepts {
    /// Takes in the value of one field. The most exact range decides (RFC 9110, 12.5.1).
    pub(crate) fn add(&mut self, value: &[u8]) {
        let mut ranges = Some(value);
        while let Some(range) = part(&mut ranges, b',') {
            let mut parameters = Some(range);
            let kind = part(&mut parameters, b';').unwrap_or_default().trim_ascii();
            let mut weight = None;
            while let Some(parameter) = part(&mut parameters, b';') {
                weight = weight.or_else(|| weight_of(parameter));
            }
            self.named |= !kind.is_empty();
            let taken = weight.is_none_or(|weight| weight.iter().any(|byte| !matches!(byte, b'0' | b'.')));
            for (range, which, exactness) in RANGES {
                let Some((decided_by, takes)) = self.decided.get_mut(which) else { continue };
                if exactness < *decided_by || !kind.eq_ignore_ascii_case(range.as_bytes()) {
                    continue;
                }
                *takes = taken || (*takes && exactness == *decided_by);
                *decided_by = exactness;
                if range == EVENTS {
                    let full = weight.is_none_or(|weight| weight.starts_with(b"1"));
                    let [(_, json), _] = self.decided;
                    self.events_first |= !json && full;
                }
            }
        }
    }

    /// All fields have been taken in. Without a range, every type is taken (RFC 9110, 12.5.1), unless `strict`.
    pub(crate) fn finish(&mut self, strict: bool) {
        let any = !self.named && !strict;
        let [(_, json), (_, events)] = self.decided;
        (self.json, self.events) = (json || any, events || any);
        self.events_first |= self.events && !self.json;
    }
}

/// The weight that a parameter gives, from 0, not acceptable, to 1.
fn weight_of(parameter: &[u8]) -> Option<&[u8]> {
    let parameter = parameter.trim_ascii();
    parameter.strip_prefix(b"q=").or_else(|| parameter.strip_prefix(b"Q="))
}

/// Whether a `Content-Type` is JSON in UTF-8.
pub(super) fn is_json(content_type: &str) -> bool {
    let mut parameters = Some(content_type.as_bytes());
    let is = |given: &[u8], wanted: &str| given.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes());
    let kind = part(&mut parameters, b';').unwrap_or_default();
    let mut json = is(kind, JSON);
    while let Some(parameter) = part(&mut parameters, b';') {
        let mut value = Some(parameter);
        let name = part(&mut value, b'=').unwrap_or_default();
        if let Some(value) = value
            && is(name, "charset")
        {
            // The Encoding Standard has `utf8` as a label of it.
            json &= is(value, "utf-8") || is(value, "\"utf-8\"") || is(value, "utf8");
        }
    }
    json
}

/// Whether a `Content-Type` is a stream of events. Its parameters do not matter: such a stream is always UTF-8.
pub(super) fn is_events(content_type: &str) -> bool {
    let kind = content_type.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(EVENTS.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_names_what_it_admits() {
        for (value, json, events) in [
            ("application/json, text/event-stream", true, true),
            ("application/json;q=0.5,text/event-stream", true, true),
            ("APPLICATION/JSON", true, false),
            ("text/event-stream;q=0", false, false),
            ("text/event-stream; q=0.000", false, false),
            ("text/event-stream; q=0.001", false, true),
            ("*/*", true, true),
            ("text/*", false, true),
            ("application/*, text/html", true, false),
            ("application/jsonp, text/event-streams", false, false),
            ("*/*, text/event-stream;q=0", true, false),
            ("text/event-stream;q=0, */*", true, false),
            ("application/json;q=0, application/*;q=0.5, text/*", false, true),
            ("*/*;q=0, application/json", true, false),
            ("application/json;profile=\"x\";q=0.2", true, false),
            ("application/json; Q=0, text/event-stream; q=0.0", false, false),
            ("", false, false),
        ] {
            let mut accepts = Accepts::default();
            accepts.add(value.as_bytes());
            accepts.finish(true);
            assert_eq!((accepts.json, accepts.events), (json, events), "{value:?}");
        }
    }

    #[test]
    fn without_a_range_everything_is_taken() {
        for (fields, json, events) in [
            (&[][..], true, true),
            (&[""], true, true),
            (&[" , "], true, true),
            (&["", "application/json"], true, false),
            (&["text/html"], false, false),
            (&["*/*;q=0"], false, false),
        ] {
            let mut accepts = Accepts::default();
            fields.iter().for_each(|value| accepts.add(value.as_bytes()));
            accepts.finish(false);
            assert_eq!((accepts.json, accepts.events), (json, events), "{fields:?}");
        }
    }

    #[test]
    fn events_come_first_where_they_are_named_first_and_with_full_weight() {
        for (value, events_first) in [
            ("text/event-stream, application/json", true),
            ("text/event-stream;q=1.0, application/json;q=0.5", true),
            ("text/html, text/event-stream, */*;q=0.1", true),
            ("application/json, text/event-stream", false),
            ("text/event-stream;q=0.5, application/json", false),
            ("*/*, text/event-stream", false),
            ("text/*, application/json", false),
            ("*/*", false),
        ] {
            let mut accepts = Accepts::default();
            accepts.add(value.as_bytes());
            assert_eq!(accepts.events_first, events_first, "{value:?}");
        }
    }

    #[test]
    fn json_is_application_json_in_utf_8() {
        for (value, json) in [
            ("application/json", true),
            ("Application/JSON; charset=UTF-8", true),
            ("application/json; charset=\"utf-8\"", true),
            ("application/json;charset=latin1", false),
            ("application/json-rpc", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
        ] {
            assert_eq!(is_json(value), json, "{value:?}");
        }
    }

    #[test]
    fn a_stream_of_events_is_one_whatever_its_parameters() {
        for (value, events) in [
            ("text/event-stream", true),
            ("Text/Event-Stream; charset=utf-8", true),
            (" text/event-stream ;x", true),
            ("text/event-streams", false),
            ("text/plain; text/event-stream", false),
            ("", false),
        ] {
            assert_eq!(is_events(value), events, "{value:?}");
        }
    }
}
