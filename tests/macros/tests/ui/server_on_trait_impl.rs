use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl Default for S {
    #[tool]
    fn default() -> Self {
        S
    }
}

fn main() {}
