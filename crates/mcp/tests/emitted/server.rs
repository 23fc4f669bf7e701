//! A server that says everything the library can say.

use pulseengine_mcp::model::{
    AudioContent, CreateMessageParams, ImageContent, SamplingContent, SamplingMessage,
};
use pulseengine_mcp::prelude::*;

pub struct Talkative;

/// A point.
#[derive(Schema)]
struct Point {
    /// To the right.
    x: f64,
    y: i32,
    label: Option<String>,
}

#[derive(Schema)]
enum Kind {
    Cat,
    Dog,
}

#[derive(Schema)]
enum Colour {
    /// Like a crow.
    Black,
    /// Like a swan.
    White,
}

/// What a form asks for.
#[derive(Schema)]
struct Animal {
    #[schema(length(min = 1, max = 40), title = "Name")]
    name: String,
    #[schema(minimum = 0, maximum = 99)]
    age: Option<u8>,
    /// Whether it bites not.
    #[schema(default = true)]
    tame: bool,
    kind: Kind,
    other: Option<Kind>,
    colour: Colour,
    weight: Option<f64>,
}

#[server(
    name = "talkative",
    version = "1.2.3",
    title = "Talkative",
    description = "Says everything.",
    instructions = "Ask for anything.",
    website_url = "https://example.com",
    icon(src = "https://example.com/i.svg", mime_type = "image/svg+xml", sizes = ["any"], theme = "dark")
)]
impl Talkative {
    /// Says something.
    #[tool(
        title = "Say",
        read_only,
        idempotent,
        open_world = false,
        icon(src = "data:,"),
        meta = r#"{"example.com/k":1}"#
    )]
    fn text(&self) -> String {
        "line\nline \u{1}\u{7f}\u{2028}é😀".to_owned()
    }

    #[tool]
    fn nothing(&self) {}

    #[tool]
    fn number(&self, x: f64) -> f64 {
        x / 2.0
    }

    #[tool]
    fn point(&self) -> Json<Point> {
        Json(Point { x: 0.5, y: -1, label: None })
    }

    #[tool]
    fn points(&self) -> Json<Vec<Point>> {
        Json(vec![Point { x: 1e300, y: 0, label: Some("\"far\"".to_owned()) }])
    }

    #[tool]
    fn contents(&self) -> Vec<ContentBlock> {
        vec![
            ContentBlock::text("a"),
            ImageContent::new("AAAA", "image/png").into(),
            AudioContent::new("AAAA", "audio/wav").into(),
            Resource::new("file:///a", "a").mime_type("text/plain").into(),
            ResourceContents::text("file:///a", "a").into(),
            ResourceContents::bytes("file:///b", [0; 3]).into(),
        ]
    }

    #[tool]
    fn fails(&self) -> Result<Json<Point>, ToolError> {
        Err(ToolError::new("it failed"))
    }

    #[tool]
    #[allow(clippy::panic, reason = "what a client receives then")]
    fn panics(&self) {
        panic!("on purpose");
    }

    #[tool]
    async fn tells(&self, cx: &Context) -> String {
        cx.progress(0.0, None).await;
        cx.progress_with(0.5, Some(1.0), Some("half")).await;
        for level in [LoggingLevel::Debug, LoggingLevel::Info, LoggingLevel::Emergency] {
            cx.log_as(level, Some("part"), "told").await;
        }
        cx.log(LoggingLevel::Error, Point { x: 1.0, y: 2, label: None }).await;
        "told".to_owned()
    }

    #[tool]
    fn changes(&self, cx: &Context) {
        let server = cx.server();
        server.notify_tools_changed();
        server.notify_prompts_changed();
        server.notify_resources_changed();
        server.notify_resource_updated("talk:text");
    }

    #[tool]
    async fn asks(&self, cx: &Context) -> Result<String, ToolError> {
        let answer = cx.elicit::<Animal>("Which animal?").await?;
        Ok(answer.accepted().map_or_else(|| "none".to_owned(), |animal| animal.name))
    }

    #[tool]
    async fn sends(&self, cx: &Context) -> Result<String, ToolError> {
        let answer = cx.input("visit").elicit_url("Visit us", "https://example.com", "visit-1").await?;
        cx.notify_elicitation_complete("visit-1").await;
        Ok(format!("{}", answer == Elicited::Accepted(())))
    }

    #[tool]
    async fn samples(&self, cx: &Context) -> Result<String, ToolError> {
        let question = SamplingMessage::user(SamplingContent::text("Who?"));
        Ok(cx.sample(CreateMessageParams::new(vec![question], 100)).await?.model)
    }

    #[tool]
    async fn looks(&self, cx: &Context) -> Result<String, ToolError> {
        Ok(format!("{} roots", cx.list_roots().await?.len()))
    }

    /// Asks, and asks again.
    #[tool]
    async fn insists(&self, cx: &Context) -> Result<String, ToolError> {
        let first = cx.input("first").elicit::<Animal>("Which?").await?;
        let roots = cx.input("second").list_roots().await?;
        Ok(format!("{} {}", first.accepted().is_some(), roots.len()))
    }

    /// Text.
    #[resource(
        "talk:text",
        title = "Text",
        mime_type = "text/plain",
        size = 4,
        audience = ["user", "assistant"],
        priority = 0.5,
        icon(src = "data:,")
    )]
    fn read_text(&self) -> Text {
        Text::new("text")
    }

    #[resource("talk:blob")]
    fn read_blob(&self) -> Blob {
        Blob::new([0, 1, 2]).mime_type("application/octet-stream")
    }

    #[resource("talk:fails")]
    fn read_fails(&self) -> Result<Text, ResourceError> {
        Err(ResourceError::new("it failed"))
    }

    #[resource("talk:json")]
    fn read_json(&self) -> Json<Point> {
        Json(Point { x: 0.0, y: 0, label: None })
    }

    #[resource("talk://{id}", mime_type = "text/plain", list = all)]
    fn read_any(&self, id: String) -> Result<Text, ResourceError> {
        if id == "none" { Err(ResourceError::not_found()) } else { Ok(Text::new(id)) }
    }

    fn all(&self) -> Vec<Resource> {
        vec![Resource::new("talk://a", "a"), Resource::new("talk://b", "b").mime_type("text/plain")]
    }

    /// Reviews.
    #[prompt(title = "Review", icon(src = "data:,"))]
    fn review(
        &self,
        /// What.
        code: String,
        style: Option<String>,
    ) -> PromptMessages {
        PromptMessages::new()
            .description("A review")
            .user(format!("{code} {style:?}"))
            .assistant(ImageContent::new("AAAA", "image/png"))
            .user(ResourceContents::text("talk:text", "text"))
            .user(AudioContent::new("AAAA", "audio/wav"))
            .user(Resource::new("talk:text", "text"))
    }

    #[prompt]
    fn plain(&self) -> Result<String, PromptError> {
        Err(PromptError::new("it failed"))
    }

    #[prompt]
    async fn asking(&self, cx: &Context) -> Result<String, PromptError> {
        Ok(format!("{} roots", cx.list_roots().await?.len()))
    }

    #[completion(prompt = "review", argument = "style")]
    fn styles(&self, value: &str) -> Vec<String> {
        (0..200).map(|n| format!("{value}{n}")).collect()
    }

    #[completion(resource = "talk://{id}", argument = "id")]
    fn ids(&self, _value: &str) -> Vec<String> {
        Vec::new()
    }
}
