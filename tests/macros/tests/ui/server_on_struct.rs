use pulseengine_mcp::prelude::*;

#[server]
struct S;

fn main() {}
