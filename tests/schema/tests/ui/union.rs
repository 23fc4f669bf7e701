use pulseengine_mcp_macros::Schema;

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
union Both {
    a: u8,
    b: i8,
}

fn main() {}
