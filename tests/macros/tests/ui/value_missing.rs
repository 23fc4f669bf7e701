use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt(title)]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
