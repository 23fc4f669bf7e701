//! Messages of the revisions up to 2025-11-25 over HTTP without sessions: each is handled on its own.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::call::{self, ConnectionState};
use crate::conversation::{Offer, check_size, session};
use crate::envelope::{self, InvalidMessage, Message, Unit};
use crate::{Call, Error, Method, Reply, Session};

/// What the transport does with a message.
#[derive(Debug)]
pub enum Sessionless {
    /// The server serves it.
    Call(Box<Call>),
    /// Send this answer, a whole message.
    Answer(String),
    /// Nothing: the message needs no answer.
    Nothing,
    /// It is a batch, with these members.
    Batch(Vec<Sessionless>),
}

/// Handles one unit. `session` is the outcome of an earlier `initialize`, which may have been served elsewhere; without
/// one, the message may be `initialize` itself.
pub fn receive(unit: Unit, session: Option<&Arc<Session>>, offer: Offer) -> Sessionless {
    let batches = session.is_some_and(|session| session.revision.has_batches());
    let invalid = match unit {
        Unit::One(message) => return receive_one(message, false, session, offer),
        Unit::Batch(_) if !batches => envelope::not_an_object(),
        Unit::Batch(members) => match check_size(members.len()) {
            Err(invalid) => invalid,
            Ok(()) => {
                let members = members.into_iter().map(|member| receive_one(member, true, session, offer));
                return Sessionless::Batch(members.collect());
            }
        },
    };
    refuse(&invalid, session)
}

fn receive_one(
    message: Result<Message, InvalidMessage>,
    in_batch: bool,
    session: Option<&Arc<Session>>,
    offer: Offer,
) -> Sessionless {
    // No log messages: they are not offered where no request could set their level.
    let state = ConnectionState { session: session.cloned(), level: None };
    let judged = match message {
        Ok(Message::Request(request)) => {
            let letter = offer.strict.then_some(&state);
            call::check_order(request, in_batch, letter)
                .and_then(|request| call::admit_known(request, &state))
                .and_then(|call| serve(call, offer))
        }
        Ok(_) => Ok(Sessionless::Nothing),
        Err(invalid) => Err(invalid),
    };
    judged.unwrap_or_else(|invalid| refuse(&invalid, session))
}

fn refuse(invalid: &InvalidMessage, session: Option<&Arc<Session>>) -> Sessionless {
    let revision = session.map(|session| session.revision);
    Sessionless::Answer(invalid.error.response(invalid.id.as_ref(), revision))
}

/// Serves the requests that do not reach the server's handlers. No state is kept, because no later request can refer to it.
fn serve(call: Call, offer: Offer) -> Result<Sessionless, InvalidMessage> {
    let served = match call.method {
        Method::Ping => Ok(()),
        Method::SetLevel => session::level_of(&call, offer.logging).map(drop),
        Method::Initialize => match session::client_of(&call) {
            Ok(_) => return Ok(Sessionless::Call(Box::new(call))),
            Err(error) => Err(error),
        },
        // Nothing can be announced to a client that is not connected.
        Method::Subscribe | Method::Unsubscribe => Err(Error::method_not_found(call.method.name())),
        _ => return Ok(Sessionless::Call(Box::new(call))),
    };
    match served {
        Ok(()) => Ok(Sessionless::Answer(Reply::empty(&call.id).into_message(&call.id))),
        Err(error) => Err(InvalidMessage::new(Some(call.id), error)),
    }
}
