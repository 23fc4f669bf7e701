use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    unsafe fn a(&self) {}
}

fn main() {}
