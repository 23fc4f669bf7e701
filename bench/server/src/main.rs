//! The benchmark's tools on this framework, served the way every user serves.
//!
//! usage: bench-server stdio [--tools N]
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::process::ExitCode;
use std::sync::OnceLock;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::{DynamicTool, Error};

/// How many tools `#[server]` makes; the others are fillers.
const OWN: usize = 3;

/// The size that the benchmark asks for; its text is made once.
const BIG: usize = 102_400;

struct Bench;

#[server(name = "bench-server")]
impl Bench {
    /// Returns the message it was given
    #[tool]
    fn echo(
        &self,
        /// Text to send back
        message: String,
    ) -> String {
        message
    }

    /// Returns a text of the requested size
    #[tool]
    fn big(
        &self,
        /// Number of characters to return
        size: u32,
    ) -> Cow<'static, str> {
        static TEXT: OnceLock<String> = OnceLock::new();
        match size as usize {
            BIG => TEXT.get_or_init(|| pattern(BIG)).into(),
            size => pattern(size).into(),
        }
    }

    /// Sends progress notifications, then a result
    #[tool]
    async fn progress(
        &self,
        /// Number of progress notifications to send
        count: u32,
        cx: &Context,
    ) -> String {
        for i in 1..=count {
            cx.progress(f64::from(i), Some(f64::from(count))).await;
        }
        format!("{count} done")
    }
}

fn pattern(size: usize) -> String {
    (0..size).map(|i| if i % 80 == 79 { '\n' } else { char::from(b'a' + (i % 26) as u8) }).collect()
}

/// A tool that is listed and never called.
fn filler(number: usize) -> Result<DynamicTool, Error> {
    const SCHEMA: &str = r#"{"type":"object","properties":{"path":{"type":"string","description":"Path of the item to act on"},"limit":{"type":"integer","minimum":1,"maximum":1000,"description":"How many entries to return"},"recursive":{"type":"boolean","description":"Whether to descend into children"}},"required":["path"]}"#;
    let description = format!("Filler tool number {number}: lists the entries below a path");
    let tool = DynamicTool::new(format!("filler_{number:03}"), SCHEMA)?;
    Ok(tool.description(description).handler(|_, _| async { "filler" }))
}

fn app(tools: usize) -> Result<App, Error> {
    (0..tools.saturating_sub(OWN)).try_fold(App::from(Bench), |app, i| Ok(app.dynamic_tool(filler(i)?)))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let tools = match arguments.as_slice() {
        ["stdio"] => Some(OWN),
        ["stdio", "--tools", tools] => tools.parse().ok(),
        _ => None,
    };
    let Some(tools) = tools else {
        eprintln!("usage: bench-server stdio [--tools N]");
        return ExitCode::from(2);
    };
    match app(tools) {
        Ok(app) => pulseengine_mcp::run(app),
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}
