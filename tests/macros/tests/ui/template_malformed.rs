use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note://{id")]
    fn a(&self, id: String) -> String {
        id
    }
}

fn main() {}
