use pulseengine_mcp::prelude::*;

struct S;

#[server(tools = ["echo"])]
impl S {

}

fn main() {}
