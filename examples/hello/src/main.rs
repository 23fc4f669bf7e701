//! The smallest server.

use pulseengine_mcp::prelude::*;

struct Hello;

#[server(name = "hello")]
impl Hello {
    /// Greets someone.
    #[tool]
    fn greet(&self, name: String) -> String {
        format!("Hello, {name}!")
    }
}

pulseengine_mcp::main!(Hello);
