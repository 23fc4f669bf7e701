//! `cargo xtask api`: the public API of every published crate, compared with the files under `api/`.
//!
//! The lists are made natively with all features, from the JSON of rustdoc. What is `#[doc(hidden)]` is not in them,
//! and neither are blanket implementations, auto traits and the functions of implemented traits.

mod count;
mod diff;
mod listing;
mod rustdoc;

use std::path::PathBuf;

use crate::failure::Failure;
use crate::workspace::{Workspace, root};
use listing::Listing;
pub use rustdoc::{as_rustdoc, is_rustdoc};

const HEAD: &str =
    "# Public API, natively with all features; `cargo xtask api` compares, `--update` rewrites.\n";

const FACADE: &str = "pulseengine-mcp";

/// Crates whose sources may have so many public functions and no more. A number here may only be lowered.
const MOST_FUNCTIONS: &[(&str, usize)] = &[("mcp-protocol", 200)];

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let update = arguments.iter().any(|argument| argument == "--update");
    if let Some(argument) = arguments.iter().find(|argument| *argument != "--update") {
        let next = "leave it out, or give --update";
        return Err(Failure::new(format!("unknown argument {argument}"), "cargo xtask api", next));
    }
    let workspace = Workspace::load()?;
    let listings = listing::expanded(rustdoc::listings(&workspace)?);
    let changed = compare(&listings, update)?;
    print!("\n{}", count::table(&listings));
    println!("\n{}", count::facade(&listings, FACADE));
    functions()?;
    if changed.is_empty() {
        return Ok(());
    }
    let what = format!("the public API of {} is not what is written down", changed.join(", "));
    let next = "if the changes above are meant, run `cargo xtask api --update` and commit api/";
    Err(Failure::new(what, "api/", next))
}

fn file(listing: &Listing) -> PathBuf {
    root().join("api").join(format!("{}.txt", listing.package))
}

/// The crates whose API differs from their file, after the differences are printed; with `update`, the files are
/// written instead.
fn compare(listings: &[Listing], update: bool) -> Result<Vec<&str>, Failure> {
    let mut changed = Vec::new();
    for listing in listings {
        let path = file(listing);
        let now = format!("{HEAD}{}", listing.text());
        // A crate without a file is new: every line of it is a change.
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        if before == now {
            continue;
        }
        println!("\n{}:", listing.package);
        diff::lines(&before, &now).iter().for_each(|line| println!("{line}"));
        if !update {
            changed.push(listing.package.as_str());
            continue;
        }
        let written = std::fs::create_dir_all(root().join("api")).and_then(|()| std::fs::write(&path, now));
        written.map_err(|e| {
            Failure::new(format!("it cannot be written: {e}"), path.display(), "check its permissions")
        })?;
    }
    Ok(changed)
}

/// Fails when the sources of a crate have more public functions than [`MOST_FUNCTIONS`] allows.
fn functions() -> Result<(), Failure> {
    for (name, most) in MOST_FUNCTIONS {
        let number = count::functions(&root().join("crates").join(name).join("src"))?;
        println!("public functions in the sources of {name}: {number}, at most {most}");
        if number > *most {
            let next = "make the new ones private or `pub(crate)`, or remove others";
            let what = format!("{number} public functions, {most} are allowed");
            return Err(Failure::new(what, format!("crates/{name}/src"), next));
        }
    }
    Ok(())
}
