//! Every official example of the newest revision, through the Rust type of that name and back.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::wildcard_imports
)]
#![allow(dead_code, unreachable_pub, reason = "the module is shared with other tests")]

mod spec;

use serde_json::Value;
use spec::Schema;

/// Members of examples that their type does not have: this one shows an id that the embedded request has not.
const EXTRA: &[(&str, &str)] = &[("ListRootsRequest", "id")];

#[test]
fn examples_pass_through_unchanged() {
    let Some(folder) = spec::folder() else { return };
    let schema = Schema::load(&folder, "2026-07-28");
    let examples = folder.join("2026-07-28/examples");
    let mut faults = Vec::new();
    let mut count = 0;
    let mut folders: Vec<_> =
        std::fs::read_dir(&examples).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(trip) = spec::table::row(&name, schema.is_message(&name)) else {
            faults.push(format!("{name}: not in the table"));
            continue;
        };
        let validator = schema.validator(&name);
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let example = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
            let text = std::fs::read_to_string(&path).unwrap();
            let mut original: Value = serde_json::from_str(&text).unwrap();
            count += 1;
            match trip(&text) {
                Err(error) => faults.push(format!("{example}: {error}")),
                Ok(written) => {
                    for (_, member) in EXTRA.iter().filter(|(extra, _)| *extra == name) {
                        original.as_object_mut().unwrap().remove(*member);
                    }
                    if !spec::same(&original, &written) {
                        faults.push(format!("{example}:\n  was {original}\n  is  {written}"));
                    }
                    for fault in spec::faults(&validator, &written) {
                        faults.push(format!("{example}: {fault}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults in {count} examples:\n{}", faults.len(), faults.join("\n"));
    assert!(count > 100, "only {count} examples");
    eprintln!("{count} examples");
}
