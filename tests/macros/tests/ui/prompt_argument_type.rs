use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt]
    fn a(&self, x: Vec<u8>) -> String {
        format!("{x:?}")
    }
}

fn main() {}
