use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note:a", scopes = "files:read")]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
