use pulseengine_mcp_macros::Schema;

struct Unknown;

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Holder {
    known: u8,
    unknown: Unknown,
}

fn main() {}
