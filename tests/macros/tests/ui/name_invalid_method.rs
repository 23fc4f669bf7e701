use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn größe(&self) {}
}

fn main() {}
