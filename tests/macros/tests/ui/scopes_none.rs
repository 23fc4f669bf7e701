use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(scopes())]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
