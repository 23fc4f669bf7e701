//! Every type of every official schema, both ways: what the schema allows is read without loss, and what the Rust
//! types write is valid.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::wildcard_imports
)]
#![allow(dead_code, unreachable_pub, reason = "the module is shared with other tests")]

mod samples;
mod spec;

use spec::{REVISIONS, Schema};

#[test]
fn what_the_schemas_allow_is_read_without_loss() {
    let Some(folder) = spec::folder() else { return };
    let mut faults = Vec::new();
    let (mut types, mut count) = (0, 0);
    for revision in REVISIONS {
        let schema = Schema::load(&folder, revision);
        for name in schema.types().keys() {
            if spec::table::is_no_type(name) {
                continue;
            }
            let Some(trip) = spec::table::row(name, schema.is_message(name)) else {
                faults.push(format!("{revision} {name}: not in the table"));
                continue;
            };
            types += 1;
            let validator = schema.validator(name);
            let instances = spec::generate::instances(&schema, name);
            assert!(!instances.is_empty(), "{revision} {name}: nothing generated");
            for instance in instances {
                count += 1;
                let wrong = spec::faults(&validator, &instance);
                assert!(wrong.is_empty(), "{revision} {name}: the generator made {instance}: {wrong:?}");
                match trip(&instance.to_string()) {
                    Err(error) => faults.push(format!("{revision} {name}: {error}\n  in {instance}")),
                    Ok(written) => {
                        let plain = spec::without_empty_params;
                        if !spec::same(&plain(&instance), &plain(&written)) {
                            faults.push(format!("{revision} {name}:\n  was {instance}\n  is  {written}"));
                        }
                        for fault in spec::faults(&validator, &written) {
                            faults.push(format!("{revision} {name}: {fault}\n  in {written}"));
                        }
                    }
                }
            }
        }
    }
    faults.truncate(40);
    assert!(faults.is_empty(), "in {count} instances of {types} types:\n{}", faults.join("\n"));
    eprintln!("{count} instances of {types} types");
}

#[test]
fn what_the_types_write_is_valid() {
    let Some(folder) = spec::folder() else { return };
    let mut faults = Vec::new();
    let mut count = 0;
    for revision in REVISIONS {
        let schema = Schema::load(&folder, revision);
        for (name, value) in samples::samples(revision) {
            // A sample stands for a type of some revisions; the others do not know the name.
            if !schema.types().contains_key(name) {
                continue;
            }
            count += 1;
            for fault in spec::faults(&schema.validator(name), &value) {
                faults.push(format!("{revision} {name}: {fault}\n  in {value}"));
            }
        }
    }
    assert!(faults.is_empty(), "in {count} samples:\n{}", faults.join("\n"));
    assert!(count > 300, "only {count} samples");
    eprintln!("{count} samples");
}

#[test]
fn every_type_has_a_sample() {
    let Some(folder) = spec::folder() else { return };
    for revision in REVISIONS {
        let samples = samples::samples(revision);
        let schema = Schema::load(&folder, revision);
        let missing: Vec<_> = schema
            .types()
            .keys()
            .filter(|name| {
                !spec::table::is_no_type(name) && !samples.iter().any(|(sample, _)| sample == name)
            })
            .collect();
        assert!(missing.is_empty(), "{revision}: {missing:?}");
    }
}
