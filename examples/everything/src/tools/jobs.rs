//! Tools that become tasks (extension `io.modelcontextprotocol/tasks`).

use std::time::Duration;

use pulseengine_mcp::Error;
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::{join, sleep};

#[derive(Schema)]
struct Name {
    name: String,
}

#[derive(Schema)]
struct Confirmation {
    confirm: bool,
}

#[derive(Schema)]
struct Entry {
    name: String,
    confirm: bool,
}

/// Greets at once.
#[tool]
pub fn greet(name: String) -> String {
    format!("Hello, {name}!")
}

/// Computes for a while.
#[tool(task)]
pub async fn slow_compute(
    /// How long it takes
    #[schema(maximum = 3600)]
    seconds: u32,
    /// What to call the result
    #[schema(default = "result")]
    label: String,
) -> String {
    sleep(Duration::from_secs(seconds.into())).await;
    format!("{label}: computed for {seconds} s")
}

/// Fails, as tools do, after a second.
#[tool(task = "required")]
pub async fn failing_job() -> Result<String, ToolError> {
    sleep(Duration::from_secs(1)).await;
    Err(ToolError::new("This job always fails"))
}

/// Fails with an error of the protocol.
#[tool(task)]
pub async fn protocol_error_job() -> Result<String, ToolError> {
    Err(Error::internal("This job ends with a protocol error").into())
}

/// Deletes a file, or would, if the person at the client agrees.
#[tool(task)]
pub async fn confirm_delete(cx: &Context, filename: String) -> Result<String, ToolError> {
    let question = format!("Delete {filename}?");
    let answer = cx.input("confirm").elicit::<Confirmation>(&question).await?;
    Ok(match answer {
        Elicited::Accepted(Confirmation { confirm: true }) => format!("Deleted {filename}"),
        _ => format!("Kept {filename}"),
    })
}

/// Asks two things at once.
#[tool(task)]
pub async fn multi_input(cx: &Context) -> Result<String, ToolError> {
    let first = cx.input("first").elicit::<Entry>("The first entry?");
    let second = cx.input("second").elicit::<Entry>("The second entry?");
    let (first, second) = join(first, second).await;
    Ok(format!("{} and {}", named(first?), named(second?)))
}

/// Asks for a name before it becomes a task.
#[tool(task = "required", ask_first)]
pub async fn test_tool_with_task(cx: &Context) -> Result<String, ToolError> {
    let name = cx.input("user_name").elicit::<Name>("What is your name?").await?;
    cx.begin_task().await?;
    sleep(Duration::from_millis(50)).await;
    let name = name.accepted().map_or("stranger".into(), |answer| answer.name);
    Ok(format!("Hello, {name}!"))
}

fn named(entry: Elicited<Entry>) -> String {
    match entry {
        Elicited::Accepted(Entry { name, confirm: true }) => name,
        _ => "no one".into(),
    }
}
