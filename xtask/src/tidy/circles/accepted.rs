//! The checked-in list of circles that are accepted, `xtask/circles.tsv`.
//!
//! Tab-separated: crate, place, the number of files, reason. The place is a folder below `src` with a `/` at its end
//! (`./` is `src` itself), or the files with spaces between them. Lines that start with `#` are comments.

use super::graph::Circle;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// From 1.
    pub line: usize,
    /// The folder of the crate.
    pub package: String,
    /// A folder or files.
    pub place: String,
    /// How many files the circle has; more are refused.
    pub most: usize,
}

/// Reads the list, or says which line is wrong.
pub fn parse(text: &str) -> Result<Vec<Accepted>, (usize, &'static str)> {
    let mut list = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = text.split('\t').collect();
        let [package, place, most, reason] = fields.as_slice() else {
            return Err((line, "four fields are needed: crate, place, number of files, reason"));
        };
        let most = most.parse().map_err(|_| (line, "the third field must be a number of files"))?;
        if reason.trim().is_empty() {
            return Err((line, "the reason is missing"));
        }
        list.push(Accepted { line, package: (*package).to_owned(), place: (*place).to_owned(), most });
    }
    Ok(list)
}

impl Accepted {
    /// Whether all files of the circle are at this place.
    pub fn covers(&self, package: &str, circle: &Circle) -> bool {
        let at = |file: &String| match self.place.strip_suffix('/') {
            Some(".") => true,
            Some(_) => file.starts_with(&self.place),
            None => self.place.split(' ').any(|listed| listed == file),
        };
        self.package == package && circle.files.iter().all(at)
    }

    /// Smaller for a narrower place: files before folders, deep folders before others.
    pub fn breadth(&self) -> (bool, std::cmp::Reverse<usize>) {
        (self.place.ends_with('/'), std::cmp::Reverse(self.place.trim_start_matches("./").len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(files: &[&str]) -> Circle {
        Circle { files: files.iter().map(|file| (*file).to_owned()).collect(), arrows: Vec::new() }
    }

    #[test]
    fn lines_are_read_and_places_compared() {
        let list = parse("# c\na\t./\t9\tr\na\tx/\t3\tr\na\tp.rs q.rs\t2\tr\n").unwrap();
        let covering = |files: &[&str]| -> Vec<usize> {
            list.iter().filter(|it| it.covers("a", &circle(files))).map(|it| it.line).collect()
        };
        assert_eq!(covering(&["x/a.rs", "x/b.rs"]), [2, 3]);
        assert_eq!(covering(&["p.rs", "q.rs"]), [2, 4]);
        assert_eq!(covering(&["p.rs", "x/b.rs"]), [2]);
        assert!(!list[0].covers("b", &circle(&["p.rs"])));
        let mut sorted: Vec<&Accepted> = list.iter().collect();
        sorted.sort_by_key(|it| it.breadth());
        assert_eq!(sorted.iter().map(|it| it.line).collect::<Vec<_>>(), [4, 3, 2]);
    }

    #[test]
    fn a_wrong_line_is_named() {
        for text in ["#\na\tx/\t3", "#\na\tx/\tthree\tr", "#\na\tx/\t3\t "] {
            assert_eq!(parse(text).unwrap_err().0, 2, "{text}");
        }
    }
}
