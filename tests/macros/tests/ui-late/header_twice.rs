use pulseengine_mcp::prelude::*;

struct S;

#[derive(Schema)]
struct Place {
    #[schema(header = "Region")]
    region: String,
}

#[server]
impl S {
    #[tool]
    fn twice(&self, place: Place, #[schema(header = "region")] region: String) -> String {
        place.region + &region
    }
}

pulseengine_mcp::main!(S);
