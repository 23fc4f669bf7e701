//! Notes in memory, each of which belongs to one caller.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most notes, of all callers together.
const MAX_NOTES: usize = 1000;

/// All notes, by the id of their owner and their own id.
#[derive(Default)]
pub struct Notebook(Mutex<BTreeMap<(String, String), String>>);

impl Notebook {
    /// How many notes there is room for.
    pub fn room(&self) -> usize {
        MAX_NOTES.saturating_sub(self.locked().len())
    }

    /// The ids of a caller's notes, sorted.
    pub fn ids(&self, owner: &str) -> Vec<String> {
        self.locked().keys().filter(|(of, _)| of == owner).map(|(_, id)| id.clone()).collect()
    }

    /// The text of a note; `None` when the caller has no such note.
    pub fn read(&self, owner: &str, id: &str) -> Option<String> {
        self.locked().get(&(owner.to_owned(), id.to_owned())).cloned()
    }

    /// Writes a note, over an older one of that id. `false` when there is no room for it.
    pub fn write(&self, owner: &str, id: String, text: String) -> bool {
        let mut notes = self.locked();
        let key = (owner.to_owned(), id);
        if notes.len() >= MAX_NOTES && !notes.contains_key(&key) {
            return false;
        }
        notes.insert(key, text);
        true
    }

    /// Deletes a note. `false` when the caller has no such note.
    pub fn delete(&self, owner: &str, id: &str) -> bool {
        self.locked().remove(&(owner.to_owned(), id.to_owned())).is_some()
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<(String, String), String>> {
        // No code panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
