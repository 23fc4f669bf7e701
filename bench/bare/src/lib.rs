//! The least that answers as a component: the protocol code of `ceiling/` on wstd.
//!
//! Where a host makes an instance for each request, what `State::new` builds is built each time: the text of 100 kB and the
//! list of tools only when they are asked for.

use std::convert::Infallible;

use wstd::http::{Body, Error, HeaderValue, Request, Response, StatusCode, body::Bytes};

#[path = "../../ceiling/src/rpc.rs"]
mod rpc;

use rpc::{Answer, State, progress, text};

fn event(data: &[u8]) -> Bytes {
    [b"data: ", data, b"\n\n"].concat().into()
}

#[wstd::http_server]
async fn main(request: Request<Body>) -> Result<Response<Body>, Error> {
    let mut body = request.into_body();
    let body = body.contents().await?.to_vec();
    let tools = std::env::var("TOOLS").ok().and_then(|v| v.parse().ok()).unwrap_or(3);
    let state = State::new(tools);
    let (kind, body) = match state.answer(&body) {
        Answer::One(body) => ("application/json", Body::from(body)),
        Answer::Nothing => {
            let mut r = Response::new(Body::empty());
            *r.status_mut() = StatusCode::ACCEPTED;
            return Ok(r);
        }
        Answer::Progress { id, token, count } => {
            let events = futures_lite::stream::unfold(1, move |i| {
                let out = if i <= count {
                    Some(event(&progress(&token, i, count)))
                } else if i == count + 1 {
                    Some(event(&text(&id, &format!("{count} done"))))
                } else {
                    None
                };
                async move { out.map(|b| (Ok::<_, Infallible>(b), i + 1)) }
            });
            ("text/event-stream", Body::from_try_stream(events))
        }
    };
    let mut r = Response::new(body);
    r.headers_mut().insert("content-type", HeaderValue::from_static(kind));
    Ok(r)
}
