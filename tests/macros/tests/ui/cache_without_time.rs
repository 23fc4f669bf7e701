use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note:a", cache = "public")]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
