//! The fixtures of the official conformance suite: one of everything a server can have.
//!
//! Names, texts and schemas are those that the suite asks for. The tools are free functions, by topic, in [`tools`];
//! resources, prompts and completions are methods of [`Everything`].

mod samples;
#[cfg(test)]
mod tests;
mod tools;

use pulseengine_mcp::model::BlobResourceContents;
use pulseengine_mcp::prelude::*;
use tools::{ask, change, content, jobs, report, rounds, schema};

/// The server.
#[derive(Clone, Copy, Default)]
struct Everything;

/// What is behind the template `test://template/{id}/data`.
#[derive(Schema)]
#[serde(rename_all = "camelCase")]
struct TemplateData {
    /// The id in the URI.
    id: String,
    /// Always true.
    template_test: bool,
    /// Names the id.
    data: String,
}

#[derive(Schema)]
struct UserContext {
    context: String,
}

/// Fixtures of the MCP conformance suite: every tool, resource and prompt tests one feature of the protocol.
#[server(
    name = "everything",
    title = "Everything",
    tools = [
        content::test_simple_text,
        content::test_image_content,
        content::test_audio_content,
        content::test_embedded_resource,
        content::test_multiple_content_types,
        schema::test_custom_header,
        report::test_tool_with_logging,
        report::test_logging_tool,
        report::test_tool_with_progress,
        report::test_error_handling,
        report::test_reconnection,
        ask::test_sampling,
        ask::test_elicitation,
        ask::test_elicitation_sep1034_defaults,
        ask::test_elicitation_sep1330_enums,
        ask::test_streaming_elicitation,
        ask::test_missing_capability,
        ask::test_roots,
        rounds::test_input_required_result_elicitation,
        rounds::test_input_required_result_sampling,
        rounds::test_input_required_result_list_roots,
        rounds::test_input_required_result_request_state,
        rounds::test_input_required_result_multiple_inputs,
        rounds::test_input_required_result_multi_round,
        rounds::test_input_required_result_tampered_state,
        rounds::test_input_required_result_capabilities,
        jobs::greet,
        jobs::slow_compute,
        jobs::failing_job,
        jobs::protocol_error_job,
        jobs::confirm_delete,
        jobs::multi_input,
        jobs::test_tool_with_task,
        change::test_trigger_tool_change,
        change::test_trigger_prompt_change,
        change::test_trigger_resource_change,
    ]
)]
impl Everything {
    /// A text that never changes.
    #[resource("test://static-text", name = "Static text", mime_type = "text/plain")]
    fn static_text(&self) -> &'static str {
        "This is the content of the static text resource."
    }

    /// A picture that never changes.
    #[resource("test://static-binary", name = "Static binary", mime_type = "image/png")]
    fn static_binary(&self) -> ResourceContents {
        ResourceContents::Blob(BlobResourceContents {
            uri: "test://static-binary".into(),
            mime_type: Some("image/png".into()),
            blob: samples::PNG.into(),
            ..BlobResourceContents::default()
        })
    }

    /// A resource to subscribe to; the tool test_trigger_resource_change says that it has changed.
    #[resource("test://watched-resource", name = "Watched resource", mime_type = "text/plain")]
    fn watched_resource(&self) -> &'static str {
        "Watched resource content"
    }

    /// Data for any id.
    #[resource("test://template/{id}/data", name = "Template", mime_type = "application/json")]
    fn template(&self, id: String) -> Json<TemplateData> {
        let data = format!("Data for ID: {id}");
        Json(TemplateData { id, template_test: true, data })
    }

    #[completion(resource = "test://template/{id}/data", argument = "id")]
    fn ids(&self, value: &str) -> Vec<&'static str> {
        samples::starting_with(&["123", "456", "789"], value)
    }

    /// A simple prompt without arguments.
    #[prompt]
    fn test_simple_prompt(&self) -> &'static str {
        "This is a simple prompt for testing."
    }

    /// A prompt with required arguments.
    #[prompt]
    fn test_prompt_with_arguments(
        &self,
        /// First test argument
        arg1: String,
        /// Second test argument
        arg2: String,
    ) -> String {
        format!("Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")
    }

    #[completion(prompt = "test_prompt_with_arguments", argument = "arg1")]
    fn arg1(&self, value: &str) -> Vec<&'static str> {
        samples::starting_with(&["test1", "test2", "testing"], value)
    }

    /// A prompt that includes an embedded resource.
    #[prompt]
    #[allow(non_snake_case, reason = "the name of the argument is given")]
    fn test_prompt_with_embedded_resource(
        &self,
        /// URI of the resource to embed
        resourceUri: String,
    ) -> PromptMessages {
        let text = "Embedded resource content for testing.";
        let resource = ResourceContents::text(resourceUri, text).mime_type("text/plain");
        PromptMessages::new().user(resource).user("Please process the embedded resource above.")
    }

    /// A prompt that includes image content.
    #[prompt]
    fn test_prompt_with_image(&self) -> PromptMessages {
        PromptMessages::new()
            .user(ImageContent::new(samples::PNG, "image/png"))
            .user("Please analyze the image above.")
    }

    /// A prompt that asks for the context it is to use.
    #[prompt]
    async fn test_input_required_result_prompt(&self, cx: &Context) -> Result<String, PromptError> {
        let question = "What context should the prompt use?";
        let answer = cx.input("user_context").elicit::<UserContext>(question).await?;
        let context = answer.accepted().map_or("none".into(), |answer| answer.context);
        Ok(format!("Use this context: {context}"))
    }
}

impl Everything {
    /// The server with what it offers: subscriptions, lists that change, and a tool made at run time.
    fn app(self) -> App {
        let app = App::of(self).subscriptions().announce_changes();
        match schema::json_schema_2020_12_tool() {
            Ok(tool) => app.dynamic_tool(tool),
            // Its schema is a constant: the tests, which call the tool, would notice.
            Err(_) => app,
        }
    }
}

pulseengine_mcp::jemalloc!();
pulseengine_mcp::main!(Everything.app());
