use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    async fn a(&self) -> S {
        S
    }
}

fn main() {}
