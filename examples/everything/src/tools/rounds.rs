//! Questions that are answered by calling again (2026-07-28). Before, the same code asks on the open connection.

use pulseengine_mcp::prelude::*;

use super::{message, said};

#[derive(Schema)]
struct Name {
    name: String,
}

#[derive(Schema)]
struct Color {
    color: String,
}

#[derive(Schema)]
struct Confirmation {
    ok: bool,
}

/// Asks for a name.
#[tool]
pub async fn test_input_required_result_elicitation(cx: &Context) -> Result<String, ToolError> {
    let name = cx.input("user_name").elicit::<Name>("What is your name?").await?;
    Ok(greet(name))
}

/// Asks the client's model.
#[tool]
pub async fn test_input_required_result_sampling(cx: &Context) -> Result<String, ToolError> {
    let question = message("What is the capital of France?", 100);
    let answer = cx.input("capital_question").sample(question).await?;
    Ok(said(&answer))
}

/// Asks for the client's roots.
#[tool]
pub async fn test_input_required_result_list_roots(cx: &Context) -> Result<String, ToolError> {
    let roots = cx.input("client_roots").list_roots().await?;
    Ok(format!("The client has {} roots", roots.len()))
}

/// Asks for a confirmation, and has a state carried along.
#[tool]
pub async fn test_input_required_result_request_state(cx: &Context) -> Result<String, ToolError> {
    confirm(cx).await
}

/// Asks three things at once.
#[tool]
pub async fn test_input_required_result_multiple_inputs(cx: &Context) -> Result<String, ToolError> {
    // Every question is put before the first answer is needed: one round asks them all.
    let name = cx.input("user_name").elicit::<Name>("What is your name?").await;
    let greeting = cx.input("greeting").sample(message("Generate a greeting", 50)).await;
    let roots = cx.input("client_roots").list_roots().await;
    Ok(format!("{} {} {} roots", greet(name?), said(&greeting?), roots?.len()))
}

/// Asks one thing after the other.
#[tool]
pub async fn test_input_required_result_multi_round(cx: &Context) -> Result<String, ToolError> {
    let name = cx.input("step1").elicit::<Name>("Step 1: What is your name?").await?;
    let color = cx.input("step2").elicit::<Color>("Step 2: What is your favorite color?").await?;
    let color = color.accepted().map_or("no color".into(), |answer| answer.color);
    Ok(format!("{} You like {color}.", greet(name)))
}

/// Refuses a state that was changed.
#[tool]
pub async fn test_input_required_result_tampered_state(cx: &Context) -> Result<String, ToolError> {
    confirm(cx).await
}

/// Asks only what the client can answer.
#[tool]
pub async fn test_input_required_result_capabilities(cx: &Context) -> Result<String, ToolError> {
    let (mut name, mut capital) = (None, None);
    if cx.client_can(&["elicitation"]) {
        name = Some(cx.input("user_name").elicit::<Name>("What is your name?").await);
    }
    if cx.client_can(&["sampling"]) {
        let question = message("What is the capital of France?", 100);
        capital = Some(cx.input("capital_question").sample(question).await);
    }
    let name = name.transpose()?.map_or_else(String::new, greet);
    let capital = capital.transpose()?.as_ref().map_or_else(String::new, said);
    Ok(format!("{name} {capital}").trim().to_owned())
}

async fn confirm(cx: &Context) -> Result<String, ToolError> {
    let answer = cx.input("confirm").elicit::<Confirmation>("Please confirm").await?;
    Ok(match answer {
        Elicited::Accepted(Confirmation { ok: true }) => "Confirmed: state-ok".into(),
        _ => "Not confirmed: state-ok".into(),
    })
}

fn greet(name: Elicited<Name>) -> String {
    let name = name.accepted().map_or("stranger".into(), |answer| answer.name);
    format!("Hello, {name}!")
}
