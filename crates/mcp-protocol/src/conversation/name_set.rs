//! The names that a client subscribes to: resources and tasks. They are compared as URIs. For the id of a
//! task that is plain equality: it has no characters that can be written in two ways.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Deref;

use crate::uri::normal;

/// How many more names one conversation may keep, and how many bytes of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    names: usize,
    bytes: usize,
}

impl Room {
    /// Where nothing is kept yet.
    pub const ALL: Self = Self { names: 1_024, bytes: 64 << 10 };

    /// What these names leave.
    pub(super) fn without(self, names: &NameSet) -> Self {
        let bytes = names.iter().map(String::len).sum();
        let names = self.names.saturating_sub(names.len());
        Self { names, bytes: self.bytes.saturating_sub(bytes) }
    }
}

/// Names in the order in which they were added, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NameSet {
    names: Vec<String>,
    /// The indexes of the names, sorted by name.
    sorted: Vec<u16>,
}

impl NameSet {
    pub(super) const fn new() -> Self {
        Self { names: Vec::new(), sorted: Vec::new() }
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        let known = |at: u16| self.names.get(usize::from(at)).map_or("", String::as_str);
        let name = normal(name);
        self.sorted.binary_search_by(|at| normal(known(*at)).cmp(&name))
    }

    /// The name as the client wrote it.
    pub(super) fn spelled(&self, name: &str) -> Option<&str> {
        let at = self.find(name).ok()?;
        self.names.get(usize::from(*self.sorted.get(at)?)).map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Adds a name, if there is room for it; whether it is there now.
    pub(super) fn insert(&mut self, name: Cow<'_, str>, room: &mut Room) -> bool {
        let Err(at) = self.find(&name) else { return true };
        let (Some(names), Some(bytes)) = (room.names.checked_sub(1), room.bytes.checked_sub(name.len()))
        else {
            return false;
        };
        let Ok(index) = u16::try_from(self.names.len()) else { return false };
        *room = Room { names, bytes };
        self.sorted.insert(at, index);
        self.names.push(name.into_owned());
        true
    }

    pub(super) fn remove(&mut self, name: &str) {
        if let Ok(at) = self.find(name) {
            let index = self.sorted.remove(at);
            self.names.remove(usize::from(index));
            self.sorted.iter_mut().filter(|other| **other > index).for_each(|other| *other -= 1);
        }
    }
}

impl Deref for NameSet {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.names
    }
}

#[cfg(test)]
mod tests {
    use super::{NameSet, Room};

    #[test]
    fn the_first_spelling_is_kept() {
        let (mut names, mut room) = (NameSet::new(), Room::ALL);
        for name in ["DOC://A/é", "doc://a/%C3%A9", "doc://a/e", "doc://b"] {
            assert!(names.insert(name.into(), &mut room), "{name}");
        }
        assert_eq!(*names, ["DOC://A/é", "doc://a/e", "doc://b"]);
        assert_eq!(names.spelled("doc://a/%c3%a9"), Some("DOC://A/é"));
        assert_eq!(names.spelled("doc://a/%c3%aa"), None);
        names.remove("doc://a/%C3%A9");
        assert!(!names.has("DOC://A/é"));
    }

    #[test]
    fn names_are_found_and_counted() {
        let (mut names, mut room) = (NameSet::new(), Room { names: 3, bytes: 6 });
        for (name, fits) in
            [("b", true), ("a", true), ("b", true), ("cdefg", false), ("cd", true), ("e", false)]
        {
            assert_eq!(names.insert(name.into(), &mut room), fits, "{name}");
        }
        assert_eq!(*names, ["b", "a", "cd"]);
        names.remove("b");
        names.remove("z");
        assert_eq!((names.has("a"), names.has("b"), names.has("cd")), (true, false, true));
        let left = Room { names: 3, bytes: 6 }.without(&names);
        assert_eq!((left.names, left.bytes), (1, 3));
    }
}
