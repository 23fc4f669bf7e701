use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[prompt]
    fn review(&self, code: String) -> String {
        code
    }

    #[completion(prompt = "review", argument = "code")]
    fn a(&self, value: u32) -> Vec<String> {
        vec![value.to_string()]
    }
}

fn main() {}
