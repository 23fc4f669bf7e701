//! The benchmark's tools on this framework, served the way every user serves.
//!
//! usage: bench-server stdio|http PORT [--tools N] [--current-thread] [--layer]
#![forbid(unsafe_code)]

mod tools;

use std::process::ExitCode;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::{DynamicTool, Error, Layer, http};
use tools::Bench;

/// How many tools `#[server]` makes; the others are fillers.
const OWN: usize = 3;

/// A tool that is listed and never called.
fn filler(number: usize) -> Result<DynamicTool, Error> {
    const SCHEMA: &str = r#"{"type":"object","properties":{"path":{"type":"string","description":"Path of the item to act on"},"limit":{"type":"integer","minimum":1,"maximum":1000,"description":"How many entries to return"},"recursive":{"type":"boolean","description":"Whether to descend into children"}},"required":["path"]}"#;
    let description = format!("Filler tool number {number}: lists the entries below a path");
    let tool = DynamicTool::new(format!("filler_{number:03}"), SCHEMA)?;
    Ok(tool.description(description).handler(|_, _| async { "filler" }))
}

/// A layer that does nothing: what calling one costs.
struct Nothing;

impl Layer for Nothing {}

fn app(arguments: &Arguments) -> Result<App, Error> {
    let app = if arguments.layer { App::from(Bench).layer(Nothing) } else { App::from(Bench) };
    (0..arguments.tools.saturating_sub(OWN)).try_fold(app, |app, i| Ok(app.dynamic_tool(filler(i)?)))
}

const USAGE: &str = "usage: bench-server stdio|http PORT [--tools N] [--current-thread] [--layer]";

/// What the arguments ask for.
struct Arguments {
    /// HTTP at this port; stdio without.
    port: Option<u16>,
    tools: usize,
    current_thread: bool,
    layer: bool,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let port = match words.next()?.as_str() {
            "stdio" => None,
            "http" => Some(words.next()?.parse().ok()?),
            _ => return None,
        };
        let mut arguments = Self { port, tools: OWN, current_thread: false, layer: false };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--tools" => arguments.tools = words.next()?.parse().ok()?,
                "--current-thread" => arguments.current_thread = true,
                "--layer" => arguments.layer = true,
                _ => return None,
            }
        }
        Some(arguments)
    }
}

async fn serve(app: App, port: Option<u16>) -> std::io::Result<()> {
    let Some(port) = port else { return pulseengine_mcp::serve_stdio(app).await };
    let listener = http::Listener::bind(("127.0.0.1", port)).await?;
    listener.serve(http::endpoint(app, http::Policy::new())).await;
    Ok(())
}

fn main() -> ExitCode {
    let Some(arguments) = Arguments::read(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let app = match app(&arguments) {
        Ok(app) => app,
        Err(error) => {
            eprintln!("{error:?}");
            return ExitCode::FAILURE;
        }
    };
    let served = if arguments.current_thread {
        // One thread, so that instructions can be counted.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.and_then(|runtime| runtime.block_on(serve(app, arguments.port)))
    } else {
        pulseengine_mcp::runtime::block_on(serve(app, arguments.port))
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
