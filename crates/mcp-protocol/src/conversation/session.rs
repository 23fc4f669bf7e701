//! `initialize` and `logging/setLevel`, which the conversation handles without the server.

use alloc::string::String;

use crate::json::{Reader, SyntaxError, Writer};
use crate::params::{self, Key};
use crate::{Call, Error, LoggingLevel, Session};

/// The session that an `initialize` begins.
pub(crate) fn session_of(call: &Call) -> Result<Session, Error> {
    let capabilities = call.text(Key::Capabilities);
    let client_info = call.text(Key::ClientInfo);
    if !params::is_object(capabilities) || !params::is_object(client_info) {
        return Err(Error::invalid_params(
            "Invalid params: initialize needs capabilities and clientInfo, both objects",
        ));
    }
    Ok(Session {
        revision: call.revision,
        capabilities: kept("capabilities", capabilities, USED_CAPABILITIES)?,
        client_info: kept("clientInfo", client_info, &["name", "title", "version"])?,
    })
}

/// Bytes that a session keeps of each of the two. Icons of a client can have hundreds of times as many.
const MOST_KEPT: usize = 2_048;

/// The capabilities that a server can use. What is experimental is kept only where there is room.
const USED_CAPABILITIES: &[&str] = &["roots", "sampling", "elicitation", "tasks", "extensions"];

/// An object that a session keeps: all of it if it is short, else these members.
fn kept(name: &str, object: &str, used: &[&str]) -> Result<String, Error> {
    if object.len() <= MOST_KEPT {
        return Ok(object.into());
    }
    let short = shortened(object, used).ok().filter(|text| text.len() <= MOST_KEPT);
    short.ok_or_else(|| params::too_long(name, MOST_KEPT))
}

fn shortened(object: &str, used: &[&str]) -> Result<String, SyntaxError> {
    let mut w = Writer::default();
    w.begin_object();
    let mut r = Reader::new(object);
    let mut members = r.object()?;
    while let Some(key) = members.next(&mut r)? {
        let value = r.raw()?;
        if used.contains(&&*key) {
            w.key(&key).raw(value);
        }
    }
    w.end_object();
    Ok(w.into_text())
}

/// The level that a `logging/setLevel` sets, if the server sends log messages.
pub(crate) fn level_of(call: &Call, logging: bool) -> Result<LoggingLevel, Error> {
    if !logging {
        return Err(Error::method_not_found(call.method.name()));
    }
    let level = call.string(Key::Level).and_then(|name| LoggingLevel::parse(&name));
    level.ok_or_else(|| {
        Error::invalid_params("Invalid params: level is not one of debug, info, notice, warning, error, critical, alert, emergency")
    })
}
