use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(meta = r#"{"a": 1,}"#)]
    fn a(&self) {}
}

fn main() {}
