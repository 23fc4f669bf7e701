use pulseengine_mcp::prelude::*;

struct S;

impl S {
    #[tool]
    fn a(&self, #[schema(minimum = 1)] x: f64) -> f64 {
        x
    }
}

fn main() {}
