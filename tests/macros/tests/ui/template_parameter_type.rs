use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note://{id}")]
    fn a(&self, id: Vec<u8>) -> String {
        format!("{id:?}")
    }
}

fn main() {}
