use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(scopes("files:read files:write"))]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
