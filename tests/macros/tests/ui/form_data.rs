use pulseengine_mcp::prelude::*;

#[derive(Schema)]
enum Shape {
    Point,
    Circle { radius: f64 },
}

#[derive(Schema)]
struct Form {
    shape: Shape,
}

#[tool]
async fn ask(cx: &Context) -> Result<String, ToolError> {
    let _ = cx.elicit::<Form>("?").await?;
    Ok(String::new())
}

fn main() {
    pulseengine_mcp::run(App::new("s", "1").tool::<ask>());
}
