//! Questions to the user and to the client's model: [`Context::elicit`](crate::Context::elicit) and its like.

pub use pulseengine_mcp_server::input::{Elicited, InputError, InputRequest};
