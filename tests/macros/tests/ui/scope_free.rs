use pulseengine_mcp::prelude::*;

#[tool(scopes("files read"))]
fn a() {}

fn main() {}
