use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(name = "")]
    fn a(&self) {}
}

fn main() {}
