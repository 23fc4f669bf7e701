use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self, x: impl Into<f64>) -> f64 {
        x.into()
    }
}

fn main() {}
