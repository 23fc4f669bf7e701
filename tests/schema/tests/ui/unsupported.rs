use pulseengine_mcp_macros::Schema;

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct With {
    #[serde(with = "module")]
    a: u8,
    #[serde(getter = "Self::b")]
    b: u8,
    #[serde(rename_all = "camelCase")]
    c: u8,
    #[schema(minimun = 1)]
    d: u8,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(from = "With", into = "With")]
struct From {
    a: u8,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(rename_all = "Camel")]
enum Enum {
    #[serde(other)]
    A,
    #[serde(untagged)]
    B(u8),
}

fn main() {}
