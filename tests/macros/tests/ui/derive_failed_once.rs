use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Fails {
    #[schema(minimun = 1)]
    a: u8,
}

#[derive(Schema)]
struct Holds {
    one: Fails,
    many: Vec<Fails>,
}

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self, one: Fails, many: Vec<Fails>) -> Json<Fails> {
        drop(many);
        Json(one)
    }

    #[tool]
    async fn b(&self, holds: Holds, cx: &Context) -> Result<String, ToolError> {
        drop(holds);
        let _ = cx.elicit::<Fails>("?").await?;
        Ok(String::new())
    }
}

fn main() {}
