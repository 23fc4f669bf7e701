use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt]
    fn a(&self, b: String) -> String {
        b
    }

    #[completion(prompt = "a", argument = "b")]
    fn b(&self) -> u8 {
        1
    }
}

fn main() {}
