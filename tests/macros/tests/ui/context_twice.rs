use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self, a: &Context, b: &Context) {
        let _ = (a, b);
    }
}

fn main() {}
