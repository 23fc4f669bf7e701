use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(self: std::sync::Arc<Self>) {}
}

fn main() {}
