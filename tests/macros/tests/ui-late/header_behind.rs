use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Place {
    #[schema(header = "Region")]
    region: String,
}

#[derive(Schema)]
struct Target {
    place: Place,
}

#[tool]
fn behind(target: Target) -> String {
    target.place.region
}

fn main() {
    pulseengine_mcp::run(App::new("s", "1").tool::<behind>());
}
