use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    fn a(&self, x: &str, y: &[u8], z: Option<&str>) {
        let _ = (x, y, z);
    }
}

fn main() {}
