use pulseengine_mcp::prelude::*;

#[derive(Schema)]
enum Choice {
    A {
        #[schema(header = "Value")]
        value: String,
    },
}

#[derive(Schema)]
struct Pair(#[schema(header = "Value")] String, u8);

#[derive(Schema)]
#[serde(transparent)]
struct Through {
    #[schema(header = "Value")]
    value: String,
}

#[derive(Schema)]
#[schema(inline)]
enum Inline {
    A,
}

fn main() {}
