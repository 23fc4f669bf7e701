use pulseengine_mcp::prelude::*;

struct S;

#[server(name = "")]
impl S {

}

fn main() {}
