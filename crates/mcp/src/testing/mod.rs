//! A client in memory, for the tests of servers: the same bytes as over stdio, without a process.
//!
//! ```
//! use pulseengine_mcp::testing::{self, Client, json};
//! use pulseengine_mcp::prelude::*;
//!
//! struct Hello;
//!
//! #[server(name = "hello")]
//! impl Hello {
//!     #[tool]
//!     fn greet(&self, name: String) -> String {
//!         format!("Hello, {name}!")
//!     }
//! }
//!
//! testing::run(async {
//!     let client = Client::new(Hello);
//!     let answer = client.call_tool("greet", json!({"name": "Zoë"})).await;
//!     assert_eq!(answer.text(), "Hello, Zoë!");
//! });
//! ```

mod answer;
mod client;
mod listening;
mod server;

pub use answer::Answer;
pub use client::Client;
pub use listening::Listening;
pub use pulseengine_mcp_runtime::join;
pub use serde_json::{Value, json};

/// Runs a test's future to its end.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    pulseengine_mcp_runtime::block_on(test)
}
