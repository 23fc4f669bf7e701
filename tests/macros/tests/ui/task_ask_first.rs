use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(ask_first)]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
