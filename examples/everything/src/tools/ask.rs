//! Questions to the client in the middle of a call.

use pulseengine_mcp::prelude::*;

use super::{message, said};

#[derive(Schema)]
struct Account {
    /// User's response
    username: String,
    /// User's email address
    email: String,
}

#[derive(Debug, Schema)]
struct Profile {
    /// User name
    #[schema(default = "John Doe")]
    name: String,
    /// User age
    #[schema(default = 30)]
    age: i64,
    /// User score
    #[schema(default = 95.5)]
    score: f64,
    /// User status
    #[schema(default = Status::Active)]
    status: Status,
    /// Verification status
    #[schema(default = true)]
    verified: bool,
}

#[derive(Debug, Schema)]
#[serde(rename_all = "lowercase")]
enum Status {
    Active,
    Inactive,
    Pending,
}

/// A form with every way to offer a choice, the outdated `enumNames` as well, which no Rust type becomes.
const ENUMS: &str = r#"{
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
        "titledSingle": {
            "type": "string",
            "oneOf": [
                {"const": "value1", "title": "First Option"},
                {"const": "value2", "title": "Second Option"},
                {"const": "value3", "title": "Third Option"}
            ]
        },
        "legacyEnum": {
            "type": "string", "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"]
        },
        "untitledMulti": {
            "type": "array", "minItems": 1, "maxItems": 3,
            "items": {"type": "string", "enum": ["option1", "option2", "option3"]}
        },
        "titledMulti": {
            "type": "array", "minItems": 1, "maxItems": 3,
            "items": {
                "anyOf": [
                    {"const": "value1", "title": "First Choice"},
                    {"const": "value2", "title": "Second Choice"},
                    {"const": "value3", "title": "Third Choice"}
                ]
            }
        }
    },
    "required": []
}"#;

/// Tests server-initiated sampling (LLM completion request).
#[tool]
pub async fn test_sampling(
    /// The prompt to send to the LLM
    prompt: String,
    cx: &Context,
) -> Result<String, ToolError> {
    let answer = cx.sample(message(prompt, 100)).await?;
    Ok(format!("LLM response: {}", said(&answer)))
}

/// Tests server-initiated elicitation (user input request).
#[tool]
pub async fn test_elicitation(
    /// The message to show the user
    message: String,
    cx: &Context,
) -> Result<String, ToolError> {
    Ok(match cx.elicit::<Account>(&message).await? {
        Elicited::Accepted(Account { username, email }) => {
            format!("User response: action=accept, username={username}, email={email}")
        }
        Elicited::Declined => "User response: action=decline".into(),
        Elicited::Cancelled => "User response: action=cancel".into(),
    })
}

/// Tests elicitation with default values per SEP-1034.
#[tool]
pub async fn test_elicitation_sep1034_defaults(cx: &Context) -> Result<String, ToolError> {
    let message = "Please review and update the form fields with defaults";
    Ok(match cx.elicit::<Profile>(message).await? {
        Elicited::Accepted(profile) => {
            format!("Elicitation completed: action=accept, content={profile:?}")
        }
        Elicited::Declined => "Elicitation completed: action=decline".into(),
        Elicited::Cancelled => "Elicitation completed: action=cancel".into(),
    })
}

/// Tests elicitation with enum schema improvements per SEP-1330.
#[tool]
pub async fn test_elicitation_sep1330_enums(cx: &Context) -> Result<String, ToolError> {
    elicit(cx, "Please select options from the enum fields", ENUMS).await
}

/// Tests that a question never travels as a request on the stream of a call, where the revision forbids it.
#[tool]
pub async fn test_streaming_elicitation(cx: &Context) -> Result<String, ToolError> {
    let schema = r#"{"type":"object","properties":{"answer":{"type":"string"}},"required":["answer"]}"#;
    elicit(cx, "Please answer", schema).await
}

/// Tests the error for clients without the sampling capability.
#[tool]
pub async fn test_missing_capability(cx: &Context) -> Result<String, ToolError> {
    let answer = cx.sample(message("Say hello", 100)).await?;
    Ok(said(&answer))
}

/// Tests asking for the folders that the client works in.
#[tool]
pub async fn test_roots(cx: &Context) -> Result<String, ToolError> {
    let roots = cx.list_roots().await?;
    Ok(roots.iter().map(|root| format!("{}\n", root.uri)).collect())
}

async fn elicit(cx: &Context, message: &str, schema: &str) -> Result<String, ToolError> {
    Ok(match cx.input("form").elicit_form(message, schema).await? {
        Elicited::Accepted(content) => {
            format!("Elicitation completed: action=accept, content={content}")
        }
        Elicited::Declined => "Elicitation completed: action=decline".into(),
        Elicited::Cancelled => "Elicitation completed: action=cancel".into(),
    })
}
