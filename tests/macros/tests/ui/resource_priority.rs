use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note:a", priority = 2)]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
