//! Every kind of content.

use pulseengine_mcp::prelude::*;

use crate::samples;

/// Tests simple text content response.
#[tool]
pub fn test_simple_text() -> &'static str {
    "This is a simple text response for testing."
}

/// Tests image content response.
#[tool]
pub fn test_image_content() -> ContentBlock {
    ContentBlock::image(samples::PNG, "image/png")
}

/// Tests audio content response.
#[tool]
pub fn test_audio_content() -> ContentBlock {
    ContentBlock::audio(samples::WAV, "audio/wav")
}

/// Tests embedded resource content response.
#[tool]
pub fn test_embedded_resource() -> ContentBlock {
    let text = "This is an embedded resource content.";
    ContentBlock::resource(ResourceContents::text("test://embedded-resource", text).mime_type("text/plain"))
}

/// Tests response with multiple content types (text, image, resource).
#[tool]
pub fn test_multiple_content_types() -> Vec<ContentBlock> {
    let data = r#"{"test":"data","value":123}"#;
    let resource =
        ResourceContents::text("test://mixed-content-resource", data).mime_type("application/json");
    vec![
        ContentBlock::text("Multiple content types test:"),
        ContentBlock::image(samples::PNG, "image/png"),
        ContentBlock::resource(resource),
    ]
}
