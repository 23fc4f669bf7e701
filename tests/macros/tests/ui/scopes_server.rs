use pulseengine_mcp::prelude::*;

struct S;

#[server(scopes("files:read"))]
impl S {}

fn main() {}
