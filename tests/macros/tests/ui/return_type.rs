use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self) -> Result<S, String> {
        Ok(S)
    }
}

fn main() {}
