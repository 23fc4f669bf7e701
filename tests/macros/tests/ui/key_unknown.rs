use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(nam = "a")]
    fn a(&self) {}
}

fn main() {}
