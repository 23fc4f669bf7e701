use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(description = 5)]
    fn a(&self) {}
}

fn main() {}
