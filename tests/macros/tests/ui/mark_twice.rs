use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    #[prompt]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
