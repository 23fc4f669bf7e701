use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt]
    fn a(&self, #[schema(minimum = 1)] x: String) -> String {
        x
    }
}

fn main() {}
