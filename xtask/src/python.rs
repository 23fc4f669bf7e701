//! Installs checked-in sets of Python packages, exactly as locked, outside the source tree.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::tool::Tool;

/// What a person without Python reads.
pub const MISSING: &str =
    "python3 with its module venv is not installed (Python 3.11 or newer; Debian: python3-venv)";

/// Whether Python and what makes virtual environments are there.
pub fn available() -> bool {
    let try_it = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    Tool::new("python3").args(["-c", try_it]).works()
}

/// Installs the packages that the file `requirements` locks into a virtual environment in `folder`, unless they are there already;
/// its interpreter.
pub fn install(requirements: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let trouble = |e: std::io::Error| {
        Failure::new(e.to_string(), requirements.display(), "check the disk and permissions")
    };
    let environment = folder.join(requirements.file_stem().unwrap_or_default());
    let bin = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join(format!("python{}", std::env::consts::EXE_SUFFIX));
    let stamp = environment.join("installed.txt");
    let lock = std::fs::read(requirements).map_err(trouble)?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) && python.exists() {
        return Ok(python);
    }
    println!("Installing the Python packages that {} locks.", requirements.display());
    let next = "check the network and the registry of Python packages that is configured";
    Tool::new("python3").args(["-m", "venv", "--clear"]).args([&environment]).run(MISSING)?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
    Tool::new(&python)
        .args(pip)
        .args(["--require-hashes", "--requirement"])
        .args([requirements])
        .run(next)?;
    std::fs::write(&stamp, lock).map_err(trouble)?;
    Ok(python)
}
