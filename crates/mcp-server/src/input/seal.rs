//! The sealed `requestState`: encrypted, bound to the request it was given for, and short-lived.
//!
//! XChaCha20-Poly1305 over the answers and an expiry. The associated data names the format, the method, a digest of the
//! target and arguments, and the caller, so that a state is of no use for another request or another caller. It passes
//! through the client, which can neither read nor change it.

use std::borrow::Cow;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use pulseengine_mcp_protocol::json::{JsonKind, Reader, SyntaxError, Writer};
use pulseengine_mcp_protocol::params::Key;
use pulseengine_mcp_protocol::{Call, Error};
use pulseengine_mcp_runtime::{entropy, unix_time};
use pulseengine_mcp_transport::Instance;
use sha2::{Digest, Sha256};

use crate::Context;

/// How long a state can be used.
const LIFETIME: Duration = Duration::from_secs(600);
/// Longest state, in characters.
const MAX: usize = 8 * 1024;
const VERSION: &[u8] = b"mcp-state-1";
const NONCE: usize = 24;
/// Seconds since 1970, big endian, before the answers.
const STAMP: usize = 8;

/// Seals the answers so far.
pub(super) fn seal(cx: &Context, answers: &str) -> Result<String, Error> {
    let mut sealed = vec![0; NONCE];
    entropy(&mut sealed)
        .map_err(|_| Error::internal("no randomness to protect the state of the request with"))?;
    let expires = unix_time().saturating_add(LIFETIME).as_secs();
    let mut plain = expires.to_be_bytes().to_vec();
    plain.extend_from_slice(answers.as_bytes());
    let nonce = nonce(&sealed).ok_or_else(failed)?;
    let aad = associated(cx.call());
    let payload = Payload { msg: &plain, aad: &aad };
    let encrypted = cipher(cx)?.encrypt(&nonce, payload).map_err(|_| failed())?;
    sealed.extend_from_slice(&encrypted);
    let text = URL_SAFE_NO_PAD.encode(&sealed);
    if text.len() > MAX {
        return Err(Error::internal("the answers given so far are too long to be carried along"));
    }
    Ok(text)
}

/// Opens a state that the client sent back; `None` when it is not one that this server gave for this request, or too old.
pub(super) fn open(cx: &Context, text: &str) -> Option<String> {
    if text.len() > MAX {
        return None;
    }
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (head, encrypted) = sealed.split_at_checked(NONCE)?;
    let nonce = nonce(head)?;
    let aad = associated(cx.call());
    let payload = Payload { msg: encrypted, aad: &aad };
    let plain = cipher(cx).ok()?.decrypt(&nonce, payload).ok()?;
    let (stamp, answers) = plain.split_first_chunk::<STAMP>()?;
    if u64::from_be_bytes(*stamp) < unix_time().as_secs() {
        return None;
    }
    String::from_utf8(answers.to_vec()).ok()
}

fn failed() -> Error {
    Error::internal("the state of the request could not be protected")
}

fn nonce(bytes: &[u8]) -> Option<XNonce> {
    <[u8; NONCE]>::try_from(bytes).ok().map(XNonce::from)
}

fn cipher(cx: &Context) -> Result<XChaCha20Poly1305, Error> {
    let core = cx.server().core();
    let key = match core.state_key.get() {
        Some(key) => key,
        None => {
            let key = make_key(core.settings.state_key, cx.inner().peer.instance())?;
            core.state_key.get_or_init(|| key)
        }
    };
    Ok(XChaCha20Poly1305::new(key.into()))
}

fn make_key(given: Option<[u8; 32]>, instance: Instance) -> Result<[u8; 32], Error> {
    if let Some(key) = given {
        return Ok(key);
    }
    if let Ok(text) = std::env::var("MCP_STATE_KEY") {
        return from_hex(text.trim())
            .ok_or_else(|| Error::internal("the server's MCP_STATE_KEY is not 64 hexadecimal digits"));
    }
    if !instance.lasting {
        return Err(Error::internal(NO_COMMON_KEY));
    }
    let mut key = [0; 32];
    entropy(&mut key).map_err(|_| failed())?;
    Ok(key)
}

/// The answer comes to another instance, which could not open the state.
const NO_COMMON_KEY: &str = "the client cannot be asked: this instance of the server ends with its request; set MCP_STATE_KEY (64 hexadecimal digits) for all instances";

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    let (digits, rest) = text.as_bytes().as_chunks::<2>();
    if digits.len() != key.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in key.iter_mut().zip(digits) {
        let value = char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?;
        *byte = u8::try_from(value).ok()?;
    }
    Some(key)
}

/// What the state is bound to: the method, the target and arguments of the request, and the caller.
fn associated(call: &Call) -> Vec<u8> {
    let mut digest = Sha256::new();
    for key in [Key::Name, Key::Uri, Key::Arguments] {
        digest.update(canonical(call.text(key)).as_bytes());
        digest.update([0]);
    }
    let mut aad = VERSION.to_vec();
    aad.push(0);
    aad.extend_from_slice(call.method.name().as_bytes());
    aad.push(0);
    aad.extend_from_slice(&digest.finalize());
    // The digest has one length: what follows it is the name.
    if let Some(principal) = call.principal() {
        aad.push(0);
        aad.extend_from_slice(principal.id().as_bytes());
    }
    aad
}

/// The same text for the same value: a client may write the members of an object in another order, and with other
/// escapes and spaces, when it retries. Numbers are kept as they are written.
fn canonical(json: &str) -> Cow<'_, str> {
    let mut w = Writer::with_capacity(json.len());
    // Text that is not JSON is bound as it is.
    write_canonical(json, &mut w).map_or(Cow::Borrowed(json), |()| Cow::Owned(w.into_text()))
}

fn write_canonical(json: &str, w: &mut Writer) -> Result<(), SyntaxError> {
    let mut r = Reader::new(json);
    match r.peek()? {
        JsonKind::Object => {
            let (mut object, mut members) = (r.object()?, Vec::new());
            while let Some(key) = object.next(&mut r)? {
                members.push((key, r.raw()?));
            }
            members.sort();
            w.begin_object();
            for (key, value) in members {
                write_canonical(value, w.key(&key))?;
            }
            w.end_object();
        }
        JsonKind::Array => {
            let mut items = r.array()?;
            w.begin_array();
            while items.next(&mut r)? {
                write_canonical(r.raw()?, w)?;
            }
            w.end_array();
        }
        JsonKind::String => w.string(&r.string()?),
        JsonKind::Number | JsonKind::Boolean | JsonKind::Null => w.raw(r.raw()?),
    }
    r.end()
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn a_value_has_one_text() {
        let table = [
            (r#"{"b":1,"a":2}"#, r#"{ "a" : 2, "b":1 }"#, true),
            (r#"{"o":{"y":[1, {"d":1,"c":2}],"x":null}}"#, r#"{"o":{"x":null,"y":[1,{"c":2,"d":1}]}}"#, true),
            (r#""\u0061\/""#, r#""a/""#, true),
            (r#"{"\u0062":1,"a":2}"#, r#"{"a":2,"b":1}"#, true),
            ("[1,2]", "[2,1]", false),
            ("1", "1.0", false),
            ("100000000000000000001", "100000000000000000002", false),
            (r#"{"a":1}"#, r#"{"a":"1"}"#, false),
            (r#"{"a":{},"b":1}"#, r#"{"a":{"b":1}}"#, false),
            ("", "null", false),
            ("{", "[", false),
        ];
        for (left, right, same) in table {
            assert_eq!(canonical(left) == canonical(right), same, "{left} and {right}");
        }
        assert_eq!(canonical(r#"{"b":[true, -0.50],"a":"\n"}"#), r#"{"a":"\n","b":[true,-0.50]}"#);
    }
}
