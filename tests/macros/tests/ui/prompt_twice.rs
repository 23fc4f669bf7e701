use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt]
    fn a(&self) -> String {
        String::new()
    }

    #[prompt(name = "a")]
    fn b(&self) -> String {
        String::new()
    }
}

fn main() {}
