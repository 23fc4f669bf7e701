use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[cfg_attr(all(), tool(name = "b"))]
    fn a(&self) {}
}

fn main() {}
