//! A tool that fetches a page: outbound HTTP from the same source natively and as a component.

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::http::{self, Request};

/// A model reads no more at once than this.
const LIMIT: usize = 256 * 1024;

#[derive(Clone, Copy)]
struct Fetch;

/// What is at an address.
#[derive(Schema)]
struct Page {
    /// The status of HTTP: 200 when the page is there.
    status: u16,
    /// Its text.
    text: String,
}

/// Reads pages of the web.
#[server(name = "fetch")]
impl Fetch {
    /// Fetches the text at an address. Redirects are not followed: the answer then begins with where to look.
    #[tool(read_only)]
    async fn fetch(
        &self,
        #[schema(description = "begins with http:// or https://")] url: String,
    ) -> Result<Json<Page>, ToolError> {
        let response = http::send(Request::get(url)).await?;
        let status = response.status();
        let moved = response.header("location").map(|to| format!("moved to {to}\n")).unwrap_or_default();
        let text = String::from_utf8(response.bytes(LIMIT).await?)
            .map_err(|_| ToolError::new("What is there is not text in UTF-8. Fetch something else."))?;
        Ok(Json(Page { status, text: moved + &text }))
    }
}

pulseengine_mcp::main!(Fetch);
