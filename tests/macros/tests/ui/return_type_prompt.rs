use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt]
    fn a(&self) -> u8 {
        1
    }
}

fn main() {}
