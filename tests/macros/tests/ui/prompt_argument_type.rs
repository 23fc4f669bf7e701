use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt]
    fn a(&self, x: f64) -> String {
        x.to_string()
    }
}

fn main() {}
