use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note:a", ttl_ms = 1000, cache = "shared")]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
