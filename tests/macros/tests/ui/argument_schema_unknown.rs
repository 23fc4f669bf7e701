use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self, #[schema(desc = "x")] x: f64) -> f64 {
        x
    }
}

fn main() {}
