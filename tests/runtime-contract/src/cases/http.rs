//! Outbound HTTP, against the server of the driver (see README.md).

use pulseengine_mcp_runtime::http::{self, Error, Request, Response, send};
use pulseengine_mcp_runtime::prelude::*;

use crate::{Case, Verdict};

pub(super) const CASES: &[Case] = cases![
    an_answer_arrives_whole,
    a_body_is_sent,
    a_large_body_is_sent,
    every_status_is_an_answer,
    redirects_are_not_followed,
    chunks_arrive_as_they_are_sent,
    requests_run_at_once,
    a_slow_head_is_given_up,
    a_slow_body_is_given_up,
    the_whole_has_an_end,
    a_huge_body_is_refused,
    a_body_may_be_left,
    an_early_end_is_seen,
    no_answer_is_seen,
    other_protocols_are_seen,
    a_refused_connection_is_said,
    a_dropped_request_stops,
    what_cannot_be_sent_is_said,
];

const SHORT: Duration = Duration::from_millis(100);

/// The address of the driver's server, then one where nobody listens.
fn address(number: usize) -> String {
    std::env::args().nth(number + 2).unwrap_or_default()
}

fn get(path: &str) -> Request {
    Request::get(format!("http://{}{path}", address(0)))
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

fn error<T>(result: Result<T, Error>) -> Result<Error, String> {
    result.err().ok_or_else(|| "there is no error".to_owned())
}

async fn whole(response: Response) -> Result<String, String> {
    response.text().await.map_err(text)
}

async fn an_answer_arrives_whole() -> Verdict {
    let response = send(get("/echo?a=%20b").header("X-Asked", "yes")).await.map_err(text)?;
    check!(response.status() == 200 && response.is_success(), "status {}", response.status());
    let line = response.header("X-Line").unwrap_or_default();
    check!(line == "GET /echo?a=%20b HTTP/1.1", "the server saw {line}");
    check!(response.header("x-host") == Some(address(0).as_str()), "another host");
    check!(response.header("x-saw") == Some("yes"), "the header did not arrive");
    check!(response.header("x-length").is_none(), "a length without a body");
    check!(response.headers().all(|(name, _)| name == name.to_lowercase()), "names in upper case");
    check!(whole(response).await?.is_empty(), "a body");
    Ok(())
}

async fn a_body_is_sent() -> Verdict {
    for (body, length) in [("", "0"), ("four", "4")] {
        let request = Request::post(format!("http://{}/echo", address(0))).body(body);
        let response = send(request.header("content-type", "text/plain")).await.map_err(text)?;
        check!(response.header("x-length") == Some(length), "not {length} bytes");
        let got = whole(response).await?;
        check!(got == body, "sent {body}, got {got}");
    }
    Ok(())
}

async fn a_large_body_is_sent() -> Verdict {
    let body: Vec<u8> = (0..3_000_000_u32).map(|number| (number / 1000) as u8).collect();
    let request = Request::put(format!("http://{}/echo", address(0))).body(body.clone());
    let got = send(request).await.map_err(text)?.bytes(body.len()).await.map_err(text)?;
    check!(got == body, "{} bytes came back", got.len());
    Ok(())
}

async fn every_status_is_an_answer() -> Verdict {
    let response = send(get("/missing")).await.map_err(text)?;
    check!(response.status() == 404 && !response.is_success(), "status {}", response.status());
    check!(whole(response).await? == "nothing here", "another body");
    Ok(())
}

async fn redirects_are_not_followed() -> Verdict {
    let response = send(get("/redirect")).await.map_err(text)?;
    check!(response.status() == 302, "status {}", response.status());
    check!(response.header("location") == Some("/echo"), "no location");
    Ok(())
}

async fn chunks_arrive_as_they_are_sent() -> Verdict {
    let start = Instant::now();
    let mut response = send(get("/chunks")).await.map_err(text)?;
    let first = response.chunk().await.map_err(text)?;
    check!(start.elapsed() < Duration::from_millis(900), "the first chunk took {:?}", start.elapsed());
    check!(first.as_deref() == Some(b"one"), "the first chunk is {first:?}");
    let second = response.chunk().await.map_err(text)?;
    check!(start.elapsed() >= Duration::from_millis(900), "the second chunk took {:?}", start.elapsed());
    check!(second.as_deref() == Some(b"two"), "the second chunk is {second:?}");
    for _ in 0..2 {
        check!(response.chunk().await.map_err(text)?.is_none(), "there is more");
    }
    Ok(())
}

async fn requests_run_at_once() -> Verdict {
    let start = Instant::now();
    let all: Vec<_> = (0..4).map(|_| spawn(async { send(get("/chunks")).await?.text().await })).collect();
    for task in all {
        let got = task.await.map_err(text)?.map_err(text)?;
        check!(got == "onetwo", "got {got}");
    }
    check!(start.elapsed() < Duration::from_millis(3_500), "one after the other: {:?}", start.elapsed());
    Ok(())
}

async fn a_slow_head_is_given_up() -> Verdict {
    let request = get("/slow-head").connect_timeout(SHORT).first_byte_timeout(SHORT);
    let error = error(send(request).await)?;
    check!(error.is_timeout() && !error.is_connect(), "the error is {error}");
    check!(error.to_string().contains(&address(0)), "the error does not name the host: {error}");
    Ok(())
}

async fn a_slow_body_is_given_up() -> Verdict {
    let mut response = send(get("/slow-body").between_bytes_timeout(SHORT)).await.map_err(text)?;
    let first = response.chunk().await.map_err(text)?;
    check!(first.as_deref() == Some(b"one"), "the first chunk is {first:?}");
    let error = error(response.chunk().await)?;
    check!(error.is_timeout(), "the error is {error}");
    Ok(())
}

async fn the_whole_has_an_end() -> Verdict {
    let error_of_head = error(send(get("/slow-head").timeout(SHORT)).await)?;
    check!(error_of_head.is_timeout(), "the error is {error_of_head}");
    let response = send(get("/huge").timeout(3 * SHORT)).await.map_err(text)?;
    let mut response = response;
    let error = loop {
        match response.chunk().await {
            Ok(Some(_)) => yield_now().await,
            Ok(None) => return Err("an endless body ended".to_owned()),
            Err(error) => break error,
        }
    };
    check!(error.is_timeout(), "the error is {error}");
    Ok(())
}

async fn a_huge_body_is_refused() -> Verdict {
    let response = send(get("/huge")).await.map_err(text)?;
    let error_of_text = error(response.text().await)?;
    check!(error_of_text.is_too_large(), "the error is {error_of_text}");
    check!(error_of_text.to_string().contains(&http::LIMIT.to_string()), "no limit: {error_of_text}");
    let error = error(send(get("/missing")).await.map_err(text)?.bytes(11).await)?;
    check!(error.is_too_large(), "the error is {error}");
    let fits = send(get("/missing")).await.map_err(text)?.bytes(12).await.map_err(text)?;
    check!(fits.len() == 12, "{} bytes", fits.len());
    Ok(())
}

async fn a_body_may_be_left() -> Verdict {
    for path in ["/huge", "/slow-body", "/chunks"] {
        let mut response = send(get(path)).await.map_err(text)?;
        response.chunk().await.map_err(text)?;
        drop(response);
        drop(send(get(path)).await.map_err(text)?);
    }
    Ok(())
}

async fn an_early_end_is_seen() -> Verdict {
    for path in ["/short", "/short-chunks"] {
        let response = send(get(path)).await.map_err(text)?;
        let error = error(response.text().await)?;
        check!(!error.is_timeout() && !error.is_too_large(), "{path}: the error is {error}");
    }
    Ok(())
}

async fn no_answer_is_seen() -> Verdict {
    let error = error(send(get("/close")).await)?;
    check!(!error.is_timeout() && !error.is_request(), "the error is {error}");
    Ok(())
}

async fn other_protocols_are_seen() -> Verdict {
    let error = error(send(get("/garbage")).await)?;
    check!(!error.is_timeout() && !error.is_request(), "the error is {error}");
    Ok(())
}

async fn a_refused_connection_is_said() -> Verdict {
    let error = error(send(Request::get(format!("http://{}/", address(1)))).await)?;
    check!(error.is_connect() && !error.is_timeout(), "the error is {error}");
    check!(error.to_string().contains(&address(1)), "the error does not name the host: {error}");
    Ok(())
}

async fn a_dropped_request_stops() -> Verdict {
    let given_up = timeout(SHORT, send(get("/slow-head"))).await;
    check!(given_up.is_err(), "a slow head came");
    let task = spawn(async { send(get("/slow-body")).await?.text().await });
    sleep(SHORT).await;
    task.abort();
    check!(task.await.is_err_and(|error| error.is_cancelled()), "not cancelled");
    Ok(())
}

async fn what_cannot_be_sent_is_said() -> Verdict {
    for request in [
        Request::get("localhost"),
        Request::get("file:///etc/passwd"),
        get("/echo").header("Host", "other"),
        get("/echo").header("a", "b\r\nc: d"),
        Request::new("GET /", "http://localhost/"),
    ] {
        let error = error(send(request).await)?;
        check!(error.is_request(), "the error is {error}");
    }
    Ok(())
}
