//! Values of every model type as a program of a given revision would make them: small ones and full ones.
//!
//! Full ones are struct literals without `..`, so that a new member cannot be forgotten here.

/// A request of a client under its name: whole since 2025-11-25, `{method, params}` before.
macro_rules! request {
    ($s:expr, $name:literal, $variant:ident, $method:ident, $params:expr) => {
        let params = $params;
        let inner = ClientRequest::$variant(params.clone());
        if $s.since("2025-11-25") {
            let request = Request::<method::$method>::new(1, params);
            $s.add($name, &request);
            $s.add("ClientRequest", &request);
        } else {
            $s.add($name, &inner);
            $s.add("ClientRequest", &inner);
        }
    };
}

/// A request of a server under its name: whole in 2025-11-25 only.
macro_rules! ask {
    ($s:expr, $name:literal, $variant:ident, $method:ident, $params:expr) => {
        let params = $params;
        if $s.since("2025-11-25") && !$s.stateless() {
            let request = Request::<method::$method>::new("a", params);
            $s.add($name, &request);
            $s.add("ServerRequest", &request);
        } else {
            $s.add($name, &ServerRequest::$variant(params.clone()));
            $s.add("ServerRequest", &ServerRequest::$variant(params));
        }
    };
}

/// A notification under its name: whole since 2025-11-25, `{method, params}` before.
macro_rules! notify {
    ($s:expr, $name:literal, $union:literal, $inner:ident::$variant:ident, $method:ident, $params:expr) => {
        let params = $params;
        if $s.since("2025-11-25") {
            let notification = Notification::<method::$method>::new(params);
            $s.add($name, &notification);
            $s.add($union, &notification);
        } else {
            $s.add($name, &$inner::$variant(params.clone()));
            $s.add($union, &$inner::$variant(params));
        }
    };
}

mod forms;
mod messages;
mod parts;
mod session;

use pulseengine_mcp_protocol::model::*;
use serde::Serialize;
use serde_json::{Value, json};

/// Collects samples for one revision.
pub struct Samples {
    revision: &'static str,
    found: Vec<(&'static str, Value)>,
}

impl Samples {
    /// True when the revision is this one or newer.
    pub fn since(&self, revision: &str) -> bool {
        self.revision >= revision
    }

    /// True for the revision without handshake.
    pub fn stateless(&self) -> bool {
        self.since("2026-07-28")
    }

    /// Adds a sample of the type of that name.
    pub fn add<T: Serialize>(&mut self, name: &'static str, value: &T) {
        self.found.push((name, serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()));
    }

    /// Metadata of anything.
    pub fn meta(&self) -> Option<Meta> {
        Some(Meta::default().with("com.example/trace", json!({ "b": 1, "a": [null] })))
    }

    /// Metadata of a request: all that the revision requires and allows.
    pub fn request_meta(&self) -> Option<Meta> {
        let mut meta = self.meta()?;
        meta.put_progress_token(&"token".into());
        if self.stateless() {
            meta.put_protocol_version(&self.revision.into());
            meta.put_client_info(&Implementation::new("client", "1"));
            meta.put_client_capabilities(&ClientCapabilities::default());
            meta.put_log_level(&LoggingLevel::Notice);
        }
        Some(meta)
    }

    /// Metadata that a request cannot do without.
    pub fn least_meta(&self) -> Option<Meta> {
        self.stateless().then(|| {
            let mut meta = Meta::default();
            meta.put_protocol_version(&self.revision.into());
            meta.put_client_capabilities(&ClientCapabilities::default());
            meta
        })
    }

    /// A result as it is sent in the revision.
    pub fn stamp<R: ResultFields>(&self, mut result: R) -> R {
        if self.stateless() {
            *result.result_type_mut() = Some(ResultType::Complete);
            result.meta_mut().get_or_insert_default().put_server_info(&Implementation::new("server", "1"));
        }
        result
    }

    /// A result with cache hints as it is sent in the revision.
    pub fn stamp_cached<R: ResultFields + Cacheable>(&self, result: R) -> R {
        let result = self.stamp(result);
        if self.stateless() { result.cached(60_000, CacheScope::Private) } else { result }
    }
}

/// All samples of one revision, by the name its schema has for the type.
pub fn samples(revision: &'static str) -> Vec<(&'static str, Value)> {
    let mut samples = Samples { revision, found: Vec::new() };
    parts::add(&mut samples);
    parts::add_content(&mut samples);
    forms::add_sampling(&mut samples);
    forms::add_forms(&mut samples);
    messages::add_listed(&mut samples);
    messages::add_calls(&mut samples);
    session::add_session(&mut samples);
    session::add_notifications(&mut samples);
    session::add_tasks(&mut samples);
    session::add_errors(&mut samples);
    samples.found
}
