use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a<const N: usize>(&self) {}
}

fn main() {}
