use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[resource("note://{id}", list = ids)]
    fn a(&self, id: String) -> String {
        id
    }

    fn ids(&self, page: u32) -> Vec<Resource> {
        vec![Resource::new(page.to_string(), "page")]
    }
}

fn main() {}
