//! Builds the crates with the sets of features that matter, without warnings.
//!
//! A table and not all combinations: features are additive, and those of the lower crates are turned on through the
//! facade. So a set of the facade checks the same set of every crate below it. What the facade cannot show is a crate
//! that builds only because another one turns something on in their dependencies; such crates have a row of their own.

use serde_json::Value;

use crate::failure::Failure;
use crate::tool::Tool;
use crate::workspace::Workspace;

const FACADE: &str = "pulseengine-mcp";

/// One set: a package, and its features on each target, if it is checked there. Default features are off.
struct Set {
    package: &'static str,
    native: Option<&'static str>,
    wasm: Option<&'static str>,
}

const fn both(package: &'static str, features: &'static str) -> Set {
    Set { package, native: Some(features), wasm: Some(features) }
}

/// Stands for all features.
const ALL: &str = "*";

/// The sets, from the lowest crate to the facade, and the host of the demo.
const SETS: &[Set] = &[
    both("pulseengine-mcp-json", ""),
    both("pulseengine-mcp-protocol", ""),
    both("pulseengine-mcp-runtime", ""),
    // With the protocol as it is by default.
    both("pulseengine-mcp-transport", ""),
    // The store without features, too.
    both("pulseengine-mcp-http", ""),
    both("pulseengine-mcp-server", ""),
    both("pulseengine-mcp-auth", ""),
    both(FACADE, ""),
    both(FACADE, "stdio"),
    both(FACADE, "jemalloc"),
    both(FACADE, "http"),
    both(FACADE, "dynamic"),
    both(FACADE, "schemars"),
    both(FACADE, "redb"),
    both(FACADE, "auth"),
    // Features that change nothing on the other target.
    Set { package: FACADE, native: Some("tls"), wasm: Some("sessions") },
    Set { package: FACADE, native: None, wasm: Some("wstd") },
    Set { package: FACADE, native: None, wasm: Some("wasip3") },
    both(FACADE, ALL),
    // Without its host of components: for `tests/field` alone.
    Set { package: "harness", native: Some(""), wasm: None },
    // The tests build it with more features of wasmtime, `cargo xtask demo` without them.
    Set { package: "run-component", native: Some(""), wasm: None },
];

/// Builds every set; how many builds that were.
pub fn check() -> Result<usize, Failure> {
    known(&Workspace::load()?)?;
    let mut builds = 0;
    for set in SETS {
        for (features, target) in [(set.native, None), (set.wasm, Some("wasm32-wasip2"))] {
            if let Some(features) = features {
                build(set.package, features, target)?;
                builds += 1;
            }
        }
    }
    Ok(builds)
}

fn build(package: &str, features: &str, target: Option<&str>) -> Result<(), Failure> {
    let mut cargo = Tool::cargo().args(["check", "--message-format=json", "--package", package]);
    cargo = match features {
        ALL => cargo.args(["--all-features"]),
        "" => cargo.args(["--no-default-features"]),
        _ => cargo.args(["--no-default-features", "--features", features]),
    };
    if let Some(target) = target {
        cargo = cargo.args(["--target", target]);
    }
    let place = cargo.shown().to_owned();
    let mut diagnostics = 0;
    let next = "mend what is reported above";
    cargo.each_line(next, |line| {
        if let Some(text) = diagnostic(line) {
            eprint!("{text}");
            diagnostics += 1;
        }
    })?;
    // Cargo repeats the warnings of what it does not build again.
    if diagnostics == 0 {
        return Ok(());
    }
    Err(Failure::new("there are warnings", place, next))
}

/// The text of a warning or an error in a line of cargo's JSON.
fn diagnostic(line: &str) -> Option<String> {
    let message: Value = serde_json::from_str(line).ok()?;
    let rendered = message.get("message")?.get("rendered")?.as_str()?;
    Some(rendered.to_owned())
}

/// Fails when a feature of the facade is in no set, or a set has a feature that the package does not have.
fn known(workspace: &Workspace) -> Result<(), Failure> {
    let place = "xtask/src/features.rs";
    for set in SETS {
        let features = workspace.package(set.package).map(|package| package.features.as_slice());
        let features = features.ok_or_else(|| {
            Failure::new(format!("there is no package {}", set.package), place, "name another one in SETS")
        })?;
        let mut named = named(set);
        if let Some(name) = named.find(|name| !features.iter().any(|feature| feature == name)) {
            let what = format!("{} has no feature {name}", set.package);
            return Err(Failure::new(what, place, "name another one in SETS"));
        }
    }
    let features = workspace.package(FACADE).map(|package| package.features.as_slice()).unwrap_or_default();
    let covered =
        |feature: &str| SETS.iter().any(|set| set.package == FACADE && named(set).any(|n| n == feature));
    match features.iter().find(|feature| *feature != "default" && !covered(feature)) {
        None => Ok(()),
        Some(feature) => {
            Err(Failure::new(format!("the feature {feature} is in no set"), place, "add a set to SETS"))
        }
    }
}

/// The features that a set names.
fn named(set: &Set) -> impl Iterator<Item = &'static str> {
    let lists = [set.native, set.wasm].into_iter().flatten();
    lists.flat_map(|list| list.split(',')).filter(|name| !name.is_empty() && *name != ALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_is_in_a_set_and_exists() {
        let mut workspace = Workspace::load().unwrap();
        assert!(known(&workspace).is_ok());
        let facade = workspace.packages.iter_mut().find(|package| package.name == FACADE).unwrap();
        facade.features.push("new".to_owned());
        assert!(known(&workspace).unwrap_err().to_string().contains("feature new is in no set"));
        let facade = workspace.packages.iter_mut().find(|package| package.name == FACADE).unwrap();
        facade.features.retain(|feature| feature != "redb");
        assert!(known(&workspace).unwrap_err().to_string().contains("has no feature redb"));
    }

    #[test]
    fn diagnostics_are_found_among_the_messages_of_cargo() {
        let warning =
            r#"{"reason":"compiler-message","message":{"level":"warning","rendered":"warning: x\n"}}"#;
        assert_eq!(diagnostic(warning).unwrap(), "warning: x\n");
        for other in [r#"{"reason":"build-finished","success":true}"#, "", "text", r#"{"message":{}}"#] {
            assert_eq!(diagnostic(other), None, "{other}");
        }
    }
}
