//! Streamable HTTP, for programs that are not made by [`main!`](crate::main): who may talk to the server, the bounds,
//! and, natively, sockets and the service for a router.
//!
//! ```no_run
//! use pulseengine_mcp::http::{Policy, serve};
//! use pulseengine_mcp::prelude::*;
//!
//! # struct Hello;
//! # #[server(name = "hello")]
//! # impl Hello {
//! #     #[tool]
//! #     fn greet(&self, name: String) -> String { name }
//! # }
//! fn main() -> std::io::Result<()> {
//!     let policy = Policy::new().host("mcp.example.com").origin("https://app.example.com");
//!     pulseengine_mcp::runtime::block_on(serve(Hello, "127.0.0.1:8080", policy))
//! }
//! ```

pub use crate::run::endpoint_builder;
pub use pulseengine_mcp_http::{
    Authenticated, Authenticating, Authenticator, Body, BodyError, BodyLimits, Endpoint, EndpointBuilder,
    EventStream, ReadBody, RequestHead, Response, Route, RouteHandler, RouteRequest,
};
pub use pulseengine_mcp_protocol::http::{Fields, Head, HttpLimits, HttpRejection, Policy, SingleValue};
pub use pulseengine_mcp_transport::Instance;

pulseengine_mcp_runtime::natively! {
    #[cfg(feature = "tls")]
    pub use pulseengine_mcp_http::native::Tls;
    pub use pulseengine_mcp_http::native::{
        Cidr, HttpService, InvalidCidr, Listener, PeerAddress, RequestBody, ResponseBody, Service, Tower, stop_signal,
    };

    use std::net::ToSocketAddrs;

    use crate::Server;

    /// The endpoint of a server, run by this process.
    pub fn endpoint(server: impl Into<Server>, policy: Policy) -> Endpoint {
        endpoint_builder(server).policy(policy).sessions().build()
    }

    /// A server as a tower service, to be mounted in a router. The router decides on the path.
    pub fn service(server: impl Into<Server>, policy: Policy) -> Service {
        Service::new(endpoint(server, policy.any_path()))
    }

    /// Serves over HTTP until the program receives a stop signal, then lets requests in flight end. What can be set besides the
    /// policy is at [`Listener`].
    ///
    /// # Errors
    ///
    /// When it cannot listen at that address.
    pub async fn serve(
        server: impl Into<Server>,
        address: impl ToSocketAddrs,
        policy: Policy,
    ) -> std::io::Result<()> {
        Listener::bind(address).await?.serve_until(endpoint(server, policy), stop_signal()).await;
        Ok(())
    }
}
