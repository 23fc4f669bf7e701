//! Announced changes: `subscriptions/listen` since 2026-07-28, `resources/subscribe` and plain notifications before.

use alloc::borrow::Cow;

use super::change::{Change, Filter};
use super::core::{ANYWHERE, Conversation, Effect, Origin};
use super::name_set::Room;
use super::server::{Announcing, Offer, ServerEvent, ServerSide};
use crate::json::{JsonKind, Reader};
use crate::model::{TASKS_CAPABILITY, TASKS_EXTENSION};
use crate::params::Key;
use crate::{Call, Error, Method};

/// For [`Offer::announcing`] of a server that announces anything.
pub static ANNOUNCING: Announcing = Announcing {
    serve: |conversation, call, origin| match call.method {
        Method::Subscribe => conversation.subscribe(call),
        Method::Unsubscribe => conversation.unsubscribe(call),
        _ => conversation.open_subscription(call, origin),
    },
    changed: Conversation::announce,
    farewell: Conversation::farewell,
    decline_listening: |call| {
        let filter = asked(call, Offer::default(), Room::ALL)?;
        Ok([filter.acknowledgement(&call.id), filter.farewell(&call.id)])
    },
};

/// The notifications that a request asks for, without those that the server does not offer.
fn asked(call: &Call, offer: Offer, room: Room) -> Result<Filter, Error> {
    let mut filter = Filter::asked(call, room)?;
    filter.tools &= offer.tools_changed;
    filter.prompts &= offer.prompts_changed;
    filter.resources &= offer.resources_changed;
    filter.uris = filter.uris.filter(|_| offer.resource_updates);
    filter.tasks = filter.tasks.filter(|_| offer.tasks);
    if filter.tasks.is_some() && !call.client_can(&["extensions", TASKS_EXTENSION]) {
        return Err(Error::missing_capability(TASKS_CAPABILITY));
    }
    Ok(filter)
}

impl Conversation<ServerSide> {
    fn farewell(&mut self) {
        for (id, filter) in core::mem::take(&mut self.role.listening) {
            self.effects.push_back(Effect::Send(filter.farewell(&id), filter.origin));
            self.done(filter.origin);
        }
    }

    fn announce(&mut self, change: &Change) {
        for (id, filter) in self.role.listening.iter() {
            if filter.wants(change) {
                self.effects.push_back(Effect::Send(
                    change.notification(Some(id), filter.uris.as_ref()),
                    filter.origin,
                ));
            }
        }
        let plain = self.session().is_some()
            && match change {
                Change::Tools => self.role.offer.tools_changed,
                Change::Prompts => self.role.offer.prompts_changed,
                Change::Resources => self.role.offer.resources_changed,
                Change::Resource(uri) => self.role.subscribed.has(uri),
                // Of the extension, which revisions with sessions do not have.
                Change::Task(..) => false,
            };
        if plain {
            self.effects
                .push_back(Effect::Send(change.notification(None, Some(&self.role.subscribed)), ANYWHERE));
        }
    }

    fn open_subscription(&mut self, call: &Call, origin: Origin) -> Result<(), Error> {
        let mut filter = asked(call, self.role.offer, self.room())?;
        filter.origin = origin;
        self.effects.push_back(Effect::Send(filter.acknowledgement(&call.id), origin));
        if let Some(tasks) = &filter.tasks {
            self.effects
                .push_back(Effect::Event(ServerEvent::Listening(tasks.to_vec(), call.principal().cloned())));
        }
        self.role.listening.insert(call.id.clone(), filter);
        Ok(())
    }

    fn subscribe(&mut self, call: &Call) -> Result<(), Error> {
        let uri = self.subscribable(call)?;
        let mut room = self.room();
        match self.role.subscribed.insert(uri, &mut room) {
            true => Ok(()),
            false => Err(Error::internal("Too many subscriptions: unsubscribe from some first")),
        }
    }

    fn unsubscribe(&mut self, call: &Call) -> Result<(), Error> {
        let uri = self.subscribable(call)?;
        self.role.subscribed.remove(&uri);
        Ok(())
    }

    /// The room that the names of all subscriptions leave.
    fn room(&self) -> Room {
        let filters = self.role.listening.iter().map(|(_, filter)| filter);
        let names = filters.flat_map(|filter| [&filter.uris, &filter.tasks]).flatten();
        names.fold(Room::ALL.without(&self.role.subscribed), Room::without)
    }

    fn subscribable<'c>(&self, call: &'c Call) -> Result<Cow<'c, str>, Error> {
        if !self.role.offer.resource_updates {
            return Err(Error::method_not_found(call.method.name()));
        }
        let text = call.text(Key::Uri);
        match Reader::new(text).peek() {
            Ok(JsonKind::String) => call.required(Key::Uri, ""),
            _ => Err(Error::invalid_params("Invalid params: uri, a string, is required")),
        }
    }
}
