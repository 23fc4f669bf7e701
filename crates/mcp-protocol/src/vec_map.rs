//! A small map, for the few requests that are in flight on one connection: a search tree costs 8 kB of code per type.

use alloc::vec::Vec;
use core::ops::Deref;

/// A map from few keys to values, searched from the front. Keys are found in the order in which they were added,
/// until one is removed.
///
/// ```
/// use pulseengine_mcp_protocol::VecMap;
/// let mut table = VecMap::default();
/// table.insert("a", 1);
/// table.insert("b", 2);
/// assert_eq!(table.remove("a"), Some(1));
/// assert_eq!(table.get("b"), Some(&2));
/// assert_eq!(table.len(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct VecMap<K, V> {
    rows: Vec<(K, V)>,
}

impl<K, V> VecMap<K, V> {
    pub(crate) const fn new() -> Self {
        Self { rows: Vec::new() }
    }

    /// Adds a row. The key must not be there.
    pub fn insert(&mut self, key: K, value: V) {
        self.rows.push((key, value));
    }

    /// The value of a key.
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: core::borrow::Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        self.rows.iter().find(|(known, _)| known.borrow() == key).map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub fn value_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: core::borrow::Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        self.rows.iter_mut().find(|(known, _)| (*known).borrow() == key).map(|(_, value)| value)
    }

    /// Whether the key is there.
    pub(crate) fn contains<Q>(&self, key: &Q) -> bool
    where
        K: core::borrow::Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        self.get(key).is_some()
    }

    /// Takes a row out.
    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: core::borrow::Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        let at = self.rows.iter().position(|(known, _)| known.borrow() == key)?;
        Some(self.rows.swap_remove(at).1)
    }
}

/// The rows, in their order.
impl<K, V> Deref for VecMap<K, V> {
    type Target = [(K, V)];

    fn deref(&self) -> &[(K, V)] {
        &self.rows
    }
}

impl<K, V> Default for VecMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> IntoIterator for VecMap<K, V> {
    type Item = (K, V);
    type IntoIter = alloc::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}
