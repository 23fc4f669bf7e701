//! Media types: what a body is, and what a client accepts (RFC 9110, 8.3 and 12.5.1).

/// What the `Accept` fields of a request admit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepts {
    /// `application/json`
    pub json: bool,
    /// `text/event-stream`
    pub events: bool,
}

impl Accepts {
    /// Takes in the value of one field.
    pub fn add(&mut self, value: &[u8]) {
        for range in value.split(|byte| *byte == b',') {
            let mut parts = range.split(|byte| *byte == b';');
            let kind = parts.next().unwrap_or_default().trim_ascii();
            if parts.any(refuses) {
                continue;
            }
            let is = |wanted: &str| kind.eq_ignore_ascii_case(wanted.as_bytes());
            self.json |= is("application/json") || is("application/*") || is("*/*");
            self.events |= is("text/event-stream") || is("text/*") || is("*/*");
        }
    }
}

/// Whether a parameter is a weight of zero: not acceptable.
fn refuses(parameter: &[u8]) -> bool {
    let parameter = parameter.trim_ascii();
    let Some(weight) = parameter.strip_prefix(b"q=").or_else(|| parameter.strip_prefix(b"Q=")) else {
        return false;
    };
    weight.starts_with(b"0") && weight.iter().all(|byte| matches!(byte, b'0' | b'.'))
}

/// Whether a `Content-Type` is JSON in UTF-8.
pub(super) fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';');
    let kind = parts.next().unwrap_or_default().trim_ascii();
    kind.eq_ignore_ascii_case("application/json")
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim_ascii().eq_ignore_ascii_case("charset") => {
                value.trim_ascii().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
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
            ("", false, false),
        ] {
            let mut accepts = Accepts::default();
            accepts.add(value.as_bytes());
            assert_eq!((accepts.json, accepts.events), (json, events), "{value:?}");
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
}
