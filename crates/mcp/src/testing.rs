//! A client in memory, for the tests of servers: the same bytes as over stdio, without a process.
//!
//! ```
//! use pulseengine_mcp::testing::{self, Client, json};
//! use pulseengine_mcp::prelude::*;
//!
//! struct Hello;
//!
//! #[server(name = "hello")]
//! impl Hello {
//!     #[tool]
//!     fn greet(&self, name: String) -> String {
//!         format!("Hello, {name}!")
//!     }
//! }
//!
//! testing::run(async {
//!     let mut client = Client::new(Hello);
//!     let answer = client.call_tool("greet", json!({"name": "Zoë"})).await;
//!     assert_eq!(answer.text(), "Hello, Zoë!");
//! });
//! ```

use std::sync::Arc;

use pulseengine_mcp_protocol::Revision;
use pulseengine_mcp_runtime::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, duplex, split,
};
use pulseengine_mcp_runtime::{JoinHandle, spawn};
use pulseengine_mcp_server::Server;
pub use serde_json::{Value, json};

/// Rounds of questions after which a request is given up.
const MAX_ROUNDS: u32 = 32;
/// Bytes that may be on their way in one direction.
const PIPE: usize = 64 * 1024;

/// Runs a test's future to its end.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    pulseengine_mcp_runtime::block_on(test)
}

type Answers = Box<dyn FnMut(&str, &Value) -> Value + Send>;

/// A client connected to a server in memory. Has to be made inside [`run`], or another runtime.
pub struct Client {
    revision: Revision,
    capabilities: Value,
    initialized: bool,
    input: WriteHalf<DuplexStream>,
    output: Lines<BufReader<ReadHalf<DuplexStream>>>,
    served: JoinHandle<()>,
    answers: Answers,
    notifications: Vec<Value>,
    next: i64,
}

impl Client {
    /// A client of the newest revision, which can be asked for anything (see [`Client::answer_with`]).
    pub fn new(server: impl Into<Server>) -> Self {
        Self::with_revision(server, Revision::LATEST)
    }

    /// A client of any revision.
    pub fn with_revision(server: impl Into<Server>, revision: Revision) -> Self {
        let server = server.into();
        let (ours, theirs) = duplex(PIPE);
        let (output, input) = split(ours);
        let (their_input, their_output) = split(theirs);
        let served = spawn(async move {
            // The streams are in memory: they only fail when the client is gone.
            let _ =
                pulseengine_mcp_transport::stream::serve(Arc::new(server), their_input, their_output).await;
        });
        Self {
            revision,
            capabilities: json!({"elicitation": {"form": {}, "url": {}}, "sampling": {}, "roots": {}}),
            initialized: revision.is_stateless(),
            input,
            output: BufReader::new(output).lines(),
            served,
            answers: Box::new(|_, _| json!({"action": "decline"})),
            notifications: Vec::new(),
            next: 0,
        }
    }

    /// What the client declares that it can do, instead of everything.
    #[must_use]
    pub fn capabilities(mut self, capabilities: Value) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Answers what the server asks: `answer(method, params)` returns the result, e.g. for `elicitation/create`
    /// `{"action": "accept", "content": {…}}`.
    #[must_use]
    pub fn answer_with(mut self, answer: impl FnMut(&str, &Value) -> Value + Send + 'static) -> Self {
        self.answers = Box::new(answer);
        self
    }

    /// The notifications received so far.
    pub fn notifications(&self) -> &[Value] {
        &self.notifications
    }

    /// Calls a tool, through as many rounds as it takes.
    pub async fn call_tool(&mut self, name: &str, arguments: Value) -> Answer {
        self.request("tools/call", json!({"name": name, "arguments": arguments})).await
    }

    /// Reads a resource.
    pub async fn read_resource(&mut self, uri: &str) -> Answer {
        self.request("resources/read", json!({"uri": uri})).await
    }

    /// Fills in a prompt.
    pub async fn get_prompt(&mut self, name: &str, arguments: Value) -> Answer {
        self.request("prompts/get", json!({"name": name, "arguments": arguments})).await
    }

    /// Sends any request. `params` is an object; the metadata of the revision is added.
    pub async fn request(&mut self, method: &str, params: Value) -> Answer {
        if !self.initialized {
            self.initialized = true;
            let hello = json!({
                "protocolVersion": self.revision.as_str(),
                "capabilities": self.capabilities,
                "clientInfo": client_info(),
            });
            self.exchange("initialize", hello).await;
            self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        }
        let mut params = params;
        for _ in 0..MAX_ROUNDS {
            let answer = self.exchange(method, self.with_meta(params.clone())).await;
            if answer.0.pointer("/result/resultType") != Some(&json!("input_required")) {
                return answer;
            }
            let asked = answer.0.pointer("/result/inputRequests").unwrap_or(&Value::Null);
            let mut given = serde_json::Map::new();
            for (key, question) in asked.as_object().into_iter().flatten() {
                let method = question.get("method").and_then(Value::as_str).unwrap_or_default();
                let question = question.get("params").unwrap_or(&Value::Null);
                given.insert(key.clone(), (self.answers)(method, question));
            }
            if let Some(params) = params.as_object_mut() {
                params.insert("inputResponses".into(), Value::Object(given));
                params.remove("requestState");
                if let Some(state) = answer.0.pointer("/result/requestState") {
                    params.insert("requestState".into(), state.clone());
                }
            }
        }
        Answer(json!({"error": {"code": 0, "message": "the server asked for more input again and again"}}))
    }

    /// Sends one line, as it is.
    pub async fn send_line(&mut self, line: &str) {
        // A server that is gone shows when its answer is read.
        let _ = self.input.write_all(line.as_bytes()).await;
        let _ = self.input.write_all(b"\n").await;
    }

    /// The next message from the server; `None` when it has ended.
    pub async fn receive(&mut self) -> Option<Value> {
        let line = self.output.next_line().await.ok()??;
        serde_json::from_str(&line).ok()
    }

    /// Ends the input and waits until the server has answered everything. Returns what it still sent.
    pub async fn close(mut self) -> Vec<Value> {
        // The other end may be gone already.
        let _ = self.input.shutdown().await;
        let mut rest = Vec::new();
        while let Some(message) = self.receive().await {
            rest.push(message);
        }
        // A panic of the driver ends the output as well.
        let _ = self.served.await;
        rest
    }

    fn with_meta(&self, mut params: Value) -> Value {
        if self.revision.is_stateless()
            && let Some(object) = params.as_object_mut()
        {
            let meta = object.entry("_meta").or_insert_with(|| json!({}));
            if let Some(meta) = meta.as_object_mut() {
                let version = json!(self.revision.as_str());
                meta.entry("io.modelcontextprotocol/protocolVersion").or_insert(version);
                meta.entry("io.modelcontextprotocol/clientInfo").or_insert_with(client_info);
                let capabilities = self.capabilities.clone();
                meta.entry("io.modelcontextprotocol/clientCapabilities").or_insert(capabilities);
            }
        }
        params
    }

    async fn send(&mut self, message: &Value) {
        self.send_line(&message.to_string()).await;
    }

    async fn exchange(&mut self, method: &str, params: Value) -> Answer {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})).await;
        while let Some(message) = self.receive().await {
            match (message.get("method").and_then(Value::as_str), message.get("id")) {
                (Some(asked), Some(question)) => {
                    let params = message.get("params").unwrap_or(&Value::Null);
                    let result = (self.answers)(asked, params);
                    let answer = json!({"jsonrpc": "2.0", "id": question, "result": result});
                    self.send(&answer).await;
                }
                (Some(_), None) => self.notifications.push(message),
                (None, Some(answered)) if *answered == json!(id) => return Answer(message),
                _ => {}
            }
        }
        Answer(json!({"error": {"code": 0, "message": "the server ended without an answer"}}))
    }
}

fn client_info() -> Value {
    json!({"name": "test", "version": "0"})
}

/// A response.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer(Value);

impl Answer {
    /// The whole message.
    pub const fn message(&self) -> &Value {
        &self.0
    }

    /// The result; `null` when there is an error instead.
    pub fn result(&self) -> &Value {
        self.0.get("result").unwrap_or(&Value::Null)
    }

    /// The code of the JSON-RPC error, if it is one.
    pub fn error_code(&self) -> Option<i64> {
        self.0.pointer("/error/code").and_then(Value::as_i64)
    }

    /// The message of the JSON-RPC error; empty when it is none.
    pub fn error_message(&self) -> &str {
        self.0.pointer("/error/message").and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether a tool reported an error to the model.
    pub fn is_error(&self) -> bool {
        self.result().get("isError") == Some(&Value::Bool(true))
    }

    /// The text of the result: of a tool's content, a resource's contents or a prompt's messages, joined by line feeds.
    pub fn text(&self) -> String {
        let result = self.result();
        let blocks =
            ["content", "contents", "messages"].into_iter().find_map(|key| result.get(key)?.as_array());
        let text = |block: &Value| {
            let text = block.get("text").or_else(|| block.pointer("/content/text"))?;
            text.as_str().map(str::to_owned)
        };
        blocks.into_iter().flatten().filter_map(text).collect::<Vec<_>>().join("\n")
    }

    /// The structured content of a tool's result; `null` without.
    pub fn structured(&self) -> &Value {
        self.result().get("structuredContent").unwrap_or(&Value::Null)
    }
}
