use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt]
    fn review(&self, code: String) -> String {
        code
    }

    #[completion(prompt = "review", resource = "a:b", argument = "code")]
    fn a(&self, value: &str) -> Vec<String> {
        vec![value.to_string()]
    }
}

fn main() {}
