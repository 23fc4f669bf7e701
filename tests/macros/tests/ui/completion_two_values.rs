use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt]
    fn review(&self, code: String) -> String {
        code
    }

    #[completion(prompt = "review", argument = "code")]
    fn a(&self, value: &str, other: &str) -> Vec<String> {
        vec![value.to_string(), other.to_string()]
    }
}

fn main() {}
