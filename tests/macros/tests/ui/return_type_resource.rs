use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note:a")]
    fn a(&self) -> u8 {
        1
    }
}

fn main() {}
