use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note://{id}")]
    fn a(&self, id: f64) -> String {
        id.to_string()
    }
}

fn main() {}
