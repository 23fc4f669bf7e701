use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self) -> impl Future<Output = f64> {
        async { 1.0 }
    }
}

fn main() {}
