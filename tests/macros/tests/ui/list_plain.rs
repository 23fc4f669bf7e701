use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note:a", list = all)]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
