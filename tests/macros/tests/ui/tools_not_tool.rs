use pulseengine_mcp::prelude::*;

struct S;

#[server(tools = [main])]
impl S {

}

fn main() {}
