use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note://{id}")]
    fn a(&self, id: String, part: u32) -> String {
        format!("{id}{part}")
    }
}

fn main() {}
