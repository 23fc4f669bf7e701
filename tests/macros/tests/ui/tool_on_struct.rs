use pulseengine_mcp::prelude::*;

#[tool]
struct S;

fn main() {}
