use pulseengine_mcp::prelude::*;

#[prompt]
fn a(x: String) -> String {
    x
}

fn main() {}
