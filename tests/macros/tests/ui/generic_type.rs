use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a<T: Into<f64>>(&self, x: T) -> f64 {
        x.into()
    }
}

fn main() {}
