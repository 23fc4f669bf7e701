use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("notes")]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
