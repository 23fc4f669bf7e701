//! The list of limits, `xtask/limits.tsv`: what is said about each, without its value.

use super::value::Unit;

/// The list.
#[derive(Debug, Default)]
pub struct List {
    /// The groups, in the order of the chapter.
    pub groups: Vec<Group>,
    /// Constants that are no limits on a client. Why is for the reader of the list.
    pub exempt: Vec<Anchor>,
}

/// Rows under one heading.
#[derive(Debug)]
pub struct Group {
    /// The heading.
    pub title: String,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One limit.
#[derive(Debug)]
pub struct Row {
    /// Where its value stands: several places have the same one.
    pub anchors: Vec<Anchor>,
    /// What the value counts.
    pub unit: Unit,
    /// What is limited.
    pub limit: String,
    /// Whose it is.
    pub whose: String,
    /// What sets it.
    pub set_by: String,
    /// The platforms.
    pub platforms: String,
    /// What happens beyond it.
    pub beyond: String,
}

/// A place in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The file, from the root of the repository.
    pub file: String,
    /// What it is called there.
    pub symbol: String,
}

/// Whose a limit may be.
const OWNERS: [&str; 8] =
    ["message", "request", "connection", "session", "stream", "caller", "server", "process"];

/// Where it may hold.
const PLATFORMS: [&str; 3] = ["all", "native", "component"];

/// Reads the list: `## HEADING`, rows of seven cells below it, and exempt constants after `-`. Cells are separated by tabs; lines
/// that begin with `# ` are comments.
pub fn parse(text: &str) -> Result<List, String> {
    let mut list = List::default();
    for (number, line) in (1..).zip(text.lines()) {
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        let wrong = |what: String| format!("line {number}: {what}");
        if let Some(title) = line.strip_prefix("## ") {
            list.groups.push(Group { title: title.to_owned(), rows: Vec::new() });
            continue;
        }
        let cells: Vec<&str> = line.split('\t').collect();
        match cells[..] {
            ["-", place, why] if !why.is_empty() => {
                list.exempt.push(anchor(place).map_err(wrong)?);
            }
            [places, unit, limit, whose, set_by, platforms, beyond] => {
                let Some(group) = list.groups.last_mut() else {
                    return Err(wrong("a row before the first heading".to_owned()));
                };
                let row = row(places, unit, [limit, whose, set_by, platforms, beyond]).map_err(wrong)?;
                group.rows.push(row);
            }
            _ => return Err(wrong(format!("{} cells: a row has seven", cells.len()))),
        }
    }
    Ok(list)
}

fn row(places: &str, unit: &str, cells: [&str; 5]) -> Result<Row, String> {
    let anchors = places.split(" & ").map(anchor).collect::<Result<_, _>>()?;
    let unit = Unit::parse(unit).ok_or(format!("`{unit}` is no unit: write bytes, count or time"))?;
    let [limit, whose, set_by, platforms, beyond] = cells.map(str::to_owned);
    if cells.contains(&"") {
        return Err("an empty cell".to_owned());
    }
    if !OWNERS.contains(&&*whose) {
        return Err(format!("`{whose}` is not one of {}", OWNERS.join(", ")));
    }
    if !PLATFORMS.contains(&&*platforms) {
        return Err(format!("`{platforms}` is not one of {}", PLATFORMS.join(", ")));
    }
    Ok(Row { anchors, unit, limit, whose, set_by, platforms, beyond })
}

fn anchor(place: &str) -> Result<Anchor, String> {
    let (file, symbol) =
        place.split_once(' ').ok_or(format!("`{place}` is no place: write a file and a name in it"))?;
    Ok(Anchor { file: file.to_owned(), symbol: symbol.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn rows_are_read_and_checked() {
        let list = parse("# note\n## A\na.rs X & b.rs Y\tbytes\tl\tserver\tfixed\tall\tb\n-\tc.rs Z\twhy\n");
        let list = list.unwrap();
        assert_eq!(list.groups[0].rows[0].anchors[1].symbol, "Y");
        assert_eq!((list.groups[0].title.as_str(), list.exempt[0].file.as_str()), ("A", "c.rs"));
        for (text, wrong) in [
            ("a.rs X\tbytes\tl\tserver\tfixed\tall\tb", "line 1: a row before the first heading"),
            ("## A\na.rs X\tbytes", "line 2: 2 cells: a row has seven"),
            ("## A\na.rs\tbytes\tl\tserver\tfixed\tall\tb", "`a.rs` is no place"),
            ("## A\na.rs X\tstones\tl\tserver\tfixed\tall\tb", "`stones` is no unit"),
            ("## A\na.rs X\tbytes\tl\tking\tfixed\tall\tb", "`king` is not one of message"),
            ("## A\na.rs X\tbytes\tl\tserver\tfixed\tmoon\tb", "`moon` is not one of all"),
            ("## A\na.rs X\tbytes\tl\tserver\tfixed\tall\t", "an empty cell"),
            ("-\tc.rs Z\t", "3 cells"),
        ] {
            let found = parse(text).unwrap_err();
            assert!(found.contains(wrong), "{found}");
        }
    }
}
