use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool = "a"]
    fn a(&self) {}
}

fn main() {}
