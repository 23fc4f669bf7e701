use pulseengine_mcp::prelude::*;

#[tool]
fn a<T: Into<f64>>(x: T) -> f64 {
    x.into()
}

fn main() {}
