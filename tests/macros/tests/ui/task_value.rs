use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(task = "always")]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
