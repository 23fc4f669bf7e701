//! The physical limit: the least work that still answers correctly.
//!
//! usage: bench-ceiling http PORT         bare hyper, body parsed and answered, no header checks
//!        bench-ceiling http-checked PORT the same plus every header check the 2026-07-28 revision asks of a server
//!        bench-ceiling stdio             blocking read/write loop on one thread
//!        bench-ceiling stdio-tokio       the same protocol code on a current-thread tokio runtime
//! options: --tools N  --current-thread
//!
//! Not a framework: no dispatch table, no schemas, no cancellation.

mod http;
mod rpc;
mod stdio;

fn main() {
    let mut mode = String::new();
    let mut port = 0u16;
    let mut tools = 3usize;
    let mut current_thread = false;
    let mut args = std::env::args().skip(1);
    while let Some(a) = args.next() {
        match a.as_str() {
            "--tools" => tools = args.next().and_then(|v| v.parse().ok()).expect("--tools N"),
            "--current-thread" => current_thread = true,
            "http" | "http-checked" => {
                mode = a;
                port = args.next().and_then(|v| v.parse().ok()).expect("PORT");
            }
            _ => mode = a,
        }
    }
    let state = rpc::State::new(tools);
    if mode == "stdio" {
        stdio::blocking(&state);
        return;
    }
    let mut builder = if current_thread || mode == "stdio-tokio" {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    let rt = builder.enable_all().build().expect("runtime");
    rt.block_on(async move {
        match mode.as_str() {
            "http" => http::hyper(port, state, false).await,
            "http-checked" => http::hyper(port, state, true).await,
            "stdio-tokio" => stdio::tokio(&state).await,
            other => panic!("unknown mode {other:?}"),
        }
    });
}
