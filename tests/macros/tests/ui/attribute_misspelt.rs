use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tools]
    fn a(&self) {}
}

fn main() {}
