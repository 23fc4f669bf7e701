use pulseengine_mcp::prelude::*;

#[derive(Schema)]
struct Place {
    #[schema(header = "Region")]
    region: String,
}

#[tool]
fn below(places: Vec<Place>) -> usize {
    places.into_iter().map(|place| place.region.len()).sum()
}

fn main() {
    pulseengine_mcp::run(App::new("s", "1").tool::<below>());
}
