use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Form {
    value: pulseengine_mcp::__private::schema::serde_json::Value,
}

#[tool]
async fn ask(cx: &Context) -> Result<String, ToolError> {
    let _ = cx.elicit::<Form>("?").await?;
    Ok(String::new())
}

fn main() {
    pulseengine_mcp::run(App::new("s", "1").tool::<ask>());
}
