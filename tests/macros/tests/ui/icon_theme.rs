use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(icon(src = "data:,", theme = "blue", sizes = ["big"]))]
    fn a(&self) {}
}

fn main() {}
