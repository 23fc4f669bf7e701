use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note://{id}", list = ids)]
    fn a(&self, id: String) -> String {
        id
    }

    fn ids(&self) -> Vec<String> {
        Vec::new()
    }
}

fn main() {}
