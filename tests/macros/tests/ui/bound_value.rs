use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Fields {
    #[schema(range(min = 9, max = 1))]
    none_within: u8,
    #[schema(minimum = 1, exclusive_maximum = 1.0)]
    none_between: f64,
    #[schema(length(min = -1))]
    negative: String,
    #[schema(length(min = 1.5))]
    fraction: String,
    #[schema(multiple_of = 0)]
    zero: u8,
    #[schema(range(min = 1), minimum = 2)]
    bound_twice: u8,
    #[schema(title = "a", title = "b")]
    title_twice: u8,
    #[schema(range(minimum = 1))]
    other_word: u8,
}

#[derive(Schema)]
enum Choice {
    #[schema(rename = "a")]
    A,
}

#[derive(Schema)]
#[schema(minimum = 1)]
struct Whole(u8);

fn main() {}
