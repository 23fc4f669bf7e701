//! Values in header fields, in base64 where they need it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pulseengine_mcp_protocol::ParamHeaders;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::param_headers::{decode, encode};

/// A text survives a header field; a field that is taken has one text; the base64 is that of the `base64` crate; and the
/// comparison with a body takes the same text and no other.
pub fn base64_header(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        survives(text);
    }
    if let Ok(text) = decode(data) {
        survives(&text);
    }
    let marked = [b"=?base64?", data, b"?="].concat();
    let expected = STANDARD.decode(data).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    assert_eq!(decode(&marked).ok().as_deref(), expected.as_deref());
}

fn survives(text: &str) {
    let field = encode(text);
    assert!(field.bytes().all(|byte| matches!(byte, 0x20..=0x7e)), "{field:?} is no value of a field");
    assert_eq!(decode(field.as_bytes()).as_deref(), Ok(text));
    let fields = ParamHeaders::new([("text", field.as_bytes())]);
    fields.check("Text", Some(&quote(text))).unwrap();
    let other = quote(&format!("{text}x"));
    assert!(fields.check("text", Some(&other)).is_err());
    assert!(fields.check("text", None).is_err());
    assert!(ParamHeaders::default().check("text", Some(&other)).is_err());
}

/// The text as JSON.
fn quote(text: &str) -> String {
    let mut w = Writer::default();
    w.string(text);
    w.into_text()
}
