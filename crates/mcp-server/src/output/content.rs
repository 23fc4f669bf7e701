//! Blocks of content, for tools and prompts alike.

use pulseengine_mcp_protocol::Revision;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::model::ContentBlock;

/// Writes a block of text.
pub(super) fn write_text(text: &str, w: &mut Writer) {
    w.begin_object();
    w.members(r#""type":"text""#);
    w.key("text").string(text);
    w.end_object();
}

/// Writes a block of any kind. One that the revision does not know becomes text that names it.
pub(super) fn write_block(block: &ContentBlock, revision: Revision, w: &mut Writer) {
    match block {
        ContentBlock::Audio(_) if !revision.has_audio() => {
            write_text("(audio, which this revision of the protocol does not have)", w);
        }
        ContentBlock::ResourceLink(link) if !revision.has_resource_links() => write_text(&link.0.uri, w),
        block => match serde_json::to_string(block) {
            Ok(text) => w.raw(&text),
            Err(_) => write_text("(content that could not be written)", w),
        },
    }
}
