use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self) {}

    #[tool(name = "a")]
    fn b(&self) {}
}

fn main() {}
