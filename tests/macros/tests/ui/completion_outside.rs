use pulseengine_mcp::prelude::*;

#[completion(prompt = "a", argument = "b")]
fn a(value: &str) -> Vec<String> {
    vec![value.into()]
}

fn main() {}
