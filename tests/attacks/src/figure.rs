//! What was measured, and its bound.

use std::fmt::Display;
use std::time::Duration;

/// One number and its bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What was measured, with its value.
    pub seen: String,
    /// What it has to be.
    pub bound: String,
    /// Whether it is.
    pub holds: bool,
}

impl Figure {
    /// Whether something is so.
    pub fn so(what: impl Display, seen: impl Display, holds: bool) -> Self {
        Self {
            seen: format!("{what}: {seen}"),
            bound: if holds { "so" } else { "it has to be" }.into(),
            holds,
        }
    }

    /// At most so many.
    pub fn most(what: impl Display, seen: usize, most: usize) -> Self {
        Self { seen: format!("{what}: {seen}"), bound: format!("at most {most}"), holds: seen <= most }
    }

    /// At least so many.
    pub fn least(what: impl Display, seen: usize, least: usize) -> Self {
        Self { seen: format!("{what}: {seen}"), bound: format!("at least {least}"), holds: seen >= least }
    }

    /// All of them.
    pub fn all(what: impl Display, seen: usize, all: usize) -> Self {
        Self { seen: format!("{what}: {seen} of {all}"), bound: "all".into(), holds: seen == all }
    }

    /// At most that time.
    pub fn within(what: impl Display, seen: Duration, most: Duration) -> Self {
        Self {
            seen: format!("{what}: {}", time(seen)),
            bound: format!("at most {}", time(most)),
            holds: seen <= most,
        }
    }

    /// At most so many KiB.
    pub fn memory(what: impl Display, kib: u64, most: u64) -> Self {
        Self {
            seen: format!("{what}: {}", mebibytes(kib)),
            bound: format!("at most {}", mebibytes(most)),
            holds: kib <= most,
        }
    }
}

/// A time, for people.
pub fn time(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.1} s"),
        seconds if seconds < 0.001 => format!("{:.1} µs", seconds * 1e6),
        seconds => format!("{:.1} ms", seconds * 1000.0),
    }
}

/// Memory, for people.
pub fn mebibytes(kib: u64) -> String {
    format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_inclusive() {
        let second = Duration::from_secs(1);
        assert!(Figure::most("a", 2, 2).holds && !Figure::most("a", 3, 2).holds);
        assert!(Figure::least("a", 2, 2).holds && !Figure::least("a", 1, 2).holds);
        assert!(Figure::all("a", 2, 2).holds && !Figure::all("a", 1, 2).holds);
        assert!(Figure::within("a", second, second).holds && !Figure::within("a", second * 2, second).holds);
        let memory = Figure::memory("peak", 1536, 1024);
        assert_eq!((memory.seen.as_str(), memory.bound.as_str()), ("peak: 1.5 MiB", "at most 1.0 MiB"));
        assert!(!memory.holds);
    }
}
