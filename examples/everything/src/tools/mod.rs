//! The tools, by topic.

pub mod ask;
pub mod change;
pub mod content;
pub mod jobs;
pub mod report;
pub mod rounds;
pub mod schema;

use pulseengine_mcp::model::{CreateMessageParams, CreateMessageResult, SamplingContent, SamplingMessage};

/// The request to a model to go on from one message of the user.
pub fn message(text: impl Into<String>, max_tokens: u64) -> CreateMessageParams {
    CreateMessageParams::new(vec![SamplingMessage::user(text.into())], max_tokens)
}

/// The text that a model answered.
pub fn said(answer: &CreateMessageResult) -> String {
    answer.content.pieces().iter().filter_map(SamplingContent::as_text).collect()
}
