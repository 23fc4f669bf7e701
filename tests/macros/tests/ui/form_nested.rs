use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Inner {
    a: u8,
}

#[derive(Schema)]
struct Form {
    inner: Inner,
}

#[tool]
async fn ask(cx: &Context) -> Result<String, ToolError> {
    let _ = cx.elicit::<Form>("?").await?;
    Ok(String::new())
}

fn main() {
    pulseengine_mcp::run(App::new("s", "1").tool::<ask>());
}
