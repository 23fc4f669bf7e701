use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(icon(src = "data:,", size = "48x48"))]
    fn a(&self) {}
}

fn main() {}
