//! Messages of the revisions up to 2025-11-25 that belong to no conversation, as over HTTP without sessions: each is
//! judged by itself.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::call::{self, Known};
use crate::conversation::{Offer, own, too_many_members};
use crate::envelope::{self, InvalidMessage, Unit};
use crate::{Call, Error, Limits, Method, Session};

/// What becomes of a message.
#[derive(Debug)]
pub enum Sessionless {
    /// The server serves it.
    Call(Box<Call>),
    /// This is the answer, the whole message.
    Answer(String),
    /// Nobody has to do anything.
    Silence,
    /// It is a batch, with these members.
    Batch(Vec<Sessionless>),
}

/// Judges one message. `session` stands for what was settled, in another place, by `initialize`; without one, the
/// message may be `initialize`.
pub fn receive(text: String, session: Option<&Arc<Session>>, offer: Offer, limits: &Limits) -> Sessionless {
    let batches = session.is_some_and(|session| session.revision.has_batches());
    let outcome = match envelope::parse(&text, batches, limits) {
        Unit::Batch(members) => match too_many_members(members.len()) {
            Some(refusal) => Err(refusal),
            None => {
                // A member is no batch.
                let one = |member: &str| receive_one(member.into(), session, offer, limits);
                return Sessionless::Batch(members.into_iter().map(one).collect());
            }
        },
        Unit::One(_) => return receive_one(text, session, offer, limits),
    };
    settled(outcome, session)
}

fn receive_one(text: String, session: Option<&Arc<Session>>, offer: Offer, limits: &Limits) -> Sessionless {
    // No log messages: they are not offered where nobody could set their level.
    let known = Known { session: session.cloned(), level: None };
    let outcome = match call::admit_known(text, &known, limits, None) {
        Err(refusal) => Err(refusal),
        Ok(None) => Ok(Sessionless::Silence),
        Ok(Some(call)) => serve(call, offer),
    };
    settled(outcome, session)
}

fn settled(outcome: Result<Sessionless, InvalidMessage>, session: Option<&Arc<Session>>) -> Sessionless {
    outcome.unwrap_or_else(|refusal| {
        let revision = session.map(|session| session.revision);
        Sessionless::Answer(refusal.error.response(refusal.id.as_ref(), revision))
    })
}

/// Serves what is not for the server. Nothing is kept: nobody could ask for it.
fn serve(call: Call, offer: Offer) -> Result<Sessionless, InvalidMessage> {
    let served = match call.method {
        Method::Ping => Ok(()),
        Method::SetLevel => own::level_of(&call, offer.logging).map(drop),
        Method::Initialize => match own::session_of(&call) {
            Ok(_) => return Ok(Sessionless::Call(Box::new(call))),
            Err(error) => Err(error),
        },
        // Nothing can be told to a client that is not connected.
        Method::Subscribe | Method::Unsubscribe => Err(Error::method_not_found(call.method.name())),
        _ => return Ok(Sessionless::Call(Box::new(call))),
    };
    match served {
        Ok(()) => Ok(Sessionless::Answer(own::empty_result(&call.id))),
        Err(error) => Err(InvalidMessage::new(Some(call.id), error)),
    }
}
