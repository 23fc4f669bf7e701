use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Meters(f64);

#[derive(Schema)]
struct Fields {
    #[schema(range(min = 1, max = 9))]
    range_of_text: String,
    #[schema(multiple_of = 2)]
    multiple_of_flag: Option<bool>,
    #[schema(exclusive_minimum = 0)]
    bound_of_list: Vec<u8>,
    #[schema(length(max = 3))]
    length_of_number: u8,
    #[schema(min_length = 1)]
    length_of_map: std::collections::BTreeMap<String, u8>,
    #[schema(min_items = 1)]
    items_of_text: String,
    #[schema(unique_items)]
    unique_text: Option<String>,
    #[schema(pattern = "^a")]
    pattern_of_number: u8,
    #[schema(format = "email")]
    format_of_flag: bool,
    #[schema(maximum = 5)]
    behind_a_name: Meters,
    #[serde(flatten)]
    #[schema(length(min = 1))]
    flattened: std::collections::BTreeMap<String, u8>,
}

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self, #[schema(range(max = 5))] text: String, #[schema(pattern = "x")] number: Option<f64>) {}
}

fn main() {}
