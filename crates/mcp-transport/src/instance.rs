//! The abilities of the program instance that serves a connection.

/// The abilities of the program instance that serves a connection. A process and a component over stdio can do
/// everything; a component over HTTP may live for a single request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Instance {
    /// It outlives the request: what it keeps in memory is there for the next one.
    pub lasting: bool,
    /// It takes requests in while it serves others.
    pub concurrent: bool,
}

impl Instance {
    /// A program that lives until it is stopped.
    pub const PROCESS: Self = Self { lasting: true, concurrent: true };
    /// An instance made for one request.
    pub const REQUEST: Self = Self { lasting: false, concurrent: false };

    /// Whether other connected clients can be notified while a request is served: of changes, and of the state
    /// of tasks that go on after their request.
    pub const fn reaches_others(self) -> bool {
        self.lasting && self.concurrent
    }
}
