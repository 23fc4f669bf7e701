//! Many calls in one instance (WASI 0.3), for a driver that calls `wasi:http/handler`.
//!
//! | path | what the call does |
//! |---|---|
//! | `/wait` | waits until another call wakes it, then answers `woken` |
//! | `/wake` | wakes all calls that wait, and answers `waking` |
//! | `/sleep` | sleeps for 300 ms, then answers `slept` |
//! | `/leave` | spawns a task that waits to be woken and then for 50 ms, and answers `left` at once |
//! | `/left` | answers `gone` if the task of `/leave` has ended, else `running` |
//! | `/join` | spawns a task that waits to be woken, hands its handle to `/hand`, and answers `handed` at once |
//! | `/hand` | takes over the handle and a timer that `/join` began, awaits both and answers `joined` |
//! | `/drop` | spawns a task in the destructor of its main future, and answers `dropped` |
//! | `/chunks` | writes `one`, then `two` once it is woken |

use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::task::Poll;

use pulseengine_mcp_runtime::prelude::*;
use pulseengine_mcp_runtime::sync::Notify;
use pulseengine_mcp_runtime::wasi::p3::bindings::exports::http::handler::Guest;
use pulseengine_mcp_runtime::wasi::p3::bindings::http::types::{ErrorCode, Fields, Request, Response};
use pulseengine_mcp_runtime::wasi::p3::bindings::{wit_future, wit_stream};
use pulseengine_mcp_runtime::wasi::p3::{self, AsyncStreamWriter, bindings};
use pulseengine_mcp_runtime::{BoxFuture, Sleep};

type Handed = (JoinHandle<()>, Sleep);

static BELL: Notify = Notify::const_new();
static ENDED: AtomicU32 = AtomicU32::new(0);
static HANDED: LazyLock<Mutex<Vec<Handed>>> = LazyLock::new(Mutex::default);

struct Calls;

bindings::http::service::export!(Calls with_types_in bindings);

impl Guest for Calls {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let path = request.get_path_with_query().unwrap_or_default();
        p3::serve(answer(path)).await
    }
}

async fn answer(path: String) -> Result<Response, ErrorCode> {
    let text = match path.as_str() {
        "/wait" => {
            BELL.notified().await;
            "woken"
        }
        "/wake" => {
            BELL.notify_waiters();
            "waking"
        }
        "/sleep" => {
            sleep(Duration::from_millis(300)).await;
            "slept"
        }
        "/leave" => {
            spawn(async {
                BELL.notified().await;
                sleep(Duration::from_millis(50)).await;
                ENDED.fetch_add(1, Ordering::SeqCst);
            });
            "left"
        }
        "/left" if ENDED.load(Ordering::SeqCst) > 0 => "gone",
        "/left" => "running",
        "/join" => join().await,
        "/hand" => hand().await,
        "/drop" => {
            let _dropped_with_this_call = Spawns;
            "dropped"
        }
        "/chunks" => return Ok(chunks()),
        _ => return Err(ErrorCode::InternalError(None)),
    };
    let (response, mut body) = respond();
    spawn(async move { body.send(text.as_bytes().to_vec()).await });
    Ok(response)
}

/// The timer is polled here, so that it is one of this call.
async fn join() -> &'static str {
    let mut timer = sleep(Duration::from_millis(100));
    poll_fn(|cx| {
        let _ = std::pin::Pin::new(&mut timer).poll(cx);
        Poll::Ready(())
    })
    .await;
    let task = spawn(BELL.notified());
    HANDED.lock().unwrap_or_else(PoisonError::into_inner).push((task, timer));
    "handed"
}

async fn hand() -> &'static str {
    let Some((task, timer)) = HANDED.lock().unwrap_or_else(PoisonError::into_inner).pop() else {
        return "nothing";
    };
    timer.await;
    match task.await {
        Ok(()) => "joined",
        Err(_) => "lost",
    }
}

struct Spawns;

impl Drop for Spawns {
    fn drop(&mut self) {
        spawn(async { ENDED.fetch_add(1, Ordering::SeqCst) });
    }
}

fn chunks() -> Response {
    let (response, mut body) = respond();
    let writing: BoxFuture<()> = Box::pin(async move {
        if body.send(b"one".to_vec()).await.is_ok() {
            BELL.notified().await;
            // A client that has gone is the end of it.
            let _ = body.send(b"two".to_vec()).await;
        }
    });
    spawn(writing);
    response
}

fn respond() -> (Response, AsyncStreamWriter) {
    let (writer, reader) = wit_stream::new();
    let (trailers, no_trailers) = wit_future::new(|| Ok(None));
    let (response, _sent) = Response::new(Fields::new(), Some(reader), no_trailers);
    drop(trailers);
    (response, AsyncStreamWriter::new(writer))
}
