use pulseengine_mcp_macros::Schema;

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
enum Choice {
    A,
    B { c: u8 },
}

#[derive(Schema)]
#[schema(crate = "pulseengine_mcp_protocol")]
struct Holder {
    #[serde(flatten)]
    choice: Choice,
}

fn main() {
    println!("{}", pulseengine_mcp_protocol::schema::to_text::<Holder>());
}
