//! The questions a handler can ask.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use pulseengine_mcp_protocol::Method;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::model::{CreateMessageParams, CreateMessageResult, ListRootsResult, Root};
use pulseengine_mcp_protocol::params::{is_object, member, string};
use pulseengine_mcp_protocol::schema::{self, Form, Mismatch};

use super::round::question;
use super::suspend::{resume, suspend};
use crate::Context;
use crate::context::begin;
use crate::error::{InputError, Missing};
use crate::task::TaskHandle;

/// How long a client may take to answer on the open connection. A person may have to answer.
const PATIENCE: Duration = Duration::from_secs(600);

/// How often a task repeats a question until an answer fits.
const ATTEMPTS: usize = 3;

/// What a person answered to a form or a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elicited<T> {
    /// The user filled in the form.
    Accepted(T),
    /// The user refused.
    Declined,
    /// The user closed the form without a choice.
    Cancelled,
}

impl<T> Elicited<T> {
    /// The content of the form; `None` without one.
    pub fn accepted(self) -> Option<T> {
        match self {
            Self::Accepted(value) => Some(value),
            Self::Declined | Self::Cancelled => None,
        }
    }
}

/// A question to the client that has not been sent yet, with the key of its answer.
pub struct InputRequest<'c> {
    cx: &'c Context,
    key: Cow<'static, str>,
}

impl Context {
    /// Asks the person at the client to fill in a form, whose fields are the members of `T`: strings, numbers,
    /// booleans and choices (specification: client/elicitation).
    ///
    /// # Errors
    ///
    /// Return them with `?`: since 2026-07-28 the first one only means that the call will be repeated.
    pub async fn elicit<T: Form>(&self, message: &str) -> Result<Elicited<T>, InputError> {
        self.input("").elicit(message).await
    }

    /// Asks the client's model (specification: client/sampling).
    ///
    /// # Errors
    ///
    /// As [`Context::elicit`].
    pub async fn sample(&self, params: CreateMessageParams) -> Result<CreateMessageResult, InputError> {
        self.input("").sample(params).await
    }

    /// Asks which folders the client works in (specification: client/roots).
    ///
    /// # Errors
    ///
    /// As [`Context::elicit`].
    pub async fn list_roots(&self) -> Result<Vec<Root>, InputError> {
        self.input("").list_roots().await
    }

    /// Tells the client that the visit `id` of [`InputRequest::elicit_url`] has come to its end: the answer to the question only
    /// means that the person agreed to it. Exists in 2025-11-25; in other revisions nothing is sent. To be called
    /// before the handler is done.
    pub async fn notify_elicitation_complete(&self, id: &str) {
        if Method::ElicitationComplete.row().is_some_and(|row| row.is_in(self.revision())) {
            let mut w = begin(Method::ElicitationComplete);
            w.key("elicitationId").string(id);
            self.notify(w).await;
        }
    }

    /// A question with a key of its own, unique within the handler. Without one, questions are counted, which needs a
    /// handler that asks the same questions in the same order each time it runs.
    pub fn input(&self, key: impl Into<Cow<'static, str>>) -> InputRequest<'_> {
        InputRequest { cx: self, key: key.into() }
    }
}

impl InputRequest<'_> {
    /// See [`Context::elicit`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn elicit<T: Form>(self, message: &str) -> Result<Elicited<T>, InputError> {
        let mut schema = Writer::default();
        schema::write_form(const { &T::SHAPE }, &mut schema);
        let fits = |answer: &str| match member(answer, "action").and_then(string).as_deref() {
            Some("accept") => {
                member(answer, "content").is_some_and(|c| schema::check_text(const { &T::SHAPE }, c).is_ok())
            }
            Some("decline" | "cancel") => true,
            _ => false,
        };
        let answer = self.form(message, schema.text(), &fits).await?;
        read_elicited(&answer, |content| {
            T::from_json(&mut pulseengine_mcp_protocol::json::Reader::new(content))
                .map_err(InputError::malformed)
        })
    }

    /// Asks for a form with a schema made at run time, an object schema of simple members; the content is JSON text.
    /// The content is what the client sent: an object, not checked against the schema.
    ///
    /// # Errors
    ///
    /// As [`Context::elicit`].
    pub async fn elicit_form(self, message: &str, schema: &str) -> Result<Elicited<String>, InputError> {
        let answer = self.form(message, schema, &is_elicit_result).await?;
        read_elicited(&answer, |content| Ok(content.to_owned()))
    }

    /// Asks the person to visit `url`, for what must not pass through the client (since 2025-11-25). `id` names the
    /// visit; see [`Context::notify_elicitation_complete`].
    ///
    /// # Errors
    ///
    /// As [`Context::elicit`].
    pub async fn elicit_url(self, message: &str, url: &str, id: &str) -> Result<Elicited<()>, InputError> {
        let revision = self.cx.revision();
        if !revision.has_url_elicitation() {
            return Err(self.not_in_revision("elicitation by URL"));
        }
        let mut w = Writer::default();
        w.begin_object();
        w.key("mode").string("url");
        w.key("message").string(message);
        w.key("url").string(url);
        if !revision.is_stateless() {
            w.key("elicitationId").string(id);
        }
        w.end_object();
        let answer =
            self.ask(Method::Elicit, w.into_text(), &["elicitation", "url"], &is_elicit_result).await?;
        read_elicited(&answer, |_| Ok(()))
    }

    /// See [`Context::sample`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn sample(self, params: CreateMessageParams) -> Result<CreateMessageResult, InputError> {
        let params = serde_json::to_string(&params).map_err(malformed)?;
        let fits = |answer: &str| serde_json::from_str::<CreateMessageResult>(answer).is_ok();
        let answer = self.ask(Method::CreateMessage, params, &["sampling"], &fits).await?;
        serde_json::from_str(&answer).map_err(malformed)
    }

    /// See [`Context::list_roots`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn list_roots(self) -> Result<Vec<Root>, InputError> {
        let fits = |answer: &str| serde_json::from_str::<ListRootsResult>(answer).is_ok();
        let answer = self.ask(Method::ListRoots, String::new(), &["roots"], &fits).await?;
        serde_json::from_str::<ListRootsResult>(&answer).map(|result| result.roots).map_err(malformed)
    }

    async fn form(
        self,
        message: &str,
        schema: &str,
        fits: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<String, InputError> {
        let revision = self.cx.revision();
        // A client that names its modes has those; one that names none has forms.
        let can = |mode| self.cx.client_can(&["elicitation", mode]);
        if revision.has_url_elicitation() && can("url") && !can("form") {
            return Err(self.unsupported(&["elicitation", "form"]));
        }
        if !revision.has_elicitation() {
            return Err(self.not_in_revision("elicitation"));
        }
        let mut w = Writer::with_capacity(schema.len() + message.len() + 64);
        w.begin_object();
        if revision.has_url_elicitation() {
            w.key("mode").string("form");
        }
        w.key("message").string(message);
        w.key("requestedSchema").raw(schema);
        w.end_object();
        self.ask(Method::Elicit, w.into_text(), &["elicitation"], fits).await
    }

    async fn ask(
        self,
        method: Method,
        params: String,
        capability: &[&str],
        fits: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<String, InputError> {
        let cx = self.cx;
        if !cx.revision().is_stateless() && !cx.inner().peer.instance().reaches_others() {
            let revision = cx.revision().as_str();
            return Err(unable([ANSWER_IN_REVISION, revision, NOT_BY_INSTANCE].concat()));
        }
        if !cx.client_can(capability) {
            return Err(self.unsupported(capability));
        }
        if let Some(task) = cx.inner().task.as_ref().filter(|task| task.has_begun()) {
            return self.ask_in_task(task, method, &params, fits).await;
        }
        if cx.revision().is_stateless() {
            return self.ask_in_round(method, &params, fits);
        }
        if !cx.takes_stream() {
            return Err(unable(NOT_BEFORE_ANSWER.into()));
        }
        let inner = cx.inner();
        let answer = inner.peer.ask(&inner.call.id, method, params, PATIENCE).await;
        let answer = answer.map_err(InputError::of_client)?;
        if fits(&answer) { Ok(answer) } else { Err(unfit()) }
    }

    /// The answer to a question of a task. If it does not fit, the question is repeated up to [`ATTEMPTS`] times.
    async fn ask_in_task(
        &self,
        task: &Arc<dyn TaskHandle>,
        method: Method,
        params: &str,
        fits: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<String, InputError> {
        for _ in 0..ATTEMPTS {
            let question = question(method, params);
            let answer = Arc::clone(task).ask(self.key.clone().into_owned(), question).await?;
            if fits(&answer) {
                return Ok(answer);
            }
        }
        Err(unfit())
    }

    /// The answer, if this round has it and it fits; otherwise the question goes into the result that ends the round.
    fn ask_in_round(
        self,
        method: Method,
        params: &str,
        fits: &dyn Fn(&str) -> bool,
    ) -> Result<String, InputError> {
        let mut state = self.cx.inner().input.lock();
        let key = if self.key.is_empty() {
            state.unnamed += 1;
            let mut w = Writer::default();
            w.unsigned(state.unnamed.into());
            let mut key = String::from("input-");
            key.push_str(w.text());
            Cow::Owned(key)
        } else {
            self.key
        };
        if state.round.is_none() {
            state.round = Some(resume(self.cx)?);
        }
        let Some(round) = state.round.as_mut() else { return Err(InputError::suspended()) };
        if let Some(answer) = round.answer(&key, fits) {
            return Ok(answer.to_owned());
        }
        round.ask(&key, method, params);
        state.suspend = Some(suspend);
        Err(InputError::suspended())
    }

    fn not_in_revision(&self, what: &str) -> InputError {
        unable(
            ["the client cannot be asked: revision ", self.cx.revision().as_str(), " has no ", what].concat(),
        )
    }

    /// The client has not declared that.
    fn unsupported(&self, capability: &[&str]) -> InputError {
        let why = ["the client has not declared the capability ", &capability.join(".")].concat();
        if !self.cx.revision().has_missing_capability_error() {
            return unable(why);
        }
        let mut w = Writer::default();
        w.begin_object();
        for name in capability {
            w.key(name).begin_object();
        }
        for _ in capability {
            w.end_object();
        }
        w.end_object();
        InputError::missing(Missing { why, capability: Some(w.into_text()) })
    }
}

const ANSWER_IN_REVISION: &str =
    "the client cannot be asked: its answer would be a further request in revision ";
const NOT_BY_INSTANCE: &str = ", and this instance of the server serves each request by itself";
const NOT_BEFORE_ANSWER: &str =
    "the client cannot be asked: by its Accept it takes no events, so nothing can be sent before the answer";

fn unable(why: String) -> InputError {
    InputError::missing(Missing { why, capability: None })
}

fn unfit() -> InputError {
    InputError::malformed(Mismatch::new("it has not the form that was asked for"))
}

/// What was filled in; null is nothing.
fn content(answer: &str) -> Option<&str> {
    member(answer, "content").filter(|content| *content != "null")
}

fn is_elicit_result(answer: &str) -> bool {
    match member(answer, "action").and_then(string).as_deref() {
        Some("accept") => content(answer).is_none_or(is_object),
        Some("decline" | "cancel") => true,
        _ => false,
    }
}

fn read_elicited<T>(
    answer: &str,
    read: impl FnOnce(&str) -> Result<T, InputError>,
) -> Result<Elicited<T>, InputError> {
    match member(answer, "action").and_then(string).as_deref() {
        Some("accept") => Ok(Elicited::Accepted(read(content(answer).unwrap_or("{}"))?)),
        Some("decline") => Ok(Elicited::Declined),
        _ => Ok(Elicited::Cancelled),
    }
}

fn malformed(error: serde_json::Error) -> InputError {
    InputError::malformed(error.into())
}
