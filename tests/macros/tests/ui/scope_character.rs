use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note:a", scopes("a\\b", "é", "\""))]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
