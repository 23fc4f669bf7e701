use pulseengine_mcp_macros::Schema;

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(deny_unknown_fields)]
struct Flat {
    #[serde(flatten)]
    a: Inner,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Inner {
    #[schema(serde)]
    a: u8,
    #[serde(default)]
    #[schema(default = 1)]
    b: u8,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(tag = "t")]
enum Tagged {
    Pair(u8, u8),
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(content = "c", untagged)]
enum Content {
    A,
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(transparent)]
struct Two(u8, u8);

fn main() {}
