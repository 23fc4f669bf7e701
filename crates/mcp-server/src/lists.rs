//! The lists of a server, written once and kept: what does not change is not serialized again.

use std::sync::OnceLock;

use pulseengine_mcp_protocol::Error;
use pulseengine_mcp_protocol::json::Writer;

use crate::info::IconInfo;

/// A list as JSON: its entries one after the other, separated by commas.
#[derive(Debug, Default)]
pub(crate) struct List {
    text: String,
    entries: Vec<ListEntry>,
}

/// One entry: its name, which a cursor refers to, where it ends in the text, and the index of what it describes.
#[derive(Debug)]
struct ListEntry {
    name: String,
    end: usize,
    source: usize,
}

impl List {
    /// Adds an entry. Its name must be new, since a cursor refers to it.
    pub fn push(&mut self, source: usize, name: &str, json: &str) {
        if !self.entries.is_empty() {
            self.text.push(',');
        }
        self.text.push_str(json);
        self.entries.push(ListEntry { name: name.into(), end: self.text.len(), source });
    }

    /// The names so far.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The place of the entry of that name. Looked for once for a page, which is longer to write.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.name == name)
    }

    /// The name of the entry at that place, and the index of what it describes.
    pub fn source(&self, at: usize) -> Option<(&str, usize)> {
        self.entries.get(at).map(|entry| (entry.name.as_str(), entry.source))
    }

    /// The name and the text of the entry at that place.
    pub fn entry(&self, at: usize) -> Option<(&str, &str)> {
        let entry = self.entries.get(at)?;
        let start = at.checked_sub(1).and_then(|before| self.entries.get(before)).map_or(0, |it| it.end + 1);
        Some((&entry.name, self.text.get(start..entry.end)?))
    }

    /// The entries after the one that `cursor` names, at most `size`: their text, and the cursor to what follows.
    pub fn page(&self, cursor: Option<&str>, size: usize) -> Result<(&str, Option<&str>), Error> {
        let first = match cursor {
            None => 0,
            Some(cursor) => self.find(cursor).ok_or_else(invalid_cursor)? + 1,
        };
        let last = first.saturating_add(size).min(self.entries.len());
        let end_of = |count: usize| count.checked_sub(1).and_then(|at| self.entries.get(at)).map(|e| e.end);
        let start = end_of(first).map_or(0, |end| end + 1);
        let end = end_of(last).unwrap_or(0);
        let next = if last < self.entries.len() { self.entries.get(last.wrapping_sub(1)) } else { None };
        let text = self.text.get(start..end).unwrap_or_default();
        Ok((text, next.map(|entry| entry.name.as_str())))
    }
}

pub(crate) fn invalid_cursor() -> Error {
    Error::invalid_params("Invalid params: the cursor is not one of this list's")
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Tools,
    /// Tools as they are listed up to 2025-11-25: with structured content only where it is an object.
    ToolsOfObjects,
    Resources,
    Templates,
    Prompts,
}

/// The lists of a server, each written when it is first requested.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    slots: [OnceLock<List>; 5],
}

impl Lists {
    /// A list; `write` writes its entries the first time.
    pub fn list(&self, slot: Slot, write: impl FnOnce(&mut List)) -> &List {
        static EMPTY: List = List { text: String::new(), entries: Vec::new() };
        let Some(slot) = self.slots.get(slot as usize) else { return &EMPTY };
        slot.get_or_init(|| {
            let mut list = List::default();
            write(&mut list);
            list
        })
    }
}

/// Writes `name`, `title` and `description`.
pub(crate) fn write_names(w: &mut Writer, name: &str, title: Option<&str>, description: Option<&str>) {
    w.key("name").string(name);
    if let Some(title) = title {
        w.key("title").string(title);
    }
    if let Some(description) = description {
        w.key("description").string(description);
    }
}

/// Writes `icons`, if there are any.
pub(crate) fn write_icons(w: &mut Writer, icons: &[IconInfo]) {
    if icons.is_empty() {
        return;
    }
    w.key("icons").begin_array();
    for icon in icons {
        w.begin_object();
        w.key("src").string(icon.src);
        if let Some(mime_type) = icon.mime_type {
            w.key("mimeType").string(mime_type);
        }
        if !icon.sizes.is_empty() {
            w.key("sizes").begin_array();
            icon.sizes.iter().for_each(|size| w.string(size));
            w.end_array();
        }
        if let Some(theme) = icon.theme {
            w.key("theme").string(theme);
        }
        w.end_object();
    }
    w.end_array();
}

/// Writes `_meta`, if there is any.
pub(crate) fn write_meta(w: &mut Writer, meta: Option<&str>) {
    if let Some(meta) = meta {
        w.key("_meta").raw(meta);
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    fn list(names: &[&str]) -> List {
        let mut list = List::default();
        names.iter().enumerate().for_each(|(at, name)| list.push(at, name, &at.to_string()));
        list
    }

    #[test]
    fn pages_follow_each_other() {
        let list = list(&["a", "b", "c", "d", "e"]);
        let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
        loop {
            let (text, next) = list.page(cursor, 2).unwrap();
            seen.push(text);
            pages += 1;
            assert!(pages <= 3);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["0,1", "2,3", "4"]);
        assert!(list.page(Some("f"), 1).is_err());
        assert_eq!(list.page(Some("a"), usize::MAX).unwrap(), ("1,2,3,4", None));
    }
}
