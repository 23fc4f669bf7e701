//! Why something cannot be run, in words. Nothing here needs the host of components.

use std::fmt;

/// A reason.
pub struct Failure(String);

/// A result that may have a reason instead.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// That reason.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

#[cfg(feature = "components")]
impl From<wasmtime::Error> for Failure {
    fn from(error: wasmtime::Error) -> Self {
        Self(format!("{error:?}"))
    }
}

/// Says what was tried when it failed.
pub trait Context<T> {
    /// The result, with that before the reason.
    fn because(self, tried: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn because(self, tried: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failure(format!("{}: {error}", tried())))
    }
}
