//! How many checks each scenario has to pass: `tests/conformance/checks.tsv`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::failure::Failure;
use crate::workspace::root;

/// Where the table is.
pub const FILE: &str = "tests/conformance/checks.tsv";

const HEAD: &str = "\
# What the official conformance suite finds, scenario by scenario; `cargo xtask conformance` compares, `--update` rewrites.
# The only failures are those of WASI 0.2 with one instance: a request to the client in the middle of a call cannot be
# answered there, because the instance takes in the next request only when this one is done.
# target\tscenarios of\tscenario\tsuccesses\tfailures\twarnings
";

/// How the checks of a scenario went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// `SUCCESS`
    pub successes: u32,
    /// `FAILURE`
    pub failures: u32,
    /// `WARNING`
    pub warnings: u32,
}

impl Counts {
    /// Counts checks by their status.
    pub fn of(checks: &[Value]) -> Self {
        let count = |status: &str| checks.iter().filter(|check| check["status"] == status).count() as u32;
        Self { successes: count("SUCCESS"), failures: count("FAILURE"), warnings: count("WARNING") }
    }
}

/// One scenario on one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    target: String,
    version: String,
    scenario: String,
    /// How it went.
    pub counts: Counts,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Table {
    /// In their order.
    pub rows: Vec<Row>,
}

impl Table {
    /// Reads the checked-in table; an empty one when there is none.
    pub fn read() -> Result<Self, Failure> {
        let text = std::fs::read_to_string(root().join(FILE)).unwrap_or_default();
        Self::parse(&text)
            .map_err(|what| Failure::new(what, FILE, "mend the line, or check the file out again"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let rows = lines.map(|line| row(line).ok_or_else(|| format!("not a row of six columns: {line}")));
        Ok(Self { rows: rows.collect::<Result<_, _>>()? })
    }

    fn text(&self) -> String {
        let mut text = String::from(HEAD);
        for Row { target, version, scenario, counts: Counts { successes, failures, warnings } } in &self.rows
        {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{target}\t{version}\t{scenario}\t{successes}\t{failures}\t{warnings}");
        }
        text
    }

    /// Writes the table.
    pub fn write(&self) -> Result<(), Failure> {
        std::fs::write(root().join(FILE), self.text())
            .map_err(|e| Failure::new(e.to_string(), FILE, "check its permissions"))
    }

    /// Adds what was found.
    pub fn add(&mut self, target: &str, version: &str, scenarios: BTreeMap<String, Counts>) {
        self.rows.extend(scenarios.into_iter().map(|(scenario, counts)| Row {
            target: target.to_owned(),
            version: version.to_owned(),
            scenario,
            counts,
        }));
    }

    /// The rows of a target and a revision.
    pub fn of(&self, target: &str, version: &str) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.target == target && row.version == version)
    }

    /// Puts what was measured in place of the rows of the same targets.
    pub fn replace(&mut self, measured: Self) {
        self.rows.retain(|row| measured.rows.iter().all(|new| new.target != row.target));
        self.rows.extend(measured.rows);
    }

    /// Where `measured` falls behind this table.
    pub fn complaints(&self, measured: &Self) -> Vec<String> {
        let mut complaints = Vec::new();
        for row in &measured.rows {
            let place = format!("{}, {}, {}", row.target, row.version, row.scenario);
            let Some(known) = self.rows.iter().find(|known| known.is_of(row)) else {
                complaints.push(format!("{place}: not in the table"));
                continue;
            };
            let (now, then) = (row.counts, known.counts);
            if now.successes < then.successes || now.failures > then.failures || now.warnings > then.warnings
            {
                complaints.push(format!("{place}: {now:?}, the table has {then:?}"));
            }
        }
        let measured_sets = |row: &Row| measured.of(&row.target, &row.version).next().is_some();
        let missing = self.rows.iter().filter(|row| measured_sets(row));
        for row in missing.filter(|row| !measured.rows.iter().any(|now| now.is_of(row))) {
            complaints.push(format!("{}, {}, {}: it did not run", row.target, row.version, row.scenario));
        }
        complaints
    }
}

impl Row {
    fn is_of(&self, other: &Self) -> bool {
        self.target == other.target && self.version == other.version && self.scenario == other.scenario
    }
}

fn row(line: &str) -> Option<Row> {
    let mut columns = line.split('\t');
    let mut text = || columns.next().map(str::to_owned);
    let (target, version, scenario) = (text()?, text()?, text()?);
    let mut number = || text()?.parse().ok();
    let counts = Counts { successes: number()?, failures: number()?, warnings: number()? };
    columns.next().is_none().then_some(Row { target, version, scenario, counts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        Table::parse(text).unwrap()
    }

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let known = table("# head\nnative\t2026-07-28\ttools-list\t4\t0\t0\n");
        assert_eq!(table(&known.text()).rows, known.rows);
        assert!(Table::parse("a\tb\tc\t1\t2\n").is_err());
        assert!(Table::parse("a\tb\tc\t1\t2\t3\t4\n").is_err());
    }

    #[test]
    fn falling_behind_is_noticed() {
        let known = table("n\tv\ta\t2\t0\t0\nn\tv\tb\t1\t0\t0\nother\tv\tc\t1\t0\t0\n");
        for (measured, complaints) in [
            ("n\tv\ta\t2\t0\t0\nn\tv\tb\t1\t0\t0\n", 0),
            ("n\tv\ta\t3\t0\t0\nn\tv\tb\t1\t0\t0\n", 0),
            ("n\tv\ta\t1\t0\t0\nn\tv\tb\t1\t0\t0\n", 1),
            ("n\tv\ta\t2\t1\t0\nn\tv\tb\t1\t0\t0\n", 1),
            ("n\tv\ta\t2\t0\t1\nn\tv\tb\t1\t0\t0\n", 1),
            ("n\tv\ta\t2\t0\t0\n", 1),
            ("n\tv\ta\t2\t0\t0\nn\tv\tb\t1\t0\t0\nn\tv\tnew\t1\t0\t0\n", 1),
        ] {
            assert_eq!(known.complaints(&table(measured)).len(), complaints, "{measured}");
        }
    }

    #[test]
    fn checks_are_counted_by_status() {
        let checks: Vec<Value> = serde_json::from_str(
            r#"[{"status":"SUCCESS"},{"status":"INFO"},{"status":"WARNING"},{"status":"SUCCESS"},{"status":"FAILURE"}]"#,
        )
        .unwrap();
        assert_eq!(Counts::of(&checks), Counts { successes: 2, failures: 1, warnings: 1 });
    }
}
