use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
