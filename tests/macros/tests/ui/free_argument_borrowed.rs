use pulseengine_mcp::prelude::*;

#[tool]
fn a(x: &str) -> f64 {
    x.len() as f64
}

struct S;

#[server(tools = [a])]
impl S {}

fn main() {}
