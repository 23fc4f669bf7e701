//! The official suite: runs, and what it found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::table::Counts;
use crate::failure::Failure;
use crate::tool::Tool;

/// The suite, installed.
pub struct Suite {
    /// Where it is installed.
    pub home: PathBuf,
    /// Its `node_modules`.
    pub modules: PathBuf,
}

const NEXT: &str = "see what the suite says above";

impl Suite {
    fn suite(&self, url: &str, words: &[&str]) -> Tool {
        let main = self.modules.join("@modelcontextprotocol/conformance/dist/index.js");
        Tool::new(self.modules.join("node/bin/node"))
            .dir(&self.home)
            .args([main.as_os_str(), "server".as_ref()])
            .args(["--url", url])
            .args(words)
    }

    /// Runs the required scenarios of a revision; the suite itself says whether all pass.
    pub fn requirements(&self, url: &str, version: &str) -> Result<(), Failure> {
        self.suite(url, &["--requirements", version]).output(NEXT).map(drop)
    }

    /// Runs all scenarios of a revision.
    pub fn version(
        &self,
        url: &str,
        target: &str,
        version: &str,
    ) -> Result<BTreeMap<String, Counts>, Failure> {
        let results = self.results(target, version)?;
        let folder = results.display().to_string();
        // It ends with an error when a check fails. What counts is the table.
        self.suite(url, &["--suite", "all", "--spec-version", version, "-o", &folder]).works();
        read(&results)
    }

    /// Runs the scenarios of the tasks extension, which only run by name.
    pub fn tasks(&self, url: &str, target: &str) -> Result<BTreeMap<String, Counts>, Failure> {
        let main = self.modules.join("@modelcontextprotocol/conformance/dist/index.js");
        let list = Tool::new(self.modules.join("node/bin/node"))
            .dir(&self.home)
            .args([main.as_os_str(), "list".as_ref()])
            .output(NEXT)?;
        let names = list.lines().filter_map(|line| line.trim().strip_prefix("- ")?.split(' ').next());
        let results = self.results(target, "tasks")?;
        let folder = results.display().to_string();
        for name in names.filter(|name| name.starts_with("tasks-")) {
            self.suite(url, &["--scenario", name, "-o", &folder]).works();
        }
        read(&results)
    }

    /// An empty folder for results.
    fn results(&self, target: &str, what: &str) -> Result<PathBuf, Failure> {
        let folder = self.home.join("results").join(format!("{target}-{what}"));
        let trouble = |e: std::io::Error| {
            Failure::new(e.to_string(), folder.display(), "check the disk and permissions")
        };
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(trouble)?;
        }
        std::fs::create_dir_all(&folder).map_err(trouble)?;
        Ok(folder)
    }
}

/// What each scenario found, from `server-NAME-TIME/checks.json`.
fn read(results: &Path) -> Result<BTreeMap<String, Counts>, Failure> {
    let trouble = |e: String| Failure::new(e, results.display(), "run it again; see what the suite says");
    let mut found = BTreeMap::new();
    for entry in results.read_dir().map_err(|e| trouble(e.to_string()))?.flatten() {
        let folder = entry.file_name().to_string_lossy().into_owned();
        let Some(name) = scenario(&folder) else { continue };
        let text =
            std::fs::read_to_string(entry.path().join("checks.json")).map_err(|e| trouble(e.to_string()))?;
        let checks: Vec<Value> = serde_json::from_str(&text).map_err(|e| trouble(e.to_string()))?;
        found.insert(name.to_owned(), Counts::of(&checks));
    }
    // A suite that ends at once leaves nothing to compare, and nothing would complain.
    if found.is_empty() { Err(trouble("the suite ran no scenario".into())) } else { Ok(found) }
}

/// The scenario's name in `server-NAME-2026-01-02T03-04-05-678Z`.
fn scenario(folder: &str) -> Option<&str> {
    let rest = folder.strip_prefix("server-")?;
    rest.len().checked_sub("-2026-01-02T03-04-05-678Z".len()).and_then(|end| rest.get(..end))
}

#[cfg(test)]
mod tests {
    use super::{read, scenario};

    #[test]
    fn a_run_without_scenarios_is_a_failure() {
        let folder = std::env::temp_dir().join(format!("conformance-nothing-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let found = read(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(found.is_err());
    }

    #[test]
    fn a_folder_names_its_scenario() {
        assert_eq!(scenario("server-tools-list-2026-11-25T17-17-53-975Z"), Some("tools-list"));
        assert_eq!(scenario("other"), None);
        assert_eq!(scenario("server-x"), None);
    }
}
