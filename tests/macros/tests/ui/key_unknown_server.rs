use pulseengine_mcp::prelude::*;

struct S;

#[server(nmae = "a")]
impl S {
    #[tool]
    fn a(&self) {}
}

fn main() {}
