use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[completion(resource = "note://{id}", argument = "id")]
    fn a(&self, value: &str) -> Vec<String> {
        vec![value.to_string()]
    }
}

fn main() {}
