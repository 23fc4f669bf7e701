use std::net::Ipv4Addr;

use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Fields {
    #[schema(serde, json = "{\"type\":")]
    syntax: Ipv4Addr,
    #[schema(serde, json = "\"string\"")]
    no_object: Ipv4Addr,
    #[schema(serde, json = r#"{"type":"string"}"#, format = "ipv4")]
    beside: Ipv4Addr,
    #[schema(serde, json = r#"{"type":"string","title":"a"}"#, title = "b")]
    twice: Ipv4Addr,
}

fn main() {}
