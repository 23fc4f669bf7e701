//! Runs rustdoc for its JSON, and reads it.
//!
//! The JSON is an unstable output. The compiler is pinned, and so is the version of `public-api` that reads its format:
//! both change together. Only rustdoc is run with `RUSTC_BOOTSTRAP`, because build scripts look at this variable and
//! would build the dependencies another time.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use public_api::Builder;
use serde_json::Value;

use super::listing::{Entry, Kind, Listing};
use crate::failure::Failure;
use crate::tool::Tool;
use crate::workspace::Workspace;

/// Set to the path of rustdoc for the runs of this program that stand in for it.
const STANDS_FOR: &str = "XTASK_RUSTDOC";

/// Whether cargo runs this program in place of rustdoc.
pub fn is_rustdoc() -> bool {
    std::env::var_os(STANDS_FOR).is_some()
}

/// Runs rustdoc with the arguments of this process and unstable options allowed.
pub fn as_rustdoc() -> ExitCode {
    let rustdoc = std::env::var_os(STANDS_FOR).unwrap_or_else(|| "rustdoc".into());
    let mut command = Command::new(rustdoc);
    command.args(std::env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").env_remove(STANDS_FOR);
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rustdoc does not start: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The lists of all published crates, in the order of their names.
pub fn listings(workspace: &Workspace) -> Result<Vec<Listing>, Failure> {
    let mut names: Vec<&str> = workspace.packages.iter().filter(|p| p.published).map(|p| &*p.name).collect();
    names.sort_unstable();
    let this = std::env::current_exe().map_err(|e| {
        Failure::new(format!("the path of this program is unknown: {e}"), "cargo xtask api", "report this")
    })?;
    Tool::cargo()
        .args(["doc", "--no-deps", "--lib", "--all-features"])
        .args(names.iter().map(|name| format!("--package={name}")))
        .env("RUSTDOC", this)
        .env(STANDS_FOR, std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()))
        .env("RUSTDOCFLAGS", "-Zunstable-options --output-format=json")
        .run("mend the errors above")?;
    names.into_iter().map(|name| listing(name, &json(workspace, name))).collect()
}

fn json(workspace: &Workspace, name: &str) -> PathBuf {
    let file = format!("{}.json", name.replace('-', "_"));
    workspace.target.join("doc").join(file)
}

fn listing(package: &str, path: &Path) -> Result<Listing, Failure> {
    let broken = |what: String| {
        let next = "run `cargo clean --doc` and this again; after a change of the toolchain, give `public-api` in \
                    xtask/Cargo.toml the version that reads its format";
        Failure::new(what, path.display(), next)
    };
    let text = std::fs::read_to_string(path).map_err(|e| broken(format!("it cannot be read: {e}")))?;
    let json: Value = serde_json::from_str(&text).map_err(|e| broken(format!("not JSON: {e}")))?;
    let builder = Builder::from_rustdoc_json(path).omit_blanket_impls(true).omit_auto_trait_impls(true);
    let api = builder.build().map_err(|e| broken(format!("another format: {e}")))?;
    let index = &json["index"];
    let entries = api.items().filter_map(|item| {
        let parent = item.parent_id().map(|id| &index[id.0.to_string()]);
        let kind = kind(&index[item.id().0.to_string()], parent)?;
        Some(Entry { text: item.to_string(), kind })
    });
    Ok(Listing::new(package, entries.collect()))
}

/// What kind of entry an item makes, by its JSON and that of its parent; nothing for what is not listed.
fn kind(item: &Value, parent: Option<&Value>) -> Option<Kind> {
    let inner = &item["inner"];
    if let Some(block) = inner.get("impl") {
        let derived = block["trait"].is_object()
            && item["attrs"]
                .as_array()
                .is_some_and(|attrs| attrs.iter().any(|a| a == "automatically_derived"));
        return Some(if derived { Kind::Derived } else { Kind::Impl });
    }
    if let Some(used) = inner.get("use") {
        let source = used["source"].as_str().unwrap_or_default().to_owned();
        return Some(Kind::Use { source, glob: used["is_glob"] == true });
    }
    let parent = parent.map(|parent| &parent["inner"]);
    let Some(parent) = parent.filter(|parent| parent.get("module").is_none()) else {
        return Some(Kind::Name);
    };
    // What an implemented trait asks for is said by the trait, but not which types are chosen.
    let of_trait = parent.get("impl").is_some_and(|block| block["trait"].is_object());
    (!of_trait || inner.get("assoc_type").is_some()).then_some(Kind::Member)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_follow_from_an_item_and_its_parent() {
        let module = json!({"inner": {"module": {}}});
        let of_trait = json!({"inner": {"impl": {"trait": {"path": "Display"}}}});
        let own = json!({"inner": {"impl": {"trait": null}}});
        let function = json!({"inner": {"function": {}}});
        assert_eq!(kind(&function, Some(&module)), Some(Kind::Name));
        assert_eq!(kind(&function, None), Some(Kind::Name));
        assert_eq!(kind(&function, Some(&own)), Some(Kind::Member));
        assert_eq!(kind(&function, Some(&of_trait)), None);
        assert_eq!(kind(&json!({"inner": {"assoc_type": {}}}), Some(&of_trait)), Some(Kind::Member));
        assert_eq!(kind(&own, Some(&module)), Some(Kind::Impl));
        let derived = json!({"attrs": ["automatically_derived"], "inner": {"impl": {"trait": {}}}});
        assert_eq!(kind(&derived, None), Some(Kind::Derived));
        let used = json!({"inner": {"use": {"source": "a::b", "is_glob": true}}});
        assert_eq!(kind(&used, None), Some(Kind::Use { source: "a::b".to_owned(), glob: true }));
    }
}
