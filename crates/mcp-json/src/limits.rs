//! The limits of one message, the same on every target and transport.

/// Bounds on what a single message may hold. Exceeding `message` or `id` is reported as `-32600`, `in_flight` as
/// `-32603`, the others as `-32700`.
///
/// A later version may add fields: write `Limits { depth: 32, ..Limits::DEFAULT }`. The struct is not `#[non_exhaustive]`,
/// because that would forbid this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one message: an HTTP body or one stdio line. Default 4 MiB.
    pub message: usize,
    /// Nesting of arrays and objects, at most 64 (also the default).
    pub depth: u32,
    /// Values and keys in one message. Default 50,000.
    pub nodes: u32,
    /// Members of one object. Default 1,024.
    pub members: u32,
    /// Characters of one number. Default 64.
    pub number: usize,
    /// Bytes of a request id that is a string. Default 256.
    pub id: usize,
    /// Requests that may be in flight at once on one connection. Default 256.
    pub in_flight: usize,
}

impl Limits {
    /// Bytes of a URI or a cursor as JSON text. Longer ones are refused with `-32602`.
    pub const URI: usize = 8_192;

    /// Bytes of a progress token or a task id as JSON text. Longer ones are refused with `-32602`.
    pub const TOKEN: usize = 256;

    /// The default table, usable in constants.
    pub const DEFAULT: Self = Self {
        message: 4 << 20,
        depth: 64,
        nodes: 50_000,
        members: 1_024,
        number: 64,
        id: 256,
        in_flight: 256,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
