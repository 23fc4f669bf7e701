//! A rule about what is for crates.io: crates under `crates/` say what a registry shows, all other packages stay here.

use super::manifests::section;

/// The number of rules here.
pub const RULES: usize = 1;

/// What the manifest of a published crate has to say.
const KEYS: [&str; 4] = ["description", "readme", "keywords", "categories"];

/// The bounds of crates.io.
const MOST_KEYWORDS: usize = 5;
const LONGEST_KEYWORD: usize = 20;

/// Findings in all manifests but the root's, given as path and text.
pub fn check(manifests: &[(String, String)]) -> Vec<String> {
    let packages = manifests.iter().filter(|(path, _)| path != "Cargo.toml");
    packages
        .flat_map(|(path, text)| {
            let found: Vec<String> =
                if path.starts_with("crates/") { metadata(text) } else { stays(text).into_iter().collect() };
            found.into_iter().map(move |finding| format!("{path}:1: {finding}"))
        })
        .collect()
}

/// The value of a key in `[package]`, as it is written.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    section(text, "package").find_map(|(_, line)| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then_some(value.trim())
    })
}

fn metadata(text: &str) -> Vec<String> {
    let missing = KEYS.iter().filter(|key| value(text, key).is_none());
    let mut findings: Vec<String> = missing.map(|key| format!("`{key}` is missing in [package]")).collect();
    if section(text, "package.metadata.docs.rs").next().is_none() {
        findings.push("[package.metadata.docs.rs] is missing".to_owned());
    }
    let keywords: Vec<&str> =
        value(text, "keywords").unwrap_or_default().split('"').skip(1).step_by(2).collect();
    if keywords.len() > MOST_KEYWORDS {
        findings.push(format!("{} keywords, crates.io takes {MOST_KEYWORDS}", keywords.len()));
    }
    let long = keywords.iter().filter(|keyword| keyword.len() > LONGEST_KEYWORD);
    findings
        .extend(long.map(|word| format!("keyword `{word}`: crates.io takes {LONGEST_KEYWORD} characters")));
    findings
}

fn stays(text: &str) -> Option<String> {
    let inherits = value(text, "publish.workspace") == Some("true");
    (value(text, "publish") != Some("false") && !inherits)
        .then(|| "`publish = false` is missing: only crates/ is for crates.io".to_owned())
}

#[cfg(test)]
mod tests {
    use super::check;

    const GOOD: &str = "[package]\ndescription = \"x\"\nreadme = \"README.md\"\nkeywords = [\"a\", \"b\"]\ncategories = []\n\
                        [package.metadata.docs.rs]\nall-features = true\n";

    fn findings(path: &str, text: &str) -> usize {
        check(&[("Cargo.toml".to_owned(), String::new()), (path.to_owned(), text.to_owned())]).len()
    }

    #[test]
    fn missing_metadata_is_found() {
        assert_eq!(findings("crates/a/Cargo.toml", GOOD), 0);
        assert_eq!(findings("crates/a/Cargo.toml", &GOOD.replace("readme", "x")), 1);
        assert_eq!(findings("crates/a/Cargo.toml", &GOOD.replace("docs.rs", "x")), 1);
        assert_eq!(findings("crates/a/Cargo.toml", "[package]\n"), 5);
        assert_eq!(findings("crates/a/Cargo.toml", &GOOD.replace("\"b\"", "\"model-context-protocol\"")), 1);
        let six = "\"b\", \"c\", \"d\", \"e\", \"f\"";
        assert_eq!(findings("crates/a/Cargo.toml", &GOOD.replace("\"b\"", six)), 1);
    }

    #[test]
    fn packages_that_could_be_published_by_mistake_are_found() {
        assert_eq!(findings("xtask/Cargo.toml", "[package]\nname = \"xtask\"\n"), 1);
        assert_eq!(findings("xtask/Cargo.toml", "[package]\npublish = false\n"), 0);
        assert_eq!(findings("bench/a/Cargo.toml", "[package]\npublish.workspace = true\n"), 0);
    }
}
