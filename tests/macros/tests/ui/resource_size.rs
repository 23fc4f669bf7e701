use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note:a", size = -1)]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
