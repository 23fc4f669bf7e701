use pulseengine_mcp::prelude::*;

#[tool]
async fn ask(cx: &Context) -> Result<String, ToolError> {
    let _ = cx.elicit::<String>("?").await?;
    Ok(String::new())
}

fn main() {
    pulseengine_mcp::run(App::new("s", "1").tool::<ask>());
}
