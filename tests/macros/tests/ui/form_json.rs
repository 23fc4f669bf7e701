use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Addresses {
    #[schema(serde, json = r#"{"type":"array","items":{"type":"string"}}"#)]
    all: Vec<std::net::Ipv4Addr>,
}

#[tool]
async fn ask(cx: &Context) -> Result<String, ToolError> {
    let _ = cx.input("a").elicit::<Addresses>("?").await?;
    Ok(String::new())
}

fn main() {}
