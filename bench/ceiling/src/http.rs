//! HTTP/1.1 on bare hyper.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    HeaderMap, Method, Response, StatusCode,
    body::{Body, Frame, Incoming, SizeHint},
    header::{ACCEPT, CONTENT_TYPE, HOST, HeaderValue, ORIGIN},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::rpc::{Answer, Request, State, VERSION, error, progress, text};

/// A whole body, or an SSE stream produced frame by frame as hyper asks for it.
enum Out {
    Whole(Option<Bytes>),
    Sse { id: String, token: String, next: u32, count: u32 },
}

fn event(data: &[u8]) -> Bytes {
    let mut v = Vec::with_capacity(data.len() + 8);
    v.extend_from_slice(b"data: ");
    v.extend_from_slice(data);
    v.extend_from_slice(b"\n\n");
    v.into()
}

impl Body for Out {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let data = match self.get_mut() {
            Out::Whole(body) => body.take(),
            Out::Sse { id, token, next, count } => {
                let i = *next;
                *next += 1;
                if i <= *count {
                    Some(event(&progress(token, i, *count)))
                } else if i == *count + 1 {
                    Some(event(&text(id, &format!("{count} done"))))
                } else {
                    None
                }
            }
        };
        Poll::Ready(data.map(|d| Ok(Frame::data(d))))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Out::Whole(body) => body.is_none(),
            Out::Sse { next, count, .. } => *next > *count + 1,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Out::Whole(body) => SizeHint::with_exact(body.as_ref().map_or(0, |b| b.len() as u64)),
            Out::Sse { .. } => SizeHint::default(),
        }
    }
}

fn whole(status: StatusCode, body: Vec<u8>) -> Response<Out> {
    let mut r = Response::new(Out::Whole(Some(body.into())));
    *r.status_mut() = status;
    r.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    r
}

fn render(answer: Answer) -> Response<Out> {
    match answer {
        Answer::One(body) => whole(StatusCode::OK, body),
        Answer::Nothing => {
            let mut r = Response::new(Out::Whole(None));
            *r.status_mut() = StatusCode::ACCEPTED;
            r
        }
        Answer::Progress { id, token, count } => {
            let mut r = Response::new(Out::Sse { id, token, next: 1, count });
            let h = r.headers_mut();
            h.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
            h.insert("cache-control", HeaderValue::from_static("no-store"));
            h.insert("x-accel-buffering", HeaderValue::from_static("no"));
            r
        }
    }
}

/// Checks that do not need the body.
fn envelope_ok(method: &Method, h: &HeaderMap) -> Result<(), StatusCode> {
    if method != Method::POST {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let get = |name| h.get(name).and_then(|v| v.to_str().ok());
    let host = get(HOST.as_str()).unwrap_or("");
    let name = host.rsplit_once(':').map_or(host, |(n, _)| n);
    if !matches!(name, "localhost" | "127.0.0.1" | "[::1]") || h.contains_key(ORIGIN) {
        return Err(StatusCode::FORBIDDEN);
    }
    let accept = get(ACCEPT.as_str()).unwrap_or("");
    let lists = |wanted: &str| {
        accept.split(',').any(|e| e.split(';').next().is_some_and(|m| m.trim().eq_ignore_ascii_case(wanted)))
    };
    if !lists("application/json") || !lists("text/event-stream") {
        return Err(StatusCode::NOT_ACCEPTABLE);
    }
    let content = get(CONTENT_TYPE.as_str()).unwrap_or("");
    if !content.split(';').next().is_some_and(|m| m.trim().eq_ignore_ascii_case("application/json")) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    Ok(())
}

/// Checks of the mirrored headers against the body.
fn mirrored_ok(h: &HeaderMap, r: &Request<'_>) -> bool {
    let is = |name: &str, wanted: &str| h.get(name).is_some_and(|v| v.as_bytes() == wanted.as_bytes());
    r.params.meta.version.as_deref() == Some(VERSION)
        && r.params.meta.capabilities.is_some()
        && is("mcp-protocol-version", VERSION)
        && is("mcp-method", &r.method)
        && (r.method != "tools/call" || r.params.name.as_deref().is_some_and(|n| is("mcp-name", n)))
}

async fn serve(
    state: Arc<State>,
    checked: bool,
    request: hyper::Request<Incoming>,
) -> Result<Response<Out>, Infallible> {
    let (parts, body) = request.into_parts();
    if checked && let Err(status) = envelope_ok(&parts.method, &parts.headers) {
        return Ok(whole(status, Vec::new()));
    }
    let Ok(body) = body.collect().await.map(|b| b.to_bytes()) else {
        return Ok(whole(StatusCode::BAD_REQUEST, Vec::new()));
    };
    let response = match serde_json::from_slice::<Request<'_>>(&body) {
        Ok(r) if checked && !mirrored_ok(&parts.headers, &r) => {
            whole(StatusCode::BAD_REQUEST, error("null", -32001, "header mismatch"))
        }
        Ok(r) => render(state.handle(&r)),
        Err(_) => whole(StatusCode::BAD_REQUEST, error("null", -32700, "parse error")),
    };
    Ok(response)
}

pub async fn hyper(port: u16, state: State, checked: bool) {
    let state = Arc::new(state);
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("bind");
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let state = state.clone();
        tokio::spawn(async move {
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service_fn(move |r| serve(state.clone(), checked, r)))
                .await;
        });
    }
}
