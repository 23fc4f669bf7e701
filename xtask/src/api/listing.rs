//! The list of a crate: one line for each public item.

use std::collections::HashSet;

/// An item as rustdoc and `public-api` give it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The line.
    pub text: String,
    /// What it is.
    pub kind: Kind,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A module, type, trait, function, macro or constant of a module.
    Name,
    /// A field, variant, method or associated item.
    Member,
    /// A name of another crate, or with `glob` all names of a module.
    Use {
        /// The path as it is written in the source.
        source: String,
        /// Whether it ends with `*`.
        glob: bool,
    },
    /// An implementation.
    Impl,
    /// An implementation that `#[derive]` made; after [`Listing::new`], all of one type.
    Derived,
}

/// The list of one crate.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The package.
    pub package: String,
    /// Its items, in the order of the file.
    pub entries: Vec<Entry>,
}

impl Entry {
    /// The path of the item, without generics, parameters and types; empty for implementations and for the crate itself.
    pub fn path(&self) -> String {
        if !self.counts() {
            return String::new();
        }
        // The path is the first word that has one, after the attributes, the visibility and the keywords.
        let text = self.text.replace("::#[derive(", "::").replace("::#[", "::");
        let word = text.split(' ').find(|word| word.contains("::")).unwrap_or_default();
        let path = word.split(['(', ')', '<', '!', ']']).next().unwrap_or_default();
        path.trim_end_matches(':').to_owned()
    }

    /// Whether it counts as a public item.
    pub fn counts(&self) -> bool {
        !matches!(self.kind, Kind::Impl | Kind::Derived)
    }
}

impl Listing {
    /// The list of `package`. An implementation is given under its type and under its trait: the first one stays. What is
    /// derived for one type becomes one line.
    pub fn new(package: &str, entries: Vec<Entry>) -> Self {
        let mut kept: Vec<Entry> = Vec::new();
        for entry in entries {
            let Some((name, of)) = derived(&entry) else {
                kept.push(entry);
                continue;
            };
            let head = format!("derive for {of}:");
            if name == "StructuralPartialEq" {
                continue; // comes with `PartialEq`, and cannot be named
            }
            match kept.iter_mut().find(|entry| entry.kind == Kind::Derived && entry.text.starts_with(&head)) {
                Some(line) if line.text.split([' ', ',']).any(|known| known == name) => {}
                Some(line) => line.text += &format!(", {name}"),
                None => kept.push(Entry { text: format!("{head} {name}"), kind: Kind::Derived }),
            }
        }
        let mut listing = Self { package: package.to_owned(), entries: kept };
        listing.unique();
        listing
    }

    /// The name of the library.
    pub fn library(&self) -> String {
        self.package.replace('-', "_")
    }

    /// What the file says.
    pub fn text(&self) -> String {
        self.entries.iter().map(|entry| format!("{}\n", entry.text)).collect()
    }

    fn unique(&mut self) {
        let mut seen = HashSet::new();
        self.entries.retain(|entry| seen.insert(entry.text.clone()));
    }
}

/// The trait and the type of a derived implementation.
fn derived(entry: &Entry) -> Option<(String, String)> {
    if entry.kind != Kind::Derived {
        return None;
    }
    let (head, of) = entry.text.split_once(" for ")?;
    let path = head.rsplit(' ').next()?;
    Some((path.rsplit("::").next()?.to_owned(), of.to_owned()))
}

/// The lists with each `pub use other::*` of a crate among them replaced by the names that it brings.
pub fn expanded(listings: Vec<Listing>) -> Vec<Listing> {
    let mut result = listings.clone();
    for listing in &mut result {
        let own = std::mem::take(&mut listing.entries);
        for entry in own {
            match names(&listings, &entry) {
                Some(found) => listing.entries.extend(found),
                None => listing.entries.push(entry),
            }
        }
        listing.unique();
    }
    result
}

/// The names that a glob import of another of these crates brings, as imports of single names; nothing for other entries.
fn names(listings: &[Listing], entry: &Entry) -> Option<Vec<Entry>> {
    let Kind::Use { source, glob: true } = &entry.kind else { return None };
    let module = entry.text.split_once("<<").map(|(before, _)| before)?;
    let from = source.trim_end_matches("::*");
    let library = from.split("::").next()?;
    let other = listings.iter().find(|listing| listing.library() == library)?;
    let mut found: Vec<(String, Kind)> = Vec::new();
    for inner in &other.entries {
        let path = inner.path();
        let Some(rest) = path.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with("::"))
        else {
            continue;
        };
        let name = rest.trim_start_matches("::");
        match &inner.kind {
            Kind::Use { glob: true, .. } if name.is_empty() => {
                let more = names(listings, inner).unwrap_or_default();
                found.extend(more.into_iter().map(|entry| (last(&entry.path()).to_owned(), entry.kind)));
            }
            Kind::Name | Kind::Use { .. } if !name.is_empty() && !name.contains("::") => {
                found.push((name.to_owned(), Kind::Use { source: path.clone(), glob: false }));
            }
            _ => {}
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    Some(found.into_iter().map(|(name, kind)| Entry { text: format!("{module}{name}"), kind }).collect())
}

/// The last segment of a path.
fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or_default()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// An entry.
    pub fn entry(text: &str, kind: Kind) -> Entry {
        Entry { text: text.to_owned(), kind }
    }

    /// A `pub use`.
    pub fn used(text: &str, source: &str, glob: bool) -> Entry {
        entry(text, Kind::Use { source: source.to_owned(), glob })
    }

    fn texts(listing: &Listing) -> Vec<&str> {
        listing.entries.iter().map(|entry| entry.text.as_str()).collect()
    }

    #[test]
    fn paths_are_found_in_every_kind_of_line() {
        for (text, path) in [
            ("pub mod a", ""),
            ("pub struct a::B<T: c::D>", "a::B"),
            ("#[non_exhaustive] pub enum a::E", "a::E"),
            ("pub a::B::field: c::D", "a::B::field"),
            ("pub a::E::One(c::D)", "a::E::One"),
            ("pub const fn a::B<X>::f<T>(&self, c::D) -> c::E", "a::B"),
            ("pub async fn a::f(c::D)", "a::f"),
            ("pub macro a::m!", "a::m"),
            ("pub proc macro a::#[derive(Schema)]", "a::Schema"),
            ("pub proc macro a::#[tool]", "a::tool"),
            ("pub use a::<<b::*>>", "a"),
            ("pub type a::T = c::D", "a::T"),
        ] {
            assert_eq!(entry(text, Kind::Name).path(), path, "{text}");
        }
        assert_eq!(entry("impl a::T for a::B", Kind::Impl).path(), "");
    }

    #[test]
    fn derives_of_a_type_are_one_line_and_repeated_lines_are_left_out() {
        let listing = Listing::new(
            "a",
            vec![
                entry("pub struct a::B<T>", Kind::Name),
                entry("impl<T: core::clone::Clone> core::clone::Clone for a::B<T>", Kind::Derived),
                entry("impl a::T for a::B<i32>", Kind::Impl),
                entry("impl<T: core::fmt::Debug> core::fmt::Debug for a::B<T>", Kind::Derived),
                entry("impl core::clone::Clone for a::C", Kind::Derived),
                entry("impl core::marker::StructuralPartialEq for a::C", Kind::Derived),
                entry("impl a::T for a::B<i32>", Kind::Impl),
            ],
        );
        let expected = [
            "pub struct a::B<T>",
            "derive for a::B<T>: Clone, Debug",
            "impl a::T for a::B<i32>",
            "derive for a::C: Clone",
        ];
        assert_eq!(texts(&listing), expected);
        assert_eq!(listing.text(), format!("{}\n", expected.join("\n")));
    }

    #[test]
    fn globs_of_known_crates_are_expanded() {
        let low = Listing::new("x-low", vec![entry("pub struct x_low::L", Kind::Name)]);
        let mid = Listing::new(
            "x-mid",
            vec![
                used("pub use x_mid::<<x_low::*>>", "x_low", true),
                used("pub use x_mid::Other", "serde::Other", false),
                entry("pub mod x_mid::m", Kind::Name),
                entry("pub struct x_mid::m::Deep", Kind::Name),
                entry("pub fn x_mid::m(&self)", Kind::Member),
            ],
        );
        let top = Listing::new(
            "x",
            vec![
                used("pub use x::<<x_mid::*>>", "x_mid", true),
                used("pub use x::m::<<x_mid::m::*>>", "x_mid::m", true),
                used("pub use x::<<tokio::*>>", "tokio", true),
                used("pub use x::L", "x_low::L", false),
            ],
        );
        let all = expanded(vec![low, mid, top]);
        assert_eq!(
            texts(&all[2]),
            [
                "pub use x::L",
                "pub use x::Other",
                "pub use x::m",
                "pub use x::m::Deep",
                "pub use x::<<tokio::*>>"
            ]
        );
        assert_eq!(all[2].entries[0].kind, Kind::Use { source: "x_low::L".to_owned(), glob: false });
        assert_eq!(all[2].entries[1].kind, Kind::Use { source: "x_mid::Other".to_owned(), glob: false });
    }
}
