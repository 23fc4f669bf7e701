//! The severity of log messages.

use serde::{Deserialize, Serialize};

/// Severity of a log message, as in RFC 5424; later variants are more severe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoggingLevel {
    /// For debugging.
    Debug,
    /// Normal course of events.
    Info,
    /// Normal but worth attention.
    Notice,
    /// Something may go wrong.
    Warning,
    /// An operation failed.
    Error,
    /// A part of the program failed.
    Critical,
    /// Action must be taken at once.
    Alert,
    /// The program is unusable.
    Emergency,
}
