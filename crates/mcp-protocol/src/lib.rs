//! The rules of the Model Context Protocol, without I/O.
//!
//! Messages and the time are arguments, and the results are values: there is no async here, no clock, no randomness and
//! no `std`. A message passes these modules in this order: [`envelope`] finds its kind, [`params`] splits its params,
//! [`call`] decides in which [`Revision`] a request is served, and [`Conversation`] tracks the requests in flight.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod call;
pub mod conversation;
mod decimal;
pub mod envelope;
mod error;
mod error_code;
pub mod frame;
pub mod http;
mod id;
mod level;
pub mod method;
pub mod model;
mod names;
pub mod param_headers;
pub mod params;
mod principal;
mod reply;
mod request_context;
mod revision;
pub mod sessionless;
mod skim;
mod uri;
mod uri_template;
mod vec_map;

pub use call::{Call, Session};
pub use conversation::{ClientSide, Conversation, Effect, ServerSide};
pub use error::Error;
pub use error_code::ErrorCode;
pub use method::Method;
pub use model::{LoggingLevel, RequestId};
pub use names::is_tool_name;
pub use param_headers::ParamHeaders;
pub use principal::Principal;
pub use pulseengine_mcp_json::{Limits, json, schema};
pub use reply::{Outcome, Reply, ResultWriter};
pub use request_context::RequestContext;
pub use revision::Revision;
pub use uri::same_uri;
pub use uri_template::{declared_uri, match_uri};
pub use vec_map::VecMap;

/// What the code that `#[derive(Schema)]` writes names. Not part of the public interface: it may change with any version.
#[doc(hidden)]
pub mod __private {
    pub use crate::schema;
}
