//! The checked-in bounds, `bench/instructions.tsv`.
//!
//! Tab-separated: row, most instructions per request, most times the ceiling; `-` is no bound. Lines that start with `#`
//! are comments.

use std::collections::BTreeMap;
use std::path::Path;

use crate::failure::Failure;

/// For each row, the most instructions and the greatest ratio.
#[derive(Debug, Default)]
pub struct Bounds(BTreeMap<String, (Option<f64>, Option<f64>)>);

impl Bounds {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let failed = |what, next: &str| Failure::new(what, path.display(), next);
        let text = std::fs::read_to_string(path)
            .map_err(|e| failed(format!("it cannot be read: {e}"), "check its permissions"))?;
        Self::parse(&text).map_err(|what| failed(what, "mend the line"))
    }

    /// The bounds in a text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut bounds = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = || format!("line {number} is not: row, number or -, number or -, separated by tabs");
            let fields: Vec<&str> = line.split('\t').collect();
            let [row, instructions, ratio] = fields.as_slice() else { return Err(wrong()) };
            let bound = |field: &str| match field {
                "-" => Ok(None),
                number => number.parse::<f64>().map(Some).map_err(|_| wrong()),
            };
            bounds.0.insert((*row).to_owned(), (bound(instructions)?, bound(ratio)?));
        }
        Ok(bounds)
    }

    /// What is wrong with the numbers of a row.
    pub fn complaints(&self, row: &str, instructions: f64, ratio: f64) -> Vec<String> {
        let Some(&(most, most_times)) = self.0.get(row) else {
            return vec![format!("{row} has no line: add one")];
        };
        let above = |bound: Option<f64>, value: f64| bound.filter(|bound| value > *bound);
        let instructions = above(most, instructions)
            .map(|most| format!("{row}: {instructions:.0} instructions per request, bound {most:.0}"));
        let ratio = above(most_times, ratio)
            .map(|most| format!("{row}: {ratio:.3} times the instructions of the ceiling, bound {most}"));
        instructions.into_iter().chain(ratio).collect()
    }

    /// The names of all rows.
    #[cfg(test)]
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_above_a_bound_are_named() {
        let bounds = Bounds::parse("# c\na\t100\t-\nb\t-\t1.5\nc\t100\t1.5\n").unwrap();
        for (row, instructions, ratio, complaints) in [
            ("a", 100.0, 9.0, 0),
            ("a", 101.0, 9.0, 1),
            ("b", 1e9, 1.5, 0),
            ("b", 0.0, 1.6, 1),
            ("c", 101.0, 1.6, 2),
        ] {
            assert_eq!(bounds.complaints(row, instructions, ratio).len(), complaints, "{row} {instructions}");
        }
        assert!(bounds.complaints("d", 0.0, 0.0)[0].contains("add one"));
        assert_eq!(bounds.complaints("a", 101.0, 0.0), ["a: 101 instructions per request, bound 100"]);
    }

    #[test]
    fn a_broken_line_is_named() {
        for text in ["a\t1", "a\tx\t1", "a\t1\t2\t3"] {
            assert!(Bounds::parse(text).unwrap_err().starts_with("line 1 "), "{text}");
        }
    }
}
