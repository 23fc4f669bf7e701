//! The benchmark's tools as a component that serves HTTP.
#![forbid(unsafe_code)]

#[path = "../../server/src/tools.rs"]
mod tools;

pulseengine_mcp::main!(tools::Bench);
