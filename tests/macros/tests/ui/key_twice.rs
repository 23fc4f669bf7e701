use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(name = "a", title = "A", name = "b")]
    fn a(&self) {}
}

fn main() {}
