//! The test client: requests over the client's side of a connection in memory.

use std::mem;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pulseengine_mcp_protocol::conversation::{ClientEvent, ClientSettings};
use pulseengine_mcp_protocol::{Call, Error, Limits, Outcome, Principal, Reply, Revision};
use pulseengine_mcp_runtime::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, duplex, split,
};
use pulseengine_mcp_runtime::{JoinHandle, MaybeFuture, spawn};
use pulseengine_mcp_server::Server;
use pulseengine_mcp_transport::client::{ClientHandler, ClientPeer, ClientRequest, Events};
use pulseengine_mcp_transport::stream;
use serde_json::{Value, json};

use super::answer::Answer;
use super::listening::{Listening, message_of};
use super::server::{Identity, ServerWithPrincipal};

/// Rounds of questions after which a request is given up.
const MAX_ROUNDS: u32 = 32;
/// Pages after which a list is given up.
const MAX_PAGES: u32 = 1024;
/// Bytes that may be on their way in one direction.
const PIPE: usize = 64 * 1024;
/// The client takes in whatever the server under test sends.
const LIMITS: Limits = Limits {
    message: 64 << 20,
    nodes: 16 << 20,
    members: 1 << 20,
    number: 1024,
    id: 1024,
    in_flight: 4096,
    ..Limits::DEFAULT
};

type Answers = Box<dyn FnMut(&str, &Value) -> Value + Send>;

/// Answers the questions of the server.
#[derive(Clone)]
struct Answering(Arc<Mutex<Answers>>);

impl Answering {
    fn answer(&self, method: &str, params: &Value) -> Value {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (*answers)(method, params)
    }
}

impl ClientHandler for Answering {
    fn serve(&self, call: Call) -> MaybeFuture<'static, Reply> {
        let params = serde_json::from_str(call.params()).unwrap_or_default();
        let result = self.answer(call.method.name(), &params);
        MaybeFuture::Ready(Reply::new(&call.id, &result.to_string(), Outcome::Complete))
    }
}

/// The streams, before the first request.
struct Streams {
    input: WriteHalf<DuplexStream>,
    output: Lines<BufReader<ReadHalf<DuplexStream>>>,
}

impl Streams {
    fn over(stream: DuplexStream) -> Self {
        let (output, input) = split(stream);
        Self { input, output: BufReader::new(output).lines() }
    }
}

/// The wire, if there has been no request.
fn wire(wire: &mut Mutex<Option<Streams>>) -> Option<&mut Streams> {
    wire.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut()
}

/// The connection, since the first request.
struct Connection {
    peer: ClientPeer,
    events: Mutex<Events>,
    driven: JoinHandle<()>,
}

/// A client connected to a server in memory. Has to be made inside [`run`](super::run), or another runtime.
///
/// Requests can be made at the same time, with [`join`](super::join); dropping the future of a request cancels it.
pub struct Client {
    revision: Revision,
    capabilities: Value,
    identity: Identity,
    answers: Answering,
    wire: Mutex<Option<Streams>>,
    connection: OnceLock<Connection>,
    served: JoinHandle<()>,
    notifications: Vec<Value>,
}

impl Client {
    /// A client of the newest revision, which can be asked for anything (see [`Client::answer_with`]).
    pub fn new(server: impl Into<Server>) -> Self {
        Self::with_revision(server, Revision::LATEST)
    }

    /// A client of any revision.
    pub fn with_revision(server: impl Into<Server>, revision: Revision) -> Self {
        let identity = Identity::default();
        let server = ServerWithPrincipal { server: server.into(), identity: Arc::clone(&identity) };
        let (ours, theirs) = duplex(PIPE);
        let (their_input, their_output) = split(theirs);
        let served = spawn(async move {
            // The streams are in memory: they only fail when the client is gone.
            let _ = stream::serve(Arc::new(server), their_input, their_output).await;
        });
        let answers: Answers = Box::new(|_, _| json!({"action": "decline"}));
        Self {
            revision,
            capabilities: json!({"elicitation": {"form": {}, "url": {}}, "sampling": {}, "roots": {}}),
            identity,
            answers: Answering(Arc::new(Mutex::new(answers))),
            wire: Mutex::new(Some(Streams::over(ours))),
            connection: OnceLock::new(),
            served,
            notifications: Vec::new(),
        }
    }

    /// What the client declares that it can do, instead of everything.
    #[must_use]
    pub fn capabilities(mut self, capabilities: Value) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Authenticates the client: handlers see this principal on each call.
    #[must_use]
    pub fn as_principal(self, principal: Principal) -> Self {
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner) = Some(principal);
        self
    }

    /// Answers what the server asks: `answer(method, params)` returns the result, e.g. for `elicitation/create`
    /// `{"action": "accept", "content": {…}}`.
    #[must_use]
    pub fn answer_with(mut self, answer: impl FnMut(&str, &Value) -> Value + Send + 'static) -> Self {
        self.answers = Answering(Arc::new(Mutex::new(Box::new(answer))));
        self
    }

    /// The notifications received so far, besides those of [`Client::call_tool_with_progress`] and [`Client::listen`].
    pub fn notifications(&mut self) -> &[Value] {
        while let Some(message) = self.with_events(|events| events.try_next()).map(message_of) {
            self.notifications.extend(message);
        }
        &self.notifications
    }

    /// Calls a tool, through as many rounds as it takes.
    pub async fn call_tool(&self, name: &str, arguments: Value) -> Answer {
        self.request("tools/call", json!({"name": name, "arguments": arguments})).await
    }

    /// Calls a tool, through as many rounds as it takes. Returns the params of its progress notifications, too.
    pub async fn call_tool_with_progress(&self, name: &str, arguments: Value) -> (Answer, Vec<Value>) {
        let (sender, mut events) = Events::channel();
        let request = ClientRequest { progress: true, events: Some(sender), ..ClientRequest::default() };
        let params = json!({"name": name, "arguments": arguments});
        let answer = self.rounds("tools/call", params, request).await;
        let mut progress = Vec::new();
        while let Some(event) = events.try_next() {
            if let ClientEvent::Progress { params, .. } = event {
                progress.push(serde_json::from_str(&params).unwrap_or_default());
            }
        }
        (answer, progress)
    }

    /// Reads a resource.
    pub async fn read_resource(&self, uri: &str) -> Answer {
        self.request("resources/read", json!({"uri": uri})).await
    }

    /// Fills in a prompt.
    pub async fn get_prompt(&self, name: &str, arguments: Value) -> Answer {
        self.request("prompts/get", json!({"name": name, "arguments": arguments})).await
    }

    /// Completes an argument: `reference` is e.g. `{"type": "ref/prompt", "name": "…"}`.
    pub async fn complete(&self, reference: Value, argument: &str, value: &str) -> Answer {
        let argument = json!({"name": argument, "value": value});
        self.request("completion/complete", json!({"ref": reference, "argument": argument})).await
    }

    /// Lists the tools of all pages, as one answer.
    pub async fn list_tools(&self) -> Answer {
        self.list("tools/list", "tools").await
    }

    /// Lists the resources of all pages, as one answer.
    pub async fn list_resources(&self) -> Answer {
        self.list("resources/list", "resources").await
    }

    /// Lists the resource templates of all pages, as one answer.
    pub async fn list_resource_templates(&self) -> Answer {
        self.list("resources/templates/list", "resourceTemplates").await
    }

    /// Lists the prompts of all pages, as one answer.
    pub async fn list_prompts(&self) -> Answer {
        self.list("prompts/list", "prompts").await
    }

    /// Sends `subscriptions/listen` (since 2026-07-28): `notifications` says what for, e.g. `{"toolsListChanged": true}`.
    pub fn listen(&self, notifications: Value) -> Listening {
        let (sender, events) = Events::channel();
        let answer = self.connection().peer.request_with(ClientRequest {
            method: "subscriptions/listen".into(),
            params: json!({"notifications": notifications}).to_string(),
            events: Some(sender),
            ..ClientRequest::default()
        });
        Listening::new(answer, events)
    }

    /// Sends any request. `params` is an object; the metadata of the revision is added.
    pub async fn request(&self, method: &str, params: Value) -> Answer {
        self.rounds(method, params, ClientRequest::default()).await
    }

    async fn rounds(&self, method: &str, mut params: Value, like: ClientRequest) -> Answer {
        for _ in 0..MAX_ROUNDS {
            let request = ClientRequest { method: method.into(), params: params.to_string(), ..like.clone() };
            let answer = Answer::of(self.connection().peer.request_with(request).await);
            if answer.0.pointer("/result/resultType") != Some(&json!("input_required")) {
                return answer;
            }
            let asked = answer.0.pointer("/result/inputRequests").unwrap_or(&Value::Null);
            let mut given = serde_json::Map::new();
            for (key, question) in asked.as_object().into_iter().flatten() {
                let method = question.get("method").and_then(Value::as_str).unwrap_or_default();
                let question = question.get("params").unwrap_or(&Value::Null);
                given.insert(key.clone(), self.answers.answer(method, question));
            }
            if let Some(params) = params.as_object_mut() {
                params.insert("inputResponses".into(), Value::Object(given));
                params.remove("requestState");
                if let Some(state) = answer.0.pointer("/result/requestState") {
                    params.insert("requestState".into(), state.clone());
                }
            }
        }
        Answer::of(Err(Error::internal("the server asked for more input again and again")))
    }

    async fn list(&self, method: &str, key: &str) -> Answer {
        let (mut params, mut all) = (json!({}), Vec::new());
        for _ in 0..MAX_PAGES {
            let mut answer = self.request(method, params).await;
            let Some(result) = answer.0.get_mut("result").and_then(Value::as_object_mut) else {
                return answer;
            };
            if let Some(Value::Array(entries)) = result.get_mut(key) {
                all.append(entries);
            }
            match result.remove("nextCursor") {
                Some(cursor) => params = json!({"cursor": cursor}),
                None => {
                    result.insert(key.into(), Value::Array(all));
                    return answer;
                }
            }
        }
        Answer::of(Err(Error::internal("the list has no last page")))
    }

    /// Sends one line, as it is. A client that sends and receives nothing but lines has no handshake of its own.
    pub async fn send_line(&mut self, line: &str) {
        // A server that is gone shows when its answer is read.
        match (wire(&mut self.wire), self.connection.get()) {
            (Some(wire), _) => {
                let _ = wire.input.write_all(line.as_bytes()).await;
                let _ = wire.input.write_all(b"\n").await;
            }
            (None, Some(connection)) => connection.peer.send_message(line.into()),
            (None, None) => {}
        }
    }

    /// The next message from the server that answers none of the client's requests; `None` when it has ended.
    pub async fn receive(&mut self) -> Option<Value> {
        if let Some(wire) = wire(&mut self.wire) {
            let line = wire.output.next_line().await.ok()??;
            return serde_json::from_str(&line).ok();
        }
        let connection = self.connection.get_mut()?;
        let events = connection.events.get_mut().unwrap_or_else(PoisonError::into_inner);
        while let Some(event) = events.next().await {
            if let Some(message) = message_of(event) {
                return Some(message);
            }
        }
        None
    }

    /// Ends the input and waits until the server has answered everything. Returns what it still sent.
    pub async fn close(mut self) -> Vec<Value> {
        if let Some(wire) = wire(&mut self.wire) {
            // The other end may be gone already.
            let _ = wire.input.shutdown().await;
        }
        if let Some(connection) = self.connection.get() {
            connection.peer.close();
        }
        let mut rest = Vec::new();
        while let Some(message) = self.receive().await {
            rest.push(message);
        }
        // A panic of either driver ends the output as well.
        if let Some(connection) = self.connection.take() {
            let _ = connection.driven.await;
        }
        let _ = self.served.await;
        rest
    }

    fn with_events<T>(&self, take: impl FnOnce(&mut Events) -> Option<T>) -> Option<T> {
        let connection = self.connection.get()?;
        take(&mut connection.events.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn connection(&self) -> &Connection {
        self.connection.get_or_init(|| {
            let settings = ClientSettings {
                revision: self.revision,
                capabilities: self.capabilities.to_string(),
                client_info: json!({"name": "test", "version": "0"}).to_string(),
            };
            let handler = Arc::new(self.answers.clone());
            let wire = mem::take(&mut *self.wire.lock().unwrap_or_else(PoisonError::into_inner));
            // The wire is there until this connection is made.
            let wire = wire.unwrap_or_else(|| Streams::over(duplex(1).0));
            let input = wire.output.into_inner();
            let (peer, events, driver) = stream::connect(handler, settings, LIMITS, input, wire.input);
            let driven = spawn(async move {
                // The streams are in memory: they only fail when the server is gone.
                let _ = driver.await;
            });
            Connection { peer, events: Mutex::new(events), driven }
        })
    }
}
