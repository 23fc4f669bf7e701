//! The checked-in table of sizes, `size.tsv`: an upper bound for every number.
//!
//! Tab-separated: example, features (`-` for the default ones, otherwise what `--features` takes besides; after `=`, in
//! place of the default ones), then six numbers of bytes: as built, optimised, and optimised with a standard library built for size, each plain and gzipped.
//! Lines that start with `#` are comments and are rewritten by `--update`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::failure::Failure;

const HEAD: &str =
    "# Sizes of the components in bytes, upper bounds; `cargo xtask size` compares, `--update` rewrites.
# example\tfeatures\tstable\tstable.gz\topt\topt.gz\tbuild-std\tbuild-std.gz
";

const COLUMNS: [&str; 6] =
    ["stable", "stable, gzip", "stable+opt", "stable+opt, gzip", "build-std+opt", "build-std+opt, gzip"];

/// Numbers are rounded up to this, so that a change of a few bytes is no failure.
const STEP: usize = 512;

/// What is measured: an example with features.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The package.
    pub example: String,
    /// As `cargo --features` takes them; empty for the default ones alone. After `=`: these and no others.
    pub features: String,
}

/// Six sizes in the order of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizes(pub [usize; 6]);

/// The table as checked in, and what was measured now.
#[derive(Debug, Default)]
pub struct Table {
    bounds: BTreeMap<Row, Sizes>,
    measured: BTreeMap<Row, Sizes>,
}

impl Table {
    /// Reads `path`; an absent file is an empty table.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|what| {
                Failure::new(
                    what,
                    path.display(),
                    "mend the line, or delete the file and run `cargo xtask size --update`",
                )
            }),
            Err(_) => Ok(Self::default()),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut table = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            let wrong = || format!("line {number} is not: example, features, six numbers, separated by tabs");
            let mut fields = line.split('\t');
            let (example, features) = fields.next().zip(fields.next()).ok_or_else(wrong)?;
            let numbers: Vec<usize> =
                fields.map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
            let row = Row {
                example: example.to_owned(),
                features: features.strip_prefix('-').unwrap_or(features).to_owned(),
            };
            table.bounds.insert(row, Sizes(numbers.try_into().map_err(|_| wrong())?));
        }
        Ok(table)
    }

    /// The rows to measure: those of the table, and every example once.
    pub fn rows(&self, examples: &[String]) -> Vec<Row> {
        let plain = examples.iter().map(|name| Row { example: name.clone(), features: String::new() });
        let mut rows: Vec<Row> =
            self.bounds.keys().filter(|row| examples.contains(&row.example)).cloned().chain(plain).collect();
        rows.sort();
        rows.dedup();
        rows
    }

    /// What is wrong with these sizes.
    pub fn complaints(&self, row: &Row, sizes: &Sizes) -> Vec<String> {
        let Some(bounds) = self.bounds.get(row) else {
            return vec![format!("{} is not in the table: run `cargo xtask size --update`", row.name())];
        };
        let columns = COLUMNS.iter().zip(sizes.0.iter().zip(bounds.0));
        let grown = columns.filter(|(_, (size, bound))| *size > bound);
        grown
            .map(|(column, (size, bound))| format!("{}, {column}: {size} bytes, bound {bound}", row.name()))
            .collect()
    }

    /// Notes what was measured.
    pub fn measured(&mut self, row: &Row, sizes: Sizes) {
        self.measured.insert(row.clone(), sizes);
    }

    /// The rows as a table for a person, with the distance to the bound where there is one.
    pub fn show(&self, rows: &[Row]) -> String {
        let mut out =
            format!("{:34}{:>22}{:>22}{:>22}\n", "raw / gzip -9", "stable", "stable+opt", "build-std+opt");
        for row in rows {
            let Some(Sizes([a, b, c, d, e, f])) = self.measured.get(row) else { continue };
            let pair = |raw: &usize, gzip: &usize| format!("{raw} / {gzip}");
            out += &format!("{:34}{:>22}{:>22}{:>22}\n", row.name(), pair(a, b), pair(c, d), pair(e, f));
        }
        out
    }

    /// The bounds as a table for README.md; empty without any.
    pub fn markdown(&self) -> String {
        if self.bounds.is_empty() {
            return String::new();
        }
        let mut out = String::from("| component |");
        COLUMNS.iter().for_each(|column| out += &format!(" {column} |"));
        out += "\n|---|--:|--:|--:|--:|--:|--:|\n";
        for (row, sizes) in &self.bounds {
            out += &format!("| {} |", row.name());
            sizes.0.iter().for_each(|size| out += &format!(" {size} |"));
            out.push('\n');
        }
        out
    }

    /// The file after this measurement: measured rows anew, the others as they were.
    pub fn write(&self) -> String {
        let mut rows = self.bounds.clone();
        for (row, sizes) in &self.measured {
            rows.insert(row.clone(), Sizes(sizes.0.map(|size| size.next_multiple_of(STEP))));
        }
        let mut out = HEAD.to_owned();
        for (row, sizes) in rows {
            let features = if row.features.is_empty() { "-" } else { &row.features };
            let numbers: Vec<String> = sizes.0.iter().map(ToString::to_string).collect();
            out += &format!("{}\t{features}\t{}\n", row.example, numbers.join("\t"));
        }
        out
    }
}

impl Row {
    /// Its name for a person.
    pub fn name(&self) -> String {
        match (self.features.strip_prefix('='), self.features.as_str()) {
            (Some(only), _) => format!("{}, {only} only", self.example),
            (None, "") => self.example.clone(),
            (None, more) => format!("{} + {more}", self.example),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(example: &str, features: &str) -> Row {
        Row { example: example.to_owned(), features: features.to_owned() }
    }

    #[test]
    fn a_table_is_read_compared_and_written() {
        let mut table =
            Table::parse("# x\nhello\t-\t1\t2\t3\t4\t5\t6\nhello\ta/b\t1\t1\t1\t1\t1\t1\n").unwrap();
        let rows = table.rows(&["hello".to_owned(), "notes".to_owned()]);
        assert_eq!(rows, [row("hello", ""), row("hello", "a/b"), row("notes", "")]);
        assert_eq!(table.complaints(&row("hello", ""), &Sizes([1, 2, 3, 4, 5, 6])), [""; 0]);
        let grown = table.complaints(&row("hello", ""), &Sizes([1, 2, 3, 4, 5, 7]));
        assert_eq!(grown, ["hello, build-std+opt, gzip: 7 bytes, bound 6"]);
        assert_eq!(table.complaints(&row("notes", ""), &Sizes([0; 6])).len(), 1);
        table.measured(&row("hello", ""), Sizes([512, 513, 0, 1, 2, 1200]));
        let written = table.write();
        assert!(written.contains("hello\t-\t512\t1024\t0\t512\t512\t1536\n"), "{written}");
        assert!(written.contains("hello\ta/b\t1\t1\t1\t1\t1\t1\n"), "{written}");
        assert!(table.show(&rows).contains("512 / 513"));
        assert!(table.markdown().ends_with("| hello + a/b | 1 | 1 | 1 | 1 | 1 | 1 |\n"));
        assert_eq!(Table::default().markdown(), "");
        assert_eq!(row("hello", "=http").name(), "hello, http only");
    }

    #[test]
    fn a_broken_table_names_its_line() {
        for text in ["hello", "hello\t-\t1", "hello\t-\t1\t2\t3\t4\t5\tx", "hello\t-\t1\t2\t3\t4\t5\t6\t7"] {
            assert!(Table::parse(text).unwrap_err().starts_with("line 1 "), "{text}");
        }
    }
}
