use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self, cx: Context) {
        let _ = cx;
    }
}

fn main() {}
