//! Changes that the server announces, and what of them a client subscribed to.

use alloc::string::String;
use alloc::sync::Arc;

use super::core::Origin;
use super::name_set::{NameSet, Room};
use crate::json::{JsonKind, Reader, SyntaxError, Writer};
use crate::params::{self, Key};
use crate::{Call, Error, Limits, Method, RequestId};

/// A change that a client can subscribe to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The list of tools.
    Tools,
    /// The list of prompts.
    Prompts,
    /// The list of resources or of resource templates.
    Resources,
    /// The content of the resource with that URI.
    Resource(String),
    /// The id of a task, and its new state: the members of a `DetailedTask`.
    Task(String, Arc<str>),
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

    /// Bytes that it takes, as far as they are not few.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Resource(uri) => uri.len(),
            Self::Task(_, members) => members.len(),
            Self::Tools | Self::Prompts | Self::Resources => 0,
        }
    }

    /// Its notification, which names a resource as the client did in `names`.
    pub(super) fn notification(&self, subscription: Option<&RequestId>, names: Option<&NameSet>) -> String {
        let mut w = Writer::with_capacity(128);
        w.begin_object();
        w.key("jsonrpc").string("2.0");
        w.key("method").string(self.method().name());
        let bare = matches!(self, Self::Tools | Self::Prompts | Self::Resources);
        if subscription.is_some() || !bare {
            w.key("params").begin_object();
            match self {
                Self::Resource(uri) => {
                    let spelled = names.and_then(|names| names.spelled(uri));
                    w.key("uri").string(spelled.unwrap_or(uri));
                }
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

/// The notifications that one `subscriptions/listen` asked for and the server offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub tools: bool,
    pub prompts: bool,
    pub resources: bool,
    pub uris: Option<NameSet>,
    pub tasks: Option<NameSet>,
    pub origin: Origin,
}

impl Filter {
    /// What a request asks for, as far as there is room.
    pub(crate) fn asked(call: &Call, room: Room) -> Result<Self, Error> {
        let wanted = call.text(Key::Notifications);
        if !params::is_object(wanted) {
            return Err(Error::invalid_params("Invalid params: notifications, an object, is required"));
        }
        let (filter, too_long) = Self::read(wanted, room).map_err(|_| {
            Error::invalid_params("Invalid params: notifications has a member of a wrong type")
        })?;
        too_long.map_or(Ok(filter), Err)
    }

    /// The filter, and the refusal of the first name in it that is too long.
    fn read(text: &str, mut room: Room) -> Result<(Self, Option<Error>), SyntaxError> {
        let mut filter = Self::default();
        let mut refusal = None;
        let mut r = Reader::new(text);
        let mut members = r.object()?;
        while let Some(key) = members.next(&mut r)? {
            if r.peek()? == JsonKind::Null {
                r.null()?;
                continue;
            }
            match &*key {
                "toolsListChanged" => filter.tools = r.boolean()?,
                "promptsListChanged" => filter.prompts = r.boolean()?,
                "resourcesListChanged" => filter.resources = r.boolean()?,
                "resourceSubscriptions" => {
                    let most = (Limits::URI, "Invalid params: a URI is longer than 8192 bytes");
                    filter.uris = Some(names(&mut r, most, &mut room, &mut refusal)?);
                }
                "taskIds" => {
                    let most = (Limits::TOKEN, "Invalid params: a task id is longer than 256 bytes");
                    filter.tasks = Some(names(&mut r, most, &mut room, &mut refusal)?);
                }
                _ => r.skip()?,
            }
        }
        Ok((filter, refusal))
    }

    pub(crate) fn wants(&self, change: &Change) -> bool {
        match change {
            Change::Tools => self.tools,
            Change::Prompts => self.prompts,
            Change::Resources => self.resources,
            Change::Resource(uri) => self.uris.as_ref().is_some_and(|uris| uris.has(uri)),
            Change::Task(id, _) => self.tasks.as_ref().is_some_and(|tasks| tasks.has(id)),
        }
    }

    pub(crate) fn acknowledgement(&self, id: &RequestId) -> String {
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
    pub(crate) fn farewell(&self, id: &RequestId) -> String {
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

/// A list of names, each once and as far as there is room. One of more bytes than `most` is refused.
fn names(
    r: &mut Reader<'_>,
    (most, refused): (usize, &'static str),
    room: &mut Room,
    refusal: &mut Option<Error>,
) -> Result<NameSet, SyntaxError> {
    let mut names = NameSet::new();
    let mut items = r.array()?;
    while items.next(r)? {
        let name = r.string()?;
        if name.len() > most {
            refusal.get_or_insert_with(|| Error::invalid_params(refused));
        }
        names.insert(name, room);
    }
    Ok(names)
}
