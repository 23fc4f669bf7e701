//! Counts what the lists hold.

use std::collections::BTreeSet;
use std::path::Path;

use super::listing::{Kind, Listing};
use crate::failure::Failure;

/// How many items of each kind a list has.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    own: usize,
    used: usize,
    members: usize,
}

fn counts(listing: &Listing) -> Counts {
    let count =
        |wanted: fn(&Kind) -> bool| listing.entries.iter().filter(|entry| wanted(&entry.kind)).count();
    Counts {
        own: count(|kind| matches!(kind, Kind::Name)),
        used: count(|kind| matches!(kind, Kind::Use { .. })),
        members: count(|kind| matches!(kind, Kind::Member)),
    }
}

/// The counts of every crate as a table.
///
/// `names` are what modules hold, `re-exports` the names of other crates, `members` the fields, variants, methods and
/// associated items.
pub fn table(listings: &[Listing]) -> String {
    let row = |name: &str, cells: [String; 4]| {
        let [all, own, used, members] = cells;
        format!("{name:28}{all:>8}{own:>8}{used:>12}{members:>10}\n")
    };
    let mut out = row("public items", ["all", "names", "re-exports", "members"].map(str::to_owned));
    for listing in listings {
        let Counts { own, used, members } = counts(listing);
        let numbers = [own + used + members, own, used, members];
        out += &row(&listing.package, numbers.map(|number| number.to_string()));
    }
    out
}

/// A sentence about the crate `name`: its items, and how many of the other crates its re-exports reach.
pub fn facade(listings: &[Listing], name: &str) -> String {
    let Some(listing) = listings.iter().find(|listing| listing.package == name) else {
        return format!("there is no crate {name}");
    };
    let Counts { own, used, members } = counts(listing);
    let mut reached = BTreeSet::new();
    for source in listing.entries.iter().filter_map(|entry| source(&entry.kind)) {
        reach(listings, source, &mut reached);
    }
    format!(
        "public items of the facade ({name}), without `__private`: {}, of which {used} re-exports; {} items of the other \
         crates can be reached through these",
        own + used + members,
        reached.len()
    )
}

fn source(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::Use { source, .. } => Some(source),
        _ => None,
    }
}

/// Adds the item at `path` and all below it, as numbers of list and line.
fn reach(listings: &[Listing], path: &str, reached: &mut BTreeSet<(usize, usize)>) {
    let library = path.split("::").next().unwrap_or_default();
    let Some((number, listing)) = (0..).zip(listings).find(|(_, listing)| listing.library() == library)
    else {
        return;
    };
    for (line, entry) in (0..).zip(&listing.entries).filter(|(_, entry)| entry.counts()) {
        let at = entry.path();
        let below = at.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
        if below
            && reached.insert((number, line))
            && let Some(source) = source(&entry.kind)
        {
            reach(listings, source, reached);
        }
    }
}

/// The lines with `pub fn`, `pub const fn` or `pub async fn` in the Rust files below `folder`.
pub fn functions(folder: &Path) -> Result<usize, Failure> {
    let unreadable = |e: std::io::Error| {
        Failure::new(format!("it cannot be read: {e}"), folder.display(), "check its permissions")
    };
    let mut number = 0;
    for entry in folder.read_dir().map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            number += functions(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            number += functions_in(&std::fs::read_to_string(&path).map_err(unreadable)?);
        }
    }
    Ok(number)
}

fn functions_in(text: &str) -> usize {
    let heads = ["pub fn", "pub const fn", "pub async fn"];
    text.lines().filter(|line| heads.iter().any(|head| line.contains(head))).count()
}

#[cfg(test)]
mod tests {
    use super::super::listing::tests::{entry, used};
    use super::*;

    #[test]
    fn items_are_counted_and_followed_through_re_exports() {
        let low = Listing::new(
            "x-low",
            vec![
                entry("pub mod x_low", Kind::Name),
                entry("pub struct x_low::Low", Kind::Name),
                entry("impl x_low::Low", Kind::Impl),
                entry("pub fn x_low::Low::f(&self)", Kind::Member),
                entry("pub struct x_low::Lower", Kind::Name),
                used("pub use x_low::mid", "x_mid", false),
            ],
        );
        let mid = Listing::new("x-mid", vec![entry("pub fn x_mid::g()", Kind::Name)]);
        let facade_of = |entries| facade(&[low.clone(), mid.clone(), Listing::new("x", entries)], "x");
        let low_only = facade_of(vec![used("pub use x::Low", "x_low::Low", false)]);
        assert!(low_only.contains("`__private`: 1, of which 1 re-exports; 2 items"), "{low_only}");
        let twice = facade_of(vec![
            used("pub use x::low", "x_low::mid", false),
            used("pub use x::mid", "x_mid", false),
            used("pub use x::Value", "serde_json::Value", false),
            entry("pub fn x::f()", Kind::Name),
        ]);
        assert!(twice.contains("`__private`: 4, of which 3 re-exports; 2 items"), "{twice}");
        assert_eq!(counts(&low), Counts { own: 3, used: 1, members: 1 });
        let table = table(&[low]);
        assert!(table.ends_with("       5       3           1         1\n"), "{table}");
    }

    #[test]
    fn functions_are_counted_by_line() {
        let text =
            "pub fn a() {}\n    pub const fn b() {}\npub async fn c() {}\npub(crate) fn d() {}\nfn e() {}\n";
        assert_eq!(functions_in(text), 3);
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
        assert!(functions(&here).unwrap() > functions_in(text));
        assert!(functions(&here.join("nothing")).is_err());
    }
}
