use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(name = "a b")]
    fn a(&self) {}
}

fn main() {}
