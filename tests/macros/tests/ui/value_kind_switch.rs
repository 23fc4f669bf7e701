use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(read_only = "yes")]
    fn a(&self) {}
}

fn main() {}
