use pulseengine_mcp::prelude::*;

#[tool]
fn spaces(#[schema(header = "My Region")] region: String) -> String {
    region
}

#[tool]
fn nothing(#[schema(header = "")] region: String) -> String {
    region
}

#[tool]
fn twice(#[schema(header = "Region")] a: String, #[schema(header = "REGION")] b: String) -> String {
    a + &b
}

fn main() {}
