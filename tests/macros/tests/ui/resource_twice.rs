use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("a:b")]
    fn a(&self) -> String {
        String::new()
    }

    #[resource("a:b")]
    fn b(&self) -> String {
        String::new()
    }
}

fn main() {}
