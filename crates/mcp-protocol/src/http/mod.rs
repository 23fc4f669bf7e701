//! The rules of Streamable HTTP, as functions of heads and bodies (specification: basic/transports/streamable-http). No
//! I/O: hyper, `wasi:http` and tests call the same functions.
//!
//! A client builds the head of a request with [`HeadBuilder`] and reads that of a response with [`ResponseHead`].
//!
//! In a server a request passes them in this order: `Headers::read` takes the known fields out of the head,
//! [`check_head`] decides what can be decided before the body is read, [`check_body`] admits the body and compares it
//! with the head, and [`status_of`] gives the status of an answer.

mod build_head;
mod check_body;
mod check_head;
mod cut;
mod header_name;
mod headers;
mod limits;
mod media;
mod network;
mod policy;
mod read_response;
mod rejection;

pub use build_head::{HeadBuilder, HeadError, OutgoingMessage, RequestHead};
pub use check_body::{Accepted, check_body};
pub use check_head::{
    CheckedHead, DeclaredVersion, RequestKind, TOO_LARGE, check_head, check_site, not_allowed,
};
pub use cut::cut;
pub use header_name::HeaderName;
pub use headers::{Fields, Head, Headers, SingleValue};
pub use limits::HttpLimits;
pub use media::Accepts;
pub use network::network_of;
pub use policy::Policy;
pub use read_response::{CheckedResponse, InvalidResponse, ResponseHead, ResponseKind};
pub use rejection::{Field, HttpRejection, JSON, RejectionData, status_of};
