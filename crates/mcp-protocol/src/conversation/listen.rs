//! Who hears of changes: `subscriptions/listen` since 2026-07-28, `resources/subscribe` and plain notifications before.

use alloc::string::String;
use alloc::vec::Vec;

use super::{ANYWHERE, Conversation, Effect, Offer, Origin};
use crate::json::{Kind, Reader, Syntax, Writer};
use crate::model::{TASKS_CAPABILITY, TASKS_EXTENSION};
use crate::params::{self, Key};
use crate::{Call, Error, Method, RequestId};

/// How many resources one conversation can subscribe to, and how many tasks one request can listen to.
const MAX_SUBSCRIBED: usize = 1_024;

/// What keeps subscriptions and announces changes.
#[derive(Debug)]
pub struct Announcing {
    pub(super) serve: fn(&mut Conversation, &Call, Origin) -> Result<(), Error>,
    pub(super) changed: fn(&mut Conversation, &Change),
    pub(super) farewell: fn(&mut Conversation),
    tell_nothing: fn(&Call) -> Result<[String; 2], Error>,
}

impl Announcing {
    /// The two messages that answer `subscriptions/listen` where nothing can be told, as by an instance that is gone
    /// with its request: the acknowledgement of nothing, and the end.
    ///
    /// # Errors
    ///
    /// `-32602` when the request is malformed.
    pub fn tell_nothing(&self, call: &Call) -> Result<[String; 2], Error> {
        (self.tell_nothing)(call)
    }
}

/// For [`Offer::announcing`] of a server that announces anything.
pub static ANNOUNCING: Announcing = Announcing {
    serve: |conversation, call, origin| match call.method {
        Method::Subscribe => conversation.subscribe(call),
        Method::Unsubscribe => conversation.unsubscribe(call),
        _ => conversation.open_subscription(call, origin),
    },
    changed: Conversation::announce,
    farewell: Conversation::farewell,
    tell_nothing: |call| {
        let filter = Filter::asked(call, Offer::default())?;
        Ok([filter.acknowledgement(&call.id), filter.farewell(&call.id)])
    },
};

/// Something that clients may want to hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The list of tools.
    Tools,
    /// The list of prompts.
    Prompts,
    /// The list of resources or of resource templates.
    Resources,
    /// The content of the resource with that URI.
    Resource(String),
    /// The task of that id, and what it is now: the members of a `DetailedTask`.
    Task(String, String),
}

impl Change {
    const fn method(&self) -> Method {
        match self {
            Self::Tools => Method::ToolsChanged,
            Self::Prompts => Method::PromptsChanged,
            Self::Resources => Method::ResourcesChanged,
            Self::Resource(_) => Method::ResourceUpdated,
            Self::Task(..) => Method::TaskChanged,
        }
    }

    fn notification(&self, subscription: Option<&RequestId>) -> String {
        let mut w = Writer::with_capacity(128);
        w.begin_object();
        w.key("jsonrpc").string("2.0");
        w.key("method").string(self.method().name());
        let bare = matches!(self, Self::Tools | Self::Prompts | Self::Resources);
        if subscription.is_some() || !bare {
            w.key("params").begin_object();
            match self {
                Self::Resource(uri) => w.key("uri").string(uri),
                Self::Task(_, members) => w.members(members),
                _ => {}
            }
            write_subscription(&mut w, subscription);
            w.end_object();
        }
        w.end_object();
        w.into_text()
    }
}

fn write_subscription(w: &mut Writer, subscription: Option<&RequestId>) {
    if let Some(id) = subscription {
        w.key("_meta").begin_object();
        id.write(w.key("io.modelcontextprotocol/subscriptionId"));
        w.end_object();
    }
}

/// What one `subscriptions/listen` opted into, as far as the server offers it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    tools: bool,
    prompts: bool,
    resources: bool,
    uris: Option<Vec<String>>,
    tasks: Option<Vec<String>>,
    origin: Origin,
}

impl Filter {
    fn asked(call: &Call, offer: Offer) -> Result<Self, Error> {
        let wanted = call.text(Key::Notifications);
        if !params::is_object(wanted) {
            return Err(Error::invalid_params("Invalid params: notifications, an object, is required"));
        }
        let filter = Self::read(wanted, offer).map_err(|_| {
            Error::invalid_params("Invalid params: notifications has a member of a wrong type")
        })?;
        if filter.tasks.is_some() && !call.client_can(&["extensions", TASKS_EXTENSION]) {
            return Err(Error::missing_capability(TASKS_CAPABILITY));
        }
        Ok(filter)
    }

    fn read(text: &str, offer: Offer) -> Result<Self, Syntax> {
        let mut filter = Self::default();
        let mut r = Reader::new(text);
        let mut members = r.object()?;
        while let Some(key) = members.next(&mut r)? {
            match &*key {
                "toolsListChanged" => filter.tools = r.boolean()? && offer.tools_changed,
                "promptsListChanged" => filter.prompts = r.boolean()? && offer.prompts_changed,
                "resourcesListChanged" => filter.resources = r.boolean()? && offer.resources_changed,
                "resourceSubscriptions" => filter.uris = offer.resource_updates.then_some(names(&mut r)?),
                "taskIds" => filter.tasks = offer.tasks.then_some(names(&mut r)?),
                _ => r.skip()?,
            }
        }
        Ok(filter)
    }

    fn wants(&self, change: &Change) -> bool {
        match change {
            Change::Tools => self.tools,
            Change::Prompts => self.prompts,
            Change::Resources => self.resources,
            Change::Resource(uri) => self.uris.as_ref().is_some_and(|uris| uris.contains(uri)),
            Change::Task(id, _) => self.tasks.as_ref().is_some_and(|tasks| tasks.contains(id)),
        }
    }

    fn acknowledgement(&self, id: &RequestId) -> String {
        let mut w = Writer::with_capacity(256);
        w.begin_object();
        w.key("jsonrpc").string("2.0");
        w.key("method").string(Method::ListenAcknowledged.name());
        w.key("params").begin_object();
        write_subscription(&mut w, Some(id));
        w.key("notifications").begin_object();
        for (key, wanted) in [
            ("toolsListChanged", self.tools),
            ("promptsListChanged", self.prompts),
            ("resourcesListChanged", self.resources),
        ] {
            if wanted {
                w.key(key).boolean(true);
            }
        }
        for (key, names) in [("resourceSubscriptions", &self.uris), ("taskIds", &self.tasks)] {
            if let Some(names) = names {
                w.key(key).begin_array();
                names.iter().for_each(|name| w.string(name));
                w.end_array();
            }
        }
        w.end_object();
        w.end_object();
        w.end_object();
        w.into_text()
    }

    /// The response that ends the subscription.
    fn farewell(&self, id: &RequestId) -> String {
        let mut w = Writer::with_capacity(160);
        w.begin_object();
        w.key("jsonrpc").string("2.0");
        id.write(w.key("id"));
        w.key("result").begin_object();
        w.key("resultType").string("complete");
        write_subscription(&mut w, Some(id));
        w.end_object();
        w.end_object();
        w.into_text()
    }
}

/// A list of names, each once, and not too many.
fn names(r: &mut Reader<'_>) -> Result<Vec<String>, Syntax> {
    let mut names: Vec<String> = Vec::new();
    let mut items = r.array()?;
    while items.next(r)? {
        let name = r.string()?;
        if names.len() < MAX_SUBSCRIBED && !names.iter().any(|known| *known == name) {
            names.push(name.into_owned());
        }
    }
    Ok(names)
}

impl Conversation {
    fn farewell(&mut self) {
        for (id, filter) in self.listening.take() {
            self.effects.push_back(Effect::Send(filter.farewell(&id), filter.origin));
            self.done(filter.origin);
        }
    }

    fn announce(&mut self, change: &Change) {
        for (id, filter) in self.listening.iter() {
            if filter.wants(change) {
                self.effects.push_back(Effect::Send(change.notification(Some(id)), filter.origin));
            }
        }
        let plain = self.known.session.is_some()
            && match change {
                Change::Tools => self.offer.tools_changed,
                Change::Prompts => self.offer.prompts_changed,
                Change::Resources => self.offer.resources_changed,
                Change::Resource(uri) => self.subscribed.contains(uri),
                // Of the extension, which revisions with sessions do not have.
                Change::Task(..) => false,
            };
        if plain {
            self.effects.push_back(Effect::Send(change.notification(None), ANYWHERE));
        }
    }

    fn open_subscription(&mut self, call: &Call, origin: Origin) -> Result<(), Error> {
        let mut filter = Filter::asked(call, self.offer)?;
        filter.origin = origin;
        self.effects.push_back(Effect::Send(filter.acknowledgement(&call.id), origin));
        if let Some(tasks) = &filter.tasks {
            self.effects.push_back(Effect::Listening(tasks.clone()));
        }
        self.listening.insert(call.id.clone(), filter);
        Ok(())
    }

    fn subscribe(&mut self, call: &Call) -> Result<(), Error> {
        let uri = self.subscribable(call)?;
        if self.subscribed.len() >= MAX_SUBSCRIBED {
            return Err(Error::internal("Too many subscriptions: unsubscribe from some first"));
        }
        if !self.subscribed.contains(&uri) {
            self.subscribed.push(uri);
        }
        Ok(())
    }

    fn unsubscribe(&mut self, call: &Call) -> Result<(), Error> {
        let uri = self.subscribable(call)?;
        self.subscribed.retain(|known| *known != uri);
        Ok(())
    }

    fn subscribable(&self, call: &Call) -> Result<String, Error> {
        if !self.offer.resource_updates {
            return Err(Error::method_not_found(call.method.name()));
        }
        let text = call.text(Key::Uri);
        match Reader::new(text).peek() {
            Ok(Kind::String) => Ok(call.required(Key::Uri, "")?.into_owned()),
            _ => Err(Error::invalid_params("Invalid params: uri, a string, is required")),
        }
    }
}
