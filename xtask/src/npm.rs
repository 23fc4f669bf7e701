//! Installs checked-in sets of npm packages, exactly as locked, outside the source tree.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::tool::Tool;
use crate::workspace::root;

/// What a person without npm is told.
pub const MISSING: &str = "npm is not installed: install Node.js 20 or newer";

/// Whether npm and node are there.
pub fn available() -> bool {
    Tool::new("npm").args(["--version"]).works() && Tool::new("node").args(["--version"]).works()
}

/// Installs the packages locked in the folder `source` of the repository into `folder`, unless they are there
/// already; the path of their `node_modules`.
pub fn install(source: &str, folder: &Path) -> Result<PathBuf, Failure> {
    if !available() {
        return Err(Failure::new("npm or node does not start", "npm --version, node --version", MISSING));
    }
    let modules = folder.join("node_modules");
    let trouble =
        |e: std::io::Error| Failure::new(e.to_string(), folder.display(), "check the disk and permissions");
    std::fs::create_dir_all(folder).map_err(trouble)?;
    let stamp = folder.join("installed-lock.json");
    let lock = std::fs::read(root().join(source).join("package-lock.json")).map_err(|e| {
        Failure::new(e.to_string(), format!("{source}/package-lock.json"), "check it out again")
    })?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) && modules.is_dir() {
        return Ok(modules);
    }
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(root().join(source).join(name), folder.join(name)).map_err(trouble)?;
    }
    println!("Installing the npm packages that {source} locks: about a minute.");
    Tool::new("npm")
        .dir(folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .run("check the network and the npm registry that is configured")?;
    std::fs::write(&stamp, lock).map_err(trouble)?;
    Ok(modules)
}
