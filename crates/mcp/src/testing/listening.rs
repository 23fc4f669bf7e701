//! The notifications that a test client receives.

use pulseengine_mcp_protocol::conversation::ClientEvent;
use pulseengine_mcp_transport::client::{Events, PendingAnswer};
use serde_json::{Value, json};

use super::answer::Answer;

/// An open `subscriptions/listen` request. Dropping it cancels the request.
#[derive(Debug)]
pub struct Listening {
    answer: PendingAnswer,
    events: Events,
}

impl Listening {
    pub(super) const fn new(answer: PendingAnswer, events: Events) -> Self {
        Self { answer, events }
    }

    /// The next notification, the acknowledgement first; `None` when the server has ended the subscription or refused it.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(message) = message_of(self.events.next().await?) {
                return Some(message);
            }
        }
    }

    /// Waits for the server's answer, which ends the subscription.
    pub async fn ended(self) -> Answer {
        Answer::of(self.answer.await)
    }
}

/// The message that an event came as; `None` for the end of the handshake.
pub(super) fn message_of(event: ClientEvent) -> Option<Value> {
    let (method, params) = match event {
        ClientEvent::Initialized { .. } => return None,
        ClientEvent::Unclaimed(message) => return serde_json::from_str(&message).ok(),
        ClientEvent::Progress { params, .. } => ("notifications/progress".to_owned(), params),
        ClientEvent::Notification { method, params, .. } => (method, params),
    };
    let mut message = json!({"jsonrpc": "2.0", "method": method});
    if let (Ok(params), Some(message)) = (serde_json::from_str(&params), message.as_object_mut()) {
        message.insert("params".into(), params);
    }
    Some(message)
}
