use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Tree {
    value: u8,
    next: Option<Box<Tree>>,
}

#[tool]
async fn ask(cx: &Context) -> Result<String, ToolError> {
    let _ = cx.elicit::<Tree>("?").await?;
    Ok(String::new())
}

fn main() {}
