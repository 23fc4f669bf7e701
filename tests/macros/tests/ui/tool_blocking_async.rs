use pulseengine_mcp::prelude::*;

struct Files;

#[server]
impl Files {
    /// Counts.
    #[tool(blocking)]
    async fn count(&self) -> u32 {
        1
    }

    /// Counts.
    #[tool(blocking = "yes")]
    fn count_all(&self) -> u32 {
        2
    }
}

fn main() {}
