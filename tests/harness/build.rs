//! Lists the programs to test, so that a test file can refuse to compile when one has no test.

use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut names = Vec::new();
    for folder in ["../../examples", "../programs"] {
        println!("cargo::rerun-if-changed={folder}");
        let Ok(entries) = Path::new(folder).read_dir() else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.join("Cargo.toml").is_file() {
                names.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
            }
        }
    }
    names.sort();
    let mut expansions = String::new();
    for name in &names {
        expansions.push_str(&format!("        $each!({});\n", name.replace('-', "_")));
    }
    let text = format!(
        "/// Every package under `examples/` and `tests/programs/`.\n\
         pub const PROGRAMS: &[&str] = &{names:?};\n\n\
         /// Expands `$each!(name)` for every program, with `_` for `-`.\n\
         #[macro_export]\n\
         macro_rules! foreach_program {{\n    ($each:ident) => {{\n{expansions}    }};\n}}\n"
    );
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("programs.rs"), text)?;
    Ok(())
}
