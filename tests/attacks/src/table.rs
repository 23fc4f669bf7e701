//! The table of the results.

use crate::case::Case;
use crate::run::Report;

/// The lines of one case: attack, figure, bound, verdict.
pub fn rows(report: &Report) -> String {
    let mut out = String::new();
    let mut name = report.name;
    for figure in &report.figures {
        let verdict = if figure.holds { "holds" } else { "DOES NOT HOLD" };
        out += &format!("{name:22} | {:62} | {:20} | {verdict}\n", figure.seen, figure.bound);
        name = "";
    }
    if let Some(failure) = &report.failure {
        out += &format!("{name:22} | {failure} | | FAILED\n");
    }
    out
}

/// One line a case.
pub fn summary(reports: &[Report], all: usize) -> String {
    let mut out = String::new();
    for report in reports.iter().filter(|report| !report.holds()) {
        let failed = report.figures.iter().filter(|figure| !figure.holds);
        let mut why: Vec<String> = failed.map(|it| format!("{} ({})", it.seen, it.bound)).collect();
        why.extend(report.failure.clone());
        out += &format!("does not hold: {:22} {:9} {}\n", report.name, numbers(report.rows), why.join("; "));
    }
    let held = reports.iter().filter(|report| report.holds()).count();
    out + &format!("{held} of {all} attacks hold")
}

/// All cases, for people.
pub fn list(cases: &[Case]) -> String {
    cases.iter().map(|case| format!("{:22} {:9} {}\n", case.name, numbers(case.rows), case.what)).collect()
}

fn numbers(rows: &[u8]) -> String {
    let numbers: Vec<String> = rows.iter().map(|row| format!("#{row}")).collect();
    numbers.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Figure;

    #[test]
    fn what_does_not_hold_is_named() {
        let report = Report {
            name: "a",
            rows: &[1, 2],
            figures: vec![Figure::most("places", 3, 2), Figure::most("others", 1, 2)],
            failure: None,
        };
        assert!(rows(&report).contains("| places: 3") && rows(&report).contains("| DOES NOT HOLD"));
        let summary = summary(&[report], 1);
        assert!(summary.contains("#1 #2") && summary.contains("places: 3 (at most 2)"), "{summary}");
        assert!(summary.ends_with("0 of 1 attacks hold"));
    }
}
