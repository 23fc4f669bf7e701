//! Rows that are found by their names, however many there are: beside the rows, their places are kept in the order of the names.
//! Shorter names come first: most comparisons need to look at the lengths only.

use std::ops::Deref;

/// The place of the row of that name; as error, where in `order` a new one belongs.
pub(crate) fn search<'a>(
    order: &[u32],
    name: &str,
    name_at: &dyn Fn(usize) -> Option<&'a str>,
) -> Result<usize, usize> {
    let found = order.partition_point(|place| {
        name_at(*place as usize).is_some_and(|known| (known.len(), known) < (name.len(), name))
    });
    let place = order.get(found).map(|place| *place as usize);
    place.filter(|place| name_at(*place) == Some(name)).ok_or(found)
}

/// The places of these names in the order of the names; equal ones in their own order. For the constant tables of a
/// [`Definition`](crate::service::Definition): evaluated by the compiler, so that nothing is sorted when a server starts.
///
/// ```
/// use pulseengine_mcp_server::__private::name_order;
/// const ORDER: [u32; 3] = name_order(["echo", "add", "sum"]);
/// assert_eq!(ORDER, [1, 2, 0]);
/// ```
#[allow(clippy::indexing_slicing, reason = "every index is below N")]
pub const fn name_order<const N: usize>(names: [&str; N]) -> [u32; N] {
    let mut order = [0; N];
    let mut at = 0;
    while at < N {
        order[at] = at as u32;
        at += 1;
    }
    let mut root = N / 2;
    while root > 0 {
        root -= 1;
        sift_down(&names, &mut order, root, N);
    }
    let mut end = N;
    while end > 1 {
        end -= 1;
        order.swap(0, end);
        sift_down(&names, &mut order, 0, end);
    }
    order
}

/// Restores the heap of the places below `end`, whose greatest is the first, where `root` may be too small.
#[allow(clippy::indexing_slicing, reason = "every index is below `end`")]
const fn sift_down(names: &[&str], order: &mut [u32], mut root: usize, end: usize) {
    while 2 * root + 1 < end {
        let mut child = 2 * root + 1;
        if child + 1 < end && is_before(names, order[child], order[child + 1]) {
            child += 1;
        }
        if !is_before(names, order[root], order[child]) {
            return;
        }
        order.swap(root, child);
        root = child;
    }
}

#[allow(clippy::indexing_slicing, reason = "every place is one of a name")]
const fn is_before(names: &[&str], left: u32, right: u32) -> bool {
    let (a, b) = (names[left as usize].as_bytes(), names[right as usize].as_bytes());
    if a.len() != b.len() {
        return a.len() < b.len();
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return a[at] < b[at];
        }
        at += 1;
    }
    left < right
}

/// A row of a [`Table`].
pub(crate) trait Named {
    fn name(&self) -> &str;
}

/// Rows with different names, in the order in which they were added.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    rows: Vec<T>,
    order: Vec<u32>,
}

impl<T> Table<T> {
    pub const fn new() -> Self {
        Self { rows: Vec::new(), order: Vec::new() }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Named> Table<T> {
    /// The place of the row of that name; as error, where in the order a new one belongs.
    pub fn place(&self, name: &str) -> Result<usize, usize> {
        search(&self.order, name, &|at| self.rows.get(at).map(T::name))
    }

    /// Adds a row, unless one of its name is there.
    pub fn push(&mut self, row: T) {
        if let Err(at) = self.place(row.name()) {
            self.order.insert(at, self.rows.len() as u32);
            self.rows.push(row);
        }
    }
}

impl<T> Deref for Table<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.rows
    }
}

#[cfg(feature = "jsonschema")]
impl<T: Named> Table<T> {
    /// Removes the row of that name; whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let Ok(place) = self.place(name) else { return false };
        self.rows.remove(place);
        let removed = place as u32;
        self.order.retain(|place| *place != removed);
        self.order.iter_mut().filter(|place| **place > removed).for_each(|place| *place -= 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, Table, name_order};

    impl Named for String {
        fn name(&self) -> &str {
            self
        }
    }

    const MANY: [u32; 9] = name_order(["b", "", "ab", "b", "z", "a", "é", "b", "aa"]);

    #[test]
    fn places_are_in_the_order_of_names() {
        assert_eq!(MANY, [1, 5, 0, 3, 7, 4, 8, 2, 6]);
        assert!(name_order([]).is_empty());
        assert_eq!(name_order(["x"]), [0]);
    }

    #[test]
    fn rows_keep_their_order_and_are_found() {
        let mut table = Table::default();
        let names: Vec<String> = (0..500).map(|at| format!("tool{}", at * 7_919 % 500)).collect();
        for name in names.iter().chain(&names) {
            table.push(name.clone());
        }
        assert_eq!(*table, names);
        for (at, name) in names.iter().enumerate() {
            assert_eq!(table.place(name), Ok(at));
        }
        assert!(["", "tool", "tool500", "zool"].iter().all(|name| table.place(name).is_err()));
    }

    #[cfg(feature = "jsonschema")]
    #[test]
    fn rows_can_be_removed() {
        let mut table = Table::default();
        ["c", "a", "d", "b"].into_iter().for_each(|name| table.push(name.to_owned()));
        assert!(table.remove("a") && !table.remove("a") && !table.remove("x"));
        table.push("a".into());
        assert_eq!(*table, ["c", "d", "b", "a"]);
        let places = ["a", "b", "c", "d"].map(|name| table.place(name));
        assert_eq!(places, [Ok(3), Ok(2), Ok(0), Ok(1)]);
    }
}
