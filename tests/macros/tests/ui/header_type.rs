use pulseengine_mcp::prelude::*;

#[derive(Schema)]
enum Color {
    Red,
}

#[derive(Schema)]
struct Number {
    #[schema(header = "Number")]
    number: f32,
}

#[tool]
fn number(#[schema(header = "Value")] value: f64) -> f64 {
    value
}

#[tool]
fn list(#[schema(header = "Value")] value: Option<Vec<String>>) -> usize {
    value.map_or(0, |value| value.len())
}

#[tool]
fn named(#[schema(header = "Value")] value: Color) -> u8 {
    value as u8
}

fn main() {
    let _ = |Number { number }| number;
}
