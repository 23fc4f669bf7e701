//! Rules about manifests: the layers, the lints, the features, and what libraries may not depend on.

/// The number of rules here.
pub const RULES: usize = 5;

/// At most so many names of features in the workspace.
const MOST_FEATURES: usize = 14;

/// The layers, lowest first. A crate depends on crates of lower layers only.
const LAYERS: &[&[&str]] = &[
    &["mcp-json"],
    &["mcp-protocol", "mcp-runtime"],
    &["mcp-store"],
    &["mcp-transport"],
    &["mcp-http"],
    &["mcp-macros"],
    &["mcp-server", "mcp-client"],
    &["mcp-auth", "mcp-security", "mcp-logging", "mcp-monitoring"],
    &["mcp-host"],
    &["mcp"],
    &["mcp-cli"],
];

/// Findings in all manifests, given as path and text.
pub fn check(manifests: &[(String, String)]) -> Vec<String> {
    let crates = || manifests.iter().filter(|(path, _)| path != "Cargo.toml");
    let mut findings = Vec::new();
    if let Some((_, text)) = manifests.iter().find(|(path, _)| path == "Cargo.toml")
        && !section(text, "workspace.lints.rust").any(|(_, line)| line == "unsafe_code = \"forbid\"")
    {
        findings.push("Cargo.toml:1: [workspace.lints.rust] must say `unsafe_code = \"forbid\"`".to_owned());
    }
    for (path, text) in crates() {
        findings.extend(lints(path, text));
        if path.starts_with("crates/") {
            findings.extend(layers(path, text));
            findings.extend(no_anyhow(path, text));
        }
    }
    findings.extend(few_features(crates().filter(|(path, _)| path.starts_with("crates/"))));
    findings
}

/// The trimmed lines of one section, with their numbers.
pub fn section<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let mut inside = false;
    (1..).zip(text.lines().map(str::trim)).filter(move |(_, line)| {
        if line.starts_with('[') {
            inside = line.trim_matches(['[', ']']) == name;
            return false;
        }
        inside && !line.is_empty() && !line.starts_with('#')
    })
}

/// The dependencies of the library or program itself, with their lines: those of `[dependencies]`, of a target, and of
/// tables such as `[dependencies.name]`. A renamed one is given by both names.
fn dependencies(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut inside, mut one) = (false, false);
    (1..).zip(text.lines().map(str::trim)).flat_map(move |(number, line)| {
        let mut names = [None, None];
        if line.starts_with('[') {
            let table = dependency_table(line);
            (inside, one) = (table.is_some(), matches!(table, Some(Some(_))));
            names = [table.flatten(), None];
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            let key = line.split(['=', '.', ' ']).next().map(|key| key.trim_matches(['"', '\'']));
            names = [key.filter(|_| !one), renamed(line, one)];
        }
        names.into_iter().flatten().map(move |name| (number, name))
    })
}

/// Whether the head of a table has dependencies; inside, the name where the table is of one alone.
fn dependency_table(head: &str) -> Option<Option<&str>> {
    let head = head.trim_start_matches('[').rsplit_once(']')?.0.trim();
    let table = match head.strip_prefix("target.") {
        Some(rest) => match rest.chars().next().filter(|first| matches!(first, '\'' | '"')) {
            Some(quote) => rest.get(1..)?.split_once(quote)?.1.trim_start().strip_prefix('.')?,
            None => rest.split_once('.')?.1,
        },
        None => head,
    };
    let rest = table.trim().strip_prefix("dependencies")?;
    match rest.trim_start().strip_prefix('.') {
        Some(name) => Some(Some(name.trim().trim_matches(['"', '\'']))),
        None => rest.is_empty().then_some(None),
    }
}

/// The value of `package = "…"` in a line.
fn renamed(line: &str, alone: bool) -> Option<&str> {
    let mut keys = line.match_indices("package").filter(|(at, _)| {
        let before = line.get(..*at).unwrap_or_default().trim_end();
        if alone { before.is_empty() } else { before.ends_with(['{', ',', '.']) }
    });
    let (at, key) = keys.next()?;
    let value = line.get(at + key.len()..)?.trim_start().strip_prefix('=')?;
    value.trim_start().strip_prefix('"')?.split('"').next()
}

/// Every crate forbids unsafe code, best by inheriting the lints of the workspace.
fn lints(path: &str, text: &str) -> Option<String> {
    let inherits = section(text, "lints").any(|(_, line)| line == "workspace = true");
    let own = section(text, "lints.rust").any(|(_, line)| line == "unsafe_code = \"forbid\"");
    // A workspace of its own is a tool beside this one.
    let apart = text.lines().any(|line| line.trim() == "[workspace]");
    (!inherits && !own && !apart).then(|| format!("{path}:1: `[lints] workspace = true` is missing"))
}

/// Dependencies point to lower layers only.
fn layers(path: &str, text: &str) -> Vec<String> {
    let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    let own = path.split('/').nth(1).unwrap_or_default();
    let Some(height) = layer(own) else {
        return vec![format!("{path}:1: `{own}` has no layer: give it one in xtask/src/tidy/manifests.rs")];
    };
    let mut findings = Vec::new();
    for (number, name) in dependencies(text) {
        let Some(other) = name.strip_prefix("pulseengine-") else { continue };
        if layer(other).is_none_or(|lower| lower >= height) {
            findings
                .push(format!("{path}:{number}: {own} depends on {other}, which is not in a lower layer"));
        }
    }
    findings
}

/// A library has errors of its own, and a component cannot carry this crate.
fn no_anyhow(path: &str, text: &str) -> Vec<String> {
    if path.starts_with("crates/mcp-cli/") {
        return Vec::new();
    }
    let found = dependencies(text).filter(|(_, name)| *name == "anyhow");
    found.map(|(number, _)| format!("{path}:{number}: `anyhow` in a library")).collect()
}

/// Few features, so that all of their combinations can be known.
fn few_features<'a>(manifests: impl Iterator<Item = &'a (String, String)>) -> Option<String> {
    let mut names: Vec<&str> = manifests
        .flat_map(|(_, text)| section(text, "features"))
        .filter_map(|(_, line)| line.split_once('=').map(|(name, _)| name.trim().trim_matches('"')))
        .filter(|name| *name != "default" && !name.contains(']'))
        .collect();
    names.sort_unstable();
    names.dedup();
    (names.len() > MOST_FEATURES).then(|| {
        format!("Cargo.toml:1: {} features, {MOST_FEATURES} are allowed: {}", names.len(), names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINTS: &str = "[lints]\nworkspace = true\n";

    fn findings(path: &str, text: &str) -> Vec<String> {
        let root = ("Cargo.toml".to_owned(), "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n".to_owned());
        check(&[root, (path.to_owned(), format!("{text}\n{LINTS}"))])
    }

    #[test]
    fn missing_lints_are_found() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        assert_eq!(check(&[file("Cargo.toml", "[workspace.lints.rust]\n")]).len(), 1);
        assert_eq!(check(&[file("crates/mcp/Cargo.toml", "[package]\n")]).len(), 1);
        assert_eq!(check(&[file("crates/mcp/Cargo.toml", LINTS)]), [""; 0]);
        assert_eq!(check(&[file("xtask/Cargo.toml", "[lints.rust]\nunsafe_code = \"forbid\"\n")]), [""; 0]);
    }

    #[test]
    fn dependencies_upwards_are_found() {
        let upwards = "[dependencies]\nserde = \"1\"\npulseengine-mcp-server.workspace = true\n";
        assert_eq!(findings("crates/mcp-transport/Cargo.toml", upwards).len(), 1);
        assert_eq!(findings("crates/mcp/Cargo.toml", upwards), [""; 0]);
        let sideways = "[dependencies]\npulseengine-mcp-runtime = { workspace = true }\n";
        assert_eq!(findings("crates/mcp-protocol/Cargo.toml", sideways).len(), 1);
        let tests = "[dev-dependencies]\npulseengine-mcp-runtime = { workspace = true }\n";
        assert_eq!(findings("crates/mcp-protocol/Cargo.toml", tests), [""; 0]);
        assert_eq!(findings("crates/other/Cargo.toml", "").len(), 1);
    }

    #[test]
    fn dependencies_are_found_in_every_form() {
        for upwards in [
            "[target.'cfg(not(target_os = \"wasi\"))'.dependencies]\npulseengine-mcp-server = { workspace = true }",
            "[target.\"cfg(unix)\".dependencies] # natively\npulseengine-mcp-server.workspace = true",
            "[target.wasm32-wasip2.dependencies]\n# x\n\"pulseengine-mcp-server\" = \"1\"",
            "[dependencies.pulseengine-mcp-server]\nworkspace = true",
            "[target.'cfg(a)'.dependencies.pulseengine-mcp-server]\nversion = \"1\"",
            "[dependencies]\nserver = { version = \"1\", package = \"pulseengine-mcp-server\" }",
            "[dependencies]\nserver.package = \"pulseengine-mcp-server\"",
            "[dependencies.server]\npackage = \"pulseengine-mcp-server\"",
        ] {
            assert_eq!(findings("crates/mcp-transport/Cargo.toml", upwards).len(), 1, "{upwards}");
            assert_eq!(findings("crates/mcp/Cargo.toml", upwards), [""; 0], "{upwards}");
        }
        for not_of_the_crate in [
            "[target.'cfg(unix)'.dev-dependencies]\npulseengine-mcp-server.workspace = true",
            "[dev-dependencies.pulseengine-mcp-server]\nworkspace = true",
            "[dependencies.serde]\nfeatures = [\"derive\"]\n[features]\npulseengine-mcp-server = []",
            "[package]\nname = \"x\"\n[dependencies.serde]\npulseengine-mcp-server = 1",
        ] {
            assert_eq!(
                findings("crates/mcp-transport/Cargo.toml", not_of_the_crate),
                [""; 0],
                "{not_of_the_crate}"
            );
        }
        let target = "[target.'cfg(unix)'.dependencies]\nanyhow = \"1\"\n";
        assert_eq!(findings("crates/mcp-server/Cargo.toml", target).len(), 1);
    }

    #[test]
    fn anyhow_is_found() {
        assert_eq!(findings("crates/mcp-server/Cargo.toml", "[dependencies]\nanyhow = \"1\"\n").len(), 1);
        assert_eq!(findings("crates/mcp-cli/Cargo.toml", "[dependencies]\nanyhow = \"1\"\n"), [""; 0]);
    }

    #[test]
    fn too_many_features_are_found() {
        let features = |count: usize| {
            let names: String = (0..count).map(|number| format!("f{number} = []\n")).collect();
            format!("[features]\ndefault = []\n{names}")
        };
        assert_eq!(findings("crates/mcp/Cargo.toml", &features(MOST_FEATURES)), [""; 0]);
        assert_eq!(findings("crates/mcp/Cargo.toml", &features(MOST_FEATURES + 1)).len(), 1);
    }
}
