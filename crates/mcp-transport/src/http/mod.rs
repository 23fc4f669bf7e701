//! The rules of Streamable HTTP, as functions of a request's head and body (specification: basic/transports/
//! streamable-http). No I/O: hyper, `wasi:http` and tests ask the same functions.
//!
//! A request passes them in this order: [`Given::read`] takes the known fields out of the head, [`inquire`] decides what
//! can be decided before the body is read, [`accept`] admits the body and compares it with the head, and [`status_of`]
//! says with which status an answer goes out.

mod accept;
mod cut;
mod fields;
mod inquiry;
mod limits;
mod media;
mod policy;
mod refusal;

pub use accept::{Accepted, accept};
pub(crate) use cut::cut;
pub use fields::{Fields, Given, Head, Name, Once};
pub use inquiry::{Inquiry, Kind, Stated, inquire};
pub(crate) use inquiry::{not_allowed, too_large};
pub use limits::HttpLimits;
pub use media::Accepts;
pub use policy::Policy;
pub(crate) use refusal::JSON;
pub use refusal::{Field, Refused, status_of};
