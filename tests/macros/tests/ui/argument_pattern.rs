use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self, (x, y): (f64, f64)) -> f64 {
        x + y
    }
}

fn main() {}
