use pulseengine_mcp::prelude::*;

struct S;

#[tool]
async fn a() -> S {
    S
}

fn main() {}
