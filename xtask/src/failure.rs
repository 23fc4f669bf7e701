//! What a person is told when a command fails: what happened, where, and what to do next.

use std::fmt;

/// A failed command.
#[derive(Debug, Clone)]
pub struct Failure {
    what: String,
    place: String,
    next: String,
}

impl Failure {
    /// `what` happened at `place` (a file, a command); `next` is what the person can do.
    pub fn new(what: impl Into<String>, place: impl fmt::Display, next: impl Into<String>) -> Self {
        Self { what: what.into(), place: place.to_string(), next: next.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}\n  where: {}\n  next:  {}", self.what, self.place, self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_where_and_what_next() {
        let failure = Failure::new("it broke", "here", "mend it");
        assert_eq!(failure.to_string(), "error: it broke\n  where: here\n  next:  mend it");
    }
}
