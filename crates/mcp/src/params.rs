//! The members of a request's params, for [`Call::string`](crate::Call::string) and its like.

pub use pulseengine_mcp_protocol::params::Key;
