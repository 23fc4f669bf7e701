use pulseengine_mcp::prelude::*;

#[server]
fn serve() {}

fn main() {}
