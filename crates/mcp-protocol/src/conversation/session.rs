//! `initialize` and `logging/setLevel`, which the conversation handles without the server.

use alloc::string::String;

use crate::json::Writer;
use crate::params::{self, Key};
use crate::{Call, Error, LoggingLevel, Session};

/// The session that an `initialize` begins.
pub(crate) fn session_of(call: &Call) -> Result<Session, Error> {
    let (capabilities, client_info) = client_of(call)?;
    Ok(Session {
        revision: call.revision,
        capabilities: kept(capabilities)?,
        client_info: kept(client_info)?,
    })
}

/// What an `initialize` says of its client: `capabilities` and `clientInfo`. A client that says nothing has no capabilities
/// and no name.
pub(crate) fn client_of(call: &Call) -> Result<(&str, &str), Error> {
    let said = |key| match call.text(key) {
        "" => "{}",
        text => text,
    };
    let (capabilities, client_info) = (said(Key::Capabilities), said(Key::ClientInfo));
    if !params::is_object(capabilities) || !params::is_object(client_info) {
        return Err(Error::invalid_params(
            "Invalid params: capabilities and clientInfo of initialize are objects",
        ));
    }
    Ok((capabilities, client_info))
}

/// Bytes that a session keeps of each of the two. Icons of a client can have hundreds of times as many.
const MOST_KEPT: usize = 2_048;

/// What a server can use of them. What is experimental is kept only where there is room.
const USED: [&str; 8] =
    ["name", "title", "version", "roots", "sampling", "elicitation", "tasks", "extensions"];

/// An object that a session keeps: all of it if it is short, else the members that a server can use.
fn kept(object: &str) -> Result<String, Error> {
    if object.len() <= MOST_KEPT {
        return Ok(object.into());
    }
    let mut w = Writer::default();
    w.begin_object();
    for name in USED {
        if let Some(value) = params::member(object, name) {
            w.key(name).raw(value);
        }
    }
    w.end_object();
    let text = w.into_text();
    if text.len() <= MOST_KEPT {
        return Ok(text);
    }
    Err(Error::invalid_params("Invalid params: clientInfo or capabilities is longer than 2048 bytes"))
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
