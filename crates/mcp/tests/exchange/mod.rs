//! A client of an endpoint without a socket.
#![allow(dead_code, reason = "each test uses a part")]

use std::collections::VecDeque;
use std::future::poll_fn;
use std::time::Duration;

use pulseengine_mcp::Server;
use pulseengine_mcp::http::{
    Body, Endpoint, EventStream, Fields, Head, Instance, Policy, RequestHead, Response, endpoint_builder,
};
use pulseengine_mcp::runtime::timeout;
use serde_json::Value;

/// The endpoint of a server with sessions.
pub fn endpoint(server: impl Into<Server>, policy: Policy, instance: Instance) -> Endpoint {
    endpoint_builder(server).policy(policy).instance(instance).sessions().build()
}

/// A client, with what it sends along.
#[derive(Clone)]
pub struct Client {
    pub endpoint: Endpoint,
    pub session: Option<String>,
    pub revision: Option<String>,
}

/// The head of a request.
struct Given {
    method: String,
    path: String,
    query: Option<String>,
    fields: Pairs,
}

impl RequestHead for Given {
    fn head(&self) -> Head<'_> {
        Head {
            method: &self.method,
            path: &self.path,
            query: self.query.as_deref(),
            authority: None,
            fields: &self.fields,
            peer: None,
            client_certificate: None,
        }
    }
}

struct Pairs(Vec<(String, String)>);

impl Fields for Pairs {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        self.0.iter().for_each(|(name, value)| visit(name, value.as_bytes()));
    }
}

impl Client {
    pub fn new(server: Server, instance: Instance, revision: &str) -> Self {
        Self::of(endpoint(server, Policy::new(), instance), revision)
    }

    pub fn of(endpoint: Endpoint, revision: &str) -> Self {
        Self { endpoint, session: None, revision: Some(revision.into()) }
    }

    /// Sends a request with the usual fields, and `more`, which replace those of the same name.
    pub async fn send(&self, method: &str, more: &[(&str, &str)], body: &str) -> Answer {
        self.send_to(method, "/mcp", more, body).await
    }

    /// The same, where fields of one name in `more` are lines of their own.
    pub async fn send_lines(&self, method: &str, more: &[(&str, &str)], body: &str) -> Answer {
        let mut fields = self.fields();
        fields.retain(|(known, _)| more.iter().all(|(name, _)| name != known));
        fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.request(method, "/mcp", None, fields, body).await
    }

    /// The same with this value of `Accept`, or without the field.
    pub async fn send_accepting(
        &self,
        method: &str,
        accept: Option<&str>,
        more: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut fields = self.fields();
        fields.retain(|(known, _)| known != "accept");
        let accept = accept.map(|accept| ("accept", accept));
        let more = more.iter().copied().chain(accept);
        fields.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
        self.request(method, "/mcp", None, fields, body).await
    }

    /// The usual fields.
    fn fields(&self) -> Vec<(String, String)> {
        let mut fields = vec![
            ("host".to_owned(), "localhost".to_owned()),
            ("accept".to_owned(), "application/json, text/event-stream".to_owned()),
            ("content-type".to_owned(), "application/json".to_owned()),
        ];
        fields.extend(self.session.clone().map(|id| ("mcp-session-id".to_owned(), id)));
        fields.extend(self.revision.clone().map(|it| ("mcp-protocol-version".to_owned(), it)));
        fields
    }

    async fn request(
        &self,
        method: &str,
        path: &str,
        query: Option<&str>,
        fields: Vec<(String, String)>,
        body: &str,
    ) -> Answer {
        let head = Given {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            fields: Pairs(fields),
        };
        Answer::of(self.endpoint.serve(head, &mut body.as_bytes().to_vec()).await)
    }

    /// The same to another path; a field `query` is the query instead.
    pub async fn send_to(&self, method: &str, path: &str, more: &[(&str, &str)], body: &str) -> Answer {
        let query = more.iter().find(|(name, _)| *name == "query").map(|(_, query)| *query);
        let mut fields = self.fields();
        for (name, value) in more {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        self.request(method, path, query, fields, body).await
    }

    pub async fn post(&self, body: &str) -> Answer {
        self.send("POST", &[], body).await
    }

    /// Begins a session with a client that can be asked everything.
    pub async fn initialize(&mut self) -> Answer {
        let revision = self.revision.clone().unwrap_or_default();
        let answer = self.post(&initialize(&revision)).await;
        self.session = answer.header("mcp-session-id").map(str::to_owned);
        answer
    }
}

/// The request of a client that can be asked everything.
pub fn initialize(revision: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":"{revision}","capabilities":{{"elicitation":{{}},"sampling":{{}},"roots":{{}}}},"clientInfo":{{"name":"t","version":"1"}}}}}}"#
    )
}

/// What came back.
pub struct Answer {
    pub status: u16,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

impl Answer {
    fn of(response: Response) -> Self {
        let Response { status, headers, body, .. } = response;
        Self { status, headers: headers.into_iter().map(|(n, v)| (n, v.into_owned())).collect(), body }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        match &self.body {
            Body::Empty => "",
            Body::Text(text) => text,
            _ => panic!("a stream, not a text"),
        }
    }

    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_str(self.text()).unwrap()
    }

    /// The JSON, or null when there is none.
    pub fn json_or_null(&self) -> Value {
        serde_json::from_str(self.text()).unwrap_or_default()
    }

    pub fn stream(self) -> Stream {
        assert_eq!(self.header("content-type"), Some("text/event-stream"), "{:?}", self.body);
        match self.body {
            Body::Stream(stream) => Stream { stream, events: VecDeque::new() },
            _ => panic!("no stream"),
        }
    }
}

/// An event.
#[derive(Debug, Default)]
pub struct Event {
    pub kind: Option<String>,
    pub id: Option<String>,
    pub retry: Option<String>,
    pub data: String,
}

impl Event {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// Events as they come.
pub struct Stream {
    stream: EventStream,
    events: VecDeque<Event>,
}

impl Stream {
    pub async fn next(&mut self) -> Option<Event> {
        while self.events.is_empty() {
            let chunk = poll_fn(|cx| self.stream.poll_chunk(cx));
            let chunk = timeout(Duration::from_secs(10), chunk).await.unwrap()?;
            let text = String::from_utf8(chunk).unwrap();
            for block in text.split_terminator("\n\n").filter(|block| !block.starts_with(':')) {
                let mut event = Event::default();
                for line in block.lines() {
                    match line.split_once(": ").unwrap() {
                        ("event", kind) => event.kind = Some(kind.into()),
                        ("id", id) => event.id = Some(id.into()),
                        ("retry", retry) => event.retry = Some(retry.into()),
                        ("data", data) => event.data = data.into(),
                        (other, _) => panic!("{other}"),
                    }
                }
                self.events.push_back(event);
            }
        }
        self.events.pop_front()
    }

    /// All that is still to come, as it is sent.
    pub async fn text(mut self) -> String {
        let mut text = String::new();
        while let Some(chunk) = poll_fn(|cx| self.stream.poll_chunk(cx)).await {
            text.push_str(&String::from_utf8(chunk).unwrap());
        }
        text
    }

    /// All that is still to come.
    pub async fn rest(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}
