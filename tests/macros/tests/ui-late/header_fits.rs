use pulseengine_mcp::prelude::*;

#[tool]
fn fits(#[schema(header = "Region")] region: Option<String>) -> String {
    region.unwrap_or_default()
}

fn main() {
    let _ = App::new("s", "1").tool::<fits>();
}
