use pulseengine_mcp::prelude::*;

struct S;

#[server(lists_ttl_ms = -1)]
impl S {
    #[tool]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
