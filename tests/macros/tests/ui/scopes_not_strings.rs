use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt(scopes("files:read", files))]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
