//! What changed between two lists.

use std::collections::BTreeSet;

/// The lines that only one of two texts has: removed ones with `-`, added ones with `+`, sorted by what they say.
pub fn lines(before: &str, now: &str) -> Vec<String> {
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.lines().collect(), now.lines().collect());
    let removed = old.difference(&new).map(|line| (*line, '-'));
    let mut changes: Vec<(&str, char)> =
        removed.chain(new.difference(&old).map(|line| (*line, '+'))).collect();
    changes.sort_unstable();
    if changes.is_empty() && before != now {
        return vec!["  (the same lines in another order)".to_owned()];
    }
    changes.into_iter().map(|(line, sign)| format!("{sign} {line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn removed_and_added_lines_are_shown() {
        assert_eq!(lines("a\nb\nc\n", "a\nb\nc\n"), [""; 0]);
        assert_eq!(lines("a\nb x\nc\n", "a\nb y\nc\nd\n"), ["- b x", "+ b y", "+ d"]);
        assert_eq!(lines("", "a\n"), ["+ a"]);
        assert_eq!(lines("a\nb\n", "b\na\n").len(), 1);
    }
}
