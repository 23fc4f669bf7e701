use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(icon(theme = "dark"))]
    fn a(&self) {}
}

fn main() {}
