use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self, x: S) {
        let _ = x;
    }
}

fn main() {}
