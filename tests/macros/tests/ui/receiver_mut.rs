use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&mut self) {}
}

fn main() {}
