use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(name = 1)]
    fn a(&self) {}
}

fn main() {}
