//! A rule about phrases that do not say who does what: documentation and comments name the client, the caller, the server.

/// The number of rules here.
pub const RULES: usize = 1;

/// Where the rule holds, besides the documents at the root.
pub const FOLDERS: [&str; 3] = ["crates", "docs", "examples"];

/// The phrases, in lower case.
const PHRASES: [&str; 7] =
    ["who asks", "whoever", "somebody", "nobody", "is told", "are told", "as good as none"];

/// Findings in texts, given with their paths.
pub fn check(texts: &[(String, String)]) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in texts {
        for (number, line) in (1..).zip(text.lines()) {
            let lower = line.to_lowercase();
            for phrase in PHRASES.iter().filter(|phrase| lower.contains(**phrase)) {
                findings.push(format!(
                    "{path}:{number}: `{phrase}`: say who does it: the client, the caller, the server"
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn phrases_are_found() {
        let text = "The server answers.\nThe client Is Told.\nwhoever".to_owned();
        let found = check(&[("a.md".to_owned(), text)]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|finding| finding.starts_with("a.md:")));
        assert!(found[0].starts_with("a.md:2: `is told`"));
    }
}
