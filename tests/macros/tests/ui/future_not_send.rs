use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool]
    async fn a(&self) {
        let shared = std::rc::Rc::new(1);
        std::future::ready(()).await;
        drop(shared);
    }
}

fn main() {}
