//! Streamable HTTP, for programs that are not made by [`main!`](crate::main): who may talk to the server, the bounds,
//! and, natively, sockets and the service for a router.

pub use pulseengine_mcp_transport::http::{HttpLimits, Policy};
pub use pulseengine_mcp_transport::{Endpoint, Instance};

pulseengine_mcp_transport::natively! {
    pub use pulseengine_mcp_transport::native::{Listener, ResponseBody, Service};

    use std::sync::Arc;

    use crate::Server;

    /// The endpoint of a server, run by this process.
    pub fn endpoint(server: impl Into<Server>, policy: Policy) -> Endpoint {
        Endpoint::with_sessions(Arc::new(server.into()), policy, Instance::PROCESS)
    }
}
