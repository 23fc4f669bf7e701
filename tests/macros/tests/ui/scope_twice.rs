use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt(scopes("files:read", "files:write", "files:read"))]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
