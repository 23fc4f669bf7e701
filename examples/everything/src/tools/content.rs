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
    ImageContent::new(samples::PNG, "image/png").into()
}

/// Tests audio content response.
#[tool]
pub fn test_audio_content() -> ContentBlock {
    AudioContent::new(samples::WAV, "audio/wav").into()
}

/// Tests embedded resource content response.
#[tool]
pub fn test_embedded_resource() -> ContentBlock {
    let text = "This is an embedded resource content.";
    ResourceContents::text("test://embedded-resource", text).mime_type("text/plain").into()
}

/// Tests response with multiple content types (text, image, resource).
#[tool]
pub fn test_multiple_content_types() -> Vec<ContentBlock> {
    let data = r#"{"test":"data","value":123}"#;
    let resource =
        ResourceContents::text("test://mixed-content-resource", data).mime_type("application/json");
    vec![
        ContentBlock::text("Multiple content types test:"),
        ImageContent::new(samples::PNG, "image/png").into(),
        resource.into(),
    ]
}
