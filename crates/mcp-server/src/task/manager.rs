//! The tasks of a server: starts them, finds them and serves the methods about them.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use pulseengine_mcp_protocol::conversation::{ANNOUNCING, Change};
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::model::{TASKS_CAPABILITY, TASKS_EXTENSION};
use pulseengine_mcp_protocol::params::{Key, is_object};
use pulseengine_mcp_protocol::{Call, Error, Method, Outcome, Principal, Reply};
use pulseengine_mcp_runtime::{BoxFuture, MaybeFuture, random_id, spawn, timeout};
use pulseengine_mcp_store::{Expect, MemoryStore, Store, StoreError, StoreErrorKind};
use pulseengine_mcp_transport::{Instance, Peer, SendStatus};

use super::info::{TaskFunctions, TaskInfo, TaskManager};
use super::options::TaskOptions;
use super::places::{TaskPlace, TaskPlaces};
use super::record::{self, TaskHeader};
use super::running::{self, RunningTask, failure, left, outcome, store_key};
use crate::error::{InputError, Missing};
use crate::handler::{self, HandlerFuture};
use crate::request::ServedCall;
use crate::response::Response;
use crate::service::ToolFunction;
use crate::{Context, Server};

/// How often a record is read again when it changes during the read.
const TRIES: usize = 4;

const BUSY: &str = "The server has as many tasks as it can run: try again later";
const LOST: &str = "The server was stopped or restarted while it worked on this task";

/// The tasks of one server. The store has their records, this has the handlers at work.
struct Tasks {
    /// The id of this run of the program. A task that an earlier run left unfinished has failed.
    run: Option<String>,
    store: Arc<dyn Store>,
    options: TaskOptions,
    places: Arc<TaskPlaces>,
    running: Mutex<Vec<Arc<RunningTask>>>,
}

static FUNCTIONS: TaskFunctions = TaskFunctions { declare, start, serve, subscribe, announcing: &ANNOUNCING };

impl TaskInfo {
    /// `required`: clients without the extension cannot call the tool. `asks_first`: it is an ordinary call until the
    /// handler calls [`Context::begin_task`].
    #[must_use]
    pub const fn new(required: bool, asks_first: bool) -> Self {
        Self { required, asks_first, functions: &FUNCTIONS }
    }
}

/// Writes the value of the capability `extensions`: it is the same for clients and servers.
fn write_extension(w: &mut Writer) {
    w.begin_object();
    w.key(TASKS_EXTENSION).begin_object();
    w.end_object();
    w.end_object();
}

/// Whether the call's client can have tasks: the extension is one of 2026-07-28.
fn can_have(call: &Call) -> bool {
    call.revision.has_tasks_extension() && call.client_can(&["extensions", TASKS_EXTENSION])
}

fn declare(w: &mut Writer, instance: Instance) {
    if instance.reaches_others() {
        write_extension(w.key("extensions"));
    }
}

fn start(server: &Server, task: TaskInfo, cx: Context, work: ToolFunction) -> HandlerFuture {
    if !cx.inner().peer.instance().reaches_others() {
        return work.run(cx);
    }
    if can_have(cx.call()) {
        return manager(server).start(task.asks_first, cx, work);
    }
    if !task.required {
        return work.run(cx);
    }
    let revision = cx.revision();
    let missing = match revision.has_tasks_extension() {
        true => Missing { why: NOT_DECLARED.into(), capability: Some(TASKS_CAPABILITY.into()) },
        false => {
            let revision = revision.as_str();
            let why = [
                "this tool runs only as a task: revision ",
                revision,
                " does not have the extension ",
                TASKS_EXTENSION,
            ];
            Missing { why: why.concat(), capability: None }
        }
    };
    let missing = InputError::missing(missing);
    MaybeFuture::Ready(cx.failed(missing.into_failure()))
}

const NOT_DECLARED: &str = "the client has not declared the extension for tasks";

fn serve(server: &Server, call: ServedCall, instance: Instance) -> HandlerFuture {
    if !instance.reaches_others() {
        return MaybeFuture::Ready(Reply::error(Error::method_not_found(call.method.name())));
    }
    if !can_have(&call) {
        return MaybeFuture::Ready(Reply::error(Error::missing_capability(TASKS_CAPABILITY)));
    }
    manager(server).serve(server, call)
}

fn subscribe(server: &Server, peer: &Arc<Peer>, principal: Option<&Principal>, tasks: Vec<String>) {
    manager(server).subscribe(Arc::clone(peer), principal.cloned(), tasks);
}

fn manager(server: &Server) -> Arc<dyn TaskManager> {
    Arc::clone(server.core().tasks.get_or_init(|| open(server)))
}

fn open(server: &Server) -> Arc<dyn TaskManager> {
    let settings = &server.core().settings;
    let store = settings.parts.store.clone().unwrap_or_else(|| Arc::new(MemoryStore::new()));
    let options = settings.tasks;
    let places = TaskPlaces::new(options.most);
    Arc::new(Tasks { run: random_id().ok(), store, options, places, running: Mutex::default() })
}

fn unknown() -> Error {
    Error::invalid_params("Task not found: it never existed, has expired, or belongs to another caller")
}

fn unavailable(_: pulseengine_mcp_store::StoreError) -> Error {
    Error::internal("The server's tasks are not available")
}

impl Tasks {
    fn running(&self) -> MutexGuard<'_, Vec<Arc<RunningTask>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find_running(&self, id: &str) -> Option<Arc<RunningTask>> {
        self.running().iter().find(|task| task.header.id == id).cloned()
    }

    fn forget(&self, id: &str) {
        self.running().retain(|task| task.header.id != id);
    }

    fn make(&self, call: &Call) -> Result<(Arc<RunningTask>, TaskPlace), Error> {
        let place = self.places.take(call).ok_or_else(|| Error::internal(BUSY))?;
        let id = random_id().ok().zip(self.run.clone());
        let (id, run) = id.ok_or_else(|| Error::internal("no randomness to name a task with"))?;
        let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let (ttl, poll) = (millis(self.options.ttl), millis(self.options.poll_interval));
        let owner = call.principal().map(|principal| principal.id().to_owned());
        let header = TaskHeader { id, run, made: running::now(), ttl, poll, owner };
        Ok((Arc::new(RunningTask::new(header, Arc::clone(&self.store))), place))
    }

    /// Puts a task into the store. When that is full, tasks that have ended make room.
    async fn create(&self, task: &RunningTask) -> Result<String, StoreError> {
        loop {
            match task.create().await {
                Err(error) if error.kind() == StoreErrorKind::Full => {
                    let dropped = self.places.make_room();
                    if dropped.is_empty() {
                        return Err(error);
                    }
                    for id in dropped {
                        self.store.remove(&store_key(&id), Expect::Any).await?;
                    }
                }
                created => return created,
            }
        }
    }

    /// Continues a handler in a task of the runtime, once its record is in the store.
    async fn launch(
        self: Arc<Self>,
        cx: Context,
        task: Arc<RunningTask>,
        place: TaskPlace,
        work: BoxFuture<Reply>,
    ) -> Reply {
        let members = match self.create(&task).await {
            Ok(members) => members,
            Err(_) => return Reply::error(Error::internal("The task could not be kept: try again later")),
        };
        task.set_begun();
        self.running().push(Arc::clone(&task));
        let mut response = Response::of_type(cx.call(), cx.server().result_meta(), members.len(), "task");
        response.result.w.members(&members);
        let reply = response.end(Outcome::Task);
        if let Some(context) = &cx.call().context {
            context.detach();
        }
        let end = cx.served().begin_task();
        let at_work = Arc::clone(&task);
        let spawned = spawn(async move {
            let late = |_| Reply::error(Error::internal("The task took longer than it is kept"));
            let reply = timeout(left(&at_work.header), work).await.unwrap_or_else(late);
            let state = outcome(&end.end(reply));
            at_work.end(state).await;
            self.forget(&at_work.header.id);
            place.ended(&at_work.header.id);
        });
        task.set_abort(spawned.abort_handle());
        reply
    }

    /// Runs a handler as part of its call, until it is done or becomes a task.
    async fn lead(
        self: Arc<Self>,
        cx: Context,
        task: Arc<RunningTask>,
        place: TaskPlace,
        mut work: BoxFuture<Reply>,
    ) -> Reply {
        let done = poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(reply) => Poll::Ready(Some(reply)),
            Poll::Pending if task.is_wanted() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        match done.await {
            Some(reply) => reply,
            None => self.launch(cx, task, place, work).await,
        }
    }

    /// The record of a task. An unfinished task without a handler has failed. The access check for all methods is here:
    /// only the owner may see a task; without authentication, anyone holding the id.
    async fn find(&self, id: &str, principal: Option<&Principal>) -> Result<record::Read, Error> {
        let key = store_key(id);
        for _ in 0..TRIES {
            let entry = self.store.read(&key).await.map_err(unavailable)?.ok_or_else(unknown)?;
            let mut found = record::read(id, entry.value).ok_or_else(unknown)?;
            if found.header.owner.as_deref() != principal.map(Principal::id) {
                return Err(unknown());
            }
            let ours = self.run.as_ref() == Some(&found.header.run) && self.find_running(id).is_some();
            if found.done || ours {
                return Ok(found);
            }
            let (state, now) = (failure(&Error::internal(LOST)), running::now());
            let record = record::write(&found.header, &state, now);
            let expect = Expect::Version(entry.version);
            let left = left(&found.header);
            let written = self.store.write(&key, record.as_bytes(), expect, left).await;
            if written.map_err(unavailable)?.is_some() {
                found.members = record::members(&found.header, &state, now);
                return Ok(found);
            }
        }
        Err(Error::internal("The task changes too fast to be read: try again"))
    }

    async fn answer(self: Arc<Self>, server: &Server, call: &Call) -> Result<Reply, Error> {
        let id = call.required(Key::TaskId, "Invalid params: taskId, a string, is required")?;
        if call.method == Method::UpdateTask && !is_object(call.text(Key::InputResponses)) {
            return Err(Error::invalid_params("Invalid params: inputResponses, an object, is required"));
        }
        let found = self.find(&id, call.principal()).await?;
        if let Some(task) = self.find_running(&id) {
            self.change(task, call).await;
        }
        let members = if call.method == Method::GetTask { found.members } else { String::new() };
        let mut response = Response::begin(call, server.result_meta(), members.len());
        response.result.w.members(&members);
        Ok(response.end(Outcome::Complete))
    }

    /// Changes a running task. The change runs in a task of the runtime, so that it is completed even if the client disconnects.
    async fn change(self: Arc<Self>, task: Arc<RunningTask>, call: &Call) {
        let changed = match call.method {
            Method::UpdateTask => {
                let responses = call.text(Key::InputResponses).to_owned();
                spawn(async move { task.answer(&responses).await })
            }
            Method::CancelTask => spawn(async move {
                if task.end(record::TaskState::Cancelled).await {
                    task.abort();
                    self.forget(&task.header.id);
                }
            }),
            _ => return,
        };
        // The acknowledgement means only that the request has arrived.
        let _ = changed.await;
    }
}

impl TaskManager for Tasks {
    fn start(self: Arc<Self>, asks_first: bool, cx: Context, work: ToolFunction) -> HandlerFuture {
        let (task, place) = match self.make(cx.call()) {
            Ok(made) => made,
            Err(error) => return MaybeFuture::Ready(Reply::error(error)),
        };
        let inside = cx.in_task(Arc::clone(&task) as _);
        let (inside, cx) = (inside.clone(), inside);
        let work: BoxFuture<Reply> =
            Box::pin(async move { handler::start(|| work.run(inside)).await_value().await });
        if asks_first {
            MaybeFuture::Pending(Box::pin(self.lead(cx, task, place, work)))
        } else {
            MaybeFuture::Pending(Box::pin(self.launch(cx, task, place, work)))
        }
    }

    fn serve(self: Arc<Self>, server: &Server, call: ServedCall) -> HandlerFuture {
        let server = server.clone();
        MaybeFuture::Pending(Box::pin(async move {
            match self.answer(&server, &call).await {
                Ok(reply) => reply,
                Err(error) => Reply::error(error),
            }
        }))
    }

    fn subscribe(self: Arc<Self>, peer: Arc<Peer>, principal: Option<Principal>, tasks: Vec<String>) {
        // A subscriber does not see earlier changes: it first receives the current state.
        spawn(async move {
            for id in tasks {
                if peer.room().await == SendStatus::Closed {
                    return;
                }
                let task = self.find_running(&id);
                // The lock keeps later changes from being announced before the current state.
                let mut progress = match &task {
                    Some(task) => Some(task.progress().await),
                    None => None,
                };
                let Ok(found) = self.find(&id, principal.as_ref()).await else { continue };
                if let Some(progress) = &mut progress {
                    progress.add_listener(&peer);
                }
                if peer.announce(Change::Task(id, found.members.into())) == SendStatus::Closed {
                    return;
                }
            }
        });
    }
}
