use pulseengine_mcp_macros::Schema;

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Values {
    #[schema(pattern = "[a-")]
    a: String,
    #[schema(minimum = "1")]
    b: u8,
    #[schema(maximum = 18446744073709551615)]
    c: u64,
    #[schema(length(least = 1))]
    d: String,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[schema(rename = "a/b")]
struct Named;

fn main() {}
