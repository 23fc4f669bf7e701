//! `initialize` and `logging/setLevel`, which the conversation handles without the server.

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
        capabilities: capabilities.into(),
        client_info: client_info.into(),
    })
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
