//! The steps of `cargo xtask test`.

use std::sync::atomic::Ordering::Relaxed;

use super::{FULL, Outcome, Step};
use crate::failure::Failure;
use crate::tool::{Tool, in_ci};
use crate::workspace::Workspace;
use crate::{
    api, attack, auth, conformance, demo, features, field, interop, npm, shipped, size, tidy, toolchain,
};

/// Features that choose another backend on WebAssembly; each is checked on its own.
const BACKENDS: &[&str] = &["wstd", "wasip3"];

/// Platforms that the tests do not run on.
const PLATFORMS: &[&str] = &["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

/// Packages with models for loom.
const MODELLED: &[&str] = &["pulseengine-mcp-runtime", "pulseengine-mcp-transport"];

const MEND: &str = "mend what is reported above";
const ALONE_AGAIN: &str = "run the failed test alone: cargo test -p PACKAGE NAME";

/// All steps, cheap ones first.
pub const STEPS: &[Step] = &[
    Step { name: "toolchain", what: "the parts of the toolchain are installed", run: toolchain_step },
    Step { name: "fmt", what: "formatting", run: fmt },
    Step { name: "tidy", what: "the rules of the repository", run: tidy_step },
    Step { name: "field", what: "what clients and proxies do, and what shows it", run: field_step },
    Step {
        name: "features",
        what: "every feature builds alone, natively and as WebAssembly; so does the demo's host",
        run: features_step,
    },
    Step { name: "platforms", what: "the facade builds for Windows and macOS", run: platforms },
    Step { name: "clippy", what: "lints, native", run: clippy },
    Step { name: "clippy-wasm", what: "lints, WebAssembly, every backend", run: clippy_wasm },
    Step { name: "tests", what: "tests, native and components run in wasmtime", run: tests },
    Step { name: "loom", what: "models of concurrent code, in every order of its steps", run: loom },
    Step { name: "doctests", what: "the examples in the documentation", run: doctests },
    Step { name: "docs", what: "the documentation builds without a warning", run: docs },
    Step { name: "api", what: "the public API is as written down in api/", run: api_step },
    Step { name: "publish", what: "the crates for crates.io can be packaged", run: publish },
    Step { name: "demo", what: "one server on both targets, compared", run: demo_step },
    Step { name: "size", what: "the components are as small as the table says", run: size_step },
    Step { name: "shipped", what: "the small components answer as the native programs", run: shipped_step },
    Step {
        name: "interop",
        what: "clients of TypeScript and Python, the Inspector, a bridge",
        run: interop_step,
    },
    Step {
        name: "auth",
        what: "an authorization server and OAuth clients, against `secured`",
        run: auth_step,
    },
    Step { name: "conformance", what: "the official suite, native and as components", run: conformance_step },
    Step { name: "attack", what: "attacks, in their short form: what holds of each", run: attack_step },
    Step { name: "deny", what: "licences and sources of dependencies", run: deny },
];

fn passed() -> Result<Outcome, Failure> {
    Ok(Outcome::Passed(String::new()))
}

fn toolchain_step() -> Result<Outcome, Failure> {
    toolchain::need_wasm()?;
    toolchain::need_source()?;
    let version = Tool::cargo().args(["--version"]).output("install Rust with rustup")?;
    Ok(Outcome::Passed(version.trim().to_owned()))
}

fn fmt() -> Result<Outcome, Failure> {
    Tool::cargo().args(["fmt", "--all", "--check"]).run("run `cargo fmt --all`")?;
    passed()
}

fn tidy_step() -> Result<Outcome, Failure> {
    tidy::run(&[])?;
    passed()
}

fn field_step() -> Result<Outcome, Failure> {
    Ok(Outcome::Passed(field::check()?))
}

fn features_step() -> Result<Outcome, Failure> {
    toolchain::need_wasm()?;
    Ok(Outcome::Passed(format!("{} builds", features::check()?)))
}

/// Only checked: a program for them cannot be linked or run here. Without TLS, which needs a C compiler for the target.
fn platforms() -> Result<Outcome, Failure> {
    let (installed, missing): (Vec<&str>, Vec<&str>) =
        PLATFORMS.iter().partition(|target| toolchain::need_target(target).is_ok());
    for target in installed {
        Tool::cargo()
            .args(["check", "--package", "pulseengine-mcp", "--features", "http,sessions,redb"])
            .args(locked())
            .args(["--target", target])
            .run(MEND)?;
    }
    if missing.is_empty() {
        return Ok(Outcome::Passed(format!("{} targets", PLATFORMS.len())));
    }
    Ok(Outcome::Passed(format!("not checked, as rustup cannot install them: {}", missing.join(", "))))
}

fn locked() -> &'static [&'static str] {
    if in_ci() { &["--locked"] } else { &[] }
}

fn clippy() -> Result<Outcome, Failure> {
    Tool::cargo()
        .args(["clippy", "--workspace", "--all-targets"])
        .args(locked())
        .args(["--", "-Dwarnings"])
        .run(MEND)?;
    passed()
}

fn clippy_wasm() -> Result<Outcome, Failure> {
    let workspace = Workspace::load()?;
    let lint = || Tool::cargo().args(["clippy", "--target", "wasm32-wasip2"]);
    let portable: Vec<_> = workspace.packages.iter().filter(|package| package.portable()).collect();
    let mut all = lint();
    for package in &portable {
        all = all.args(["--package", &package.name]);
    }
    all.args(["--", "-Dwarnings"]).run(MEND)?;
    let mut backends = 0;
    for package in portable {
        for backend in package.features.iter().filter(|feature| BACKENDS.contains(&feature.as_str())) {
            lint().args(["--package", &package.name, "--features", backend, "--", "-Dwarnings"]).run(MEND)?;
            backends += 1;
        }
    }
    Ok(Outcome::Passed(format!("{backends} builds with another backend")))
}

fn tests() -> Result<Outcome, Failure> {
    toolchain::need_wasm()?;
    let all = ["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"];
    let mut tests = Tool::cargo().args(all).args(locked());
    if FULL.load(Relaxed) {
        tests = tests.env("MCP_FULL", "1");
    }
    counted(tests, ALONE_AGAIN)
}

fn loom() -> Result<Outcome, Failure> {
    let target = Workspace::load()?.target.join("loom");
    let models = Tool::cargo()
        .args(["test", "--lib"])
        .args(locked())
        .args(MODELLED.iter().flat_map(|package| ["--package", package]))
        // A directory of its own: the flag concerns every package, and nothing else is to be built again.
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTFLAGS", "--cfg mcp_loom");
    counted(models, "run the failed model alone, with the same RUSTFLAGS: cargo test -p PACKAGE --lib NAME")
}

fn doctests() -> Result<Outcome, Failure> {
    let all = ["test", "--workspace", "--doc", "--no-fail-fast"];
    counted(Tool::cargo().args(all).args(locked()), ALONE_AGAIN)
}

/// Runs `cargo test` and adds up what its programs report.
fn counted(test: Tool, next: &str) -> Result<Outcome, Failure> {
    let mut total = 0;
    test.each_line(next, |line| {
        println!("{line}");
        total += passed_in(line);
    })?;
    Ok(Outcome::Passed(format!("{total} tests")))
}

/// The count in `test result: ok. 12 passed; …`.
fn passed_in(line: &str) -> u32 {
    let count = line.strip_prefix("test result: ").and_then(|rest| {
        let (before, _) = rest.split_once(" passed")?;
        before.rsplit(' ').next()?.parse().ok()
    });
    count.unwrap_or(0)
}

fn docs() -> Result<Outcome, Failure> {
    // Programs are left out: an example may have the name of a library, and the harness pulls in wasmtime.
    Tool::cargo()
        .args(["doc", "--workspace", "--no-deps", "--lib", "--exclude", "harness"])
        .env("RUSTDOCFLAGS", "-Dwarnings")
        .run(MEND)?;
    passed()
}

fn api_step() -> Result<Outcome, Failure> {
    api::run(&[])?;
    passed()
}

/// Packages what is for crates.io, as publishing would, up to the upload. It needs the registry's index and no token.
///
/// What is packaged is not built again: `features` has built the same source, each crate without what others turn on.
fn publish() -> Result<Outcome, Failure> {
    let mut publish =
        Tool::cargo().args(["publish", "--workspace", "--dry-run", "--no-verify"]).args(locked());
    if !in_ci() {
        // Before a commit there are changes.
        publish = publish.args(["--allow-dirty"]);
    }
    publish.run(MEND)?;
    let workspace = Workspace::load()?;
    let number = workspace.packages.iter().filter(|package| package.published).count();
    Ok(Outcome::Passed(format!("{number} crates")))
}

fn demo_step() -> Result<Outcome, Failure> {
    demo::with_the_tests()?;
    passed()
}

fn size_step() -> Result<Outcome, Failure> {
    if !npm::available() {
        return Ok(Outcome::Skipped(npm::MISSING.to_owned()));
    }
    size::run(&[])?;
    passed()
}

fn shipped_step() -> Result<Outcome, Failure> {
    if !npm::available() {
        return Ok(Outcome::Skipped(npm::MISSING.to_owned()));
    }
    Ok(Outcome::Passed(format!("{} components", shipped::check()?)))
}

fn interop_step() -> Result<Outcome, Failure> {
    if !npm::available() {
        return Ok(Outcome::Skipped(npm::MISSING.to_owned()));
    }
    Ok(match interop::check(&[])? {
        Some(why) => Outcome::Skipped(why),
        None => Outcome::Passed(String::new()),
    })
}

fn auth_step() -> Result<Outcome, Failure> {
    if !npm::available() {
        return Ok(Outcome::Skipped(npm::MISSING.to_owned()));
    }
    auth::run(&[])?;
    passed()
}

fn conformance_step() -> Result<Outcome, Failure> {
    if !npm::available() {
        return Ok(Outcome::Skipped(npm::MISSING.to_owned()));
    }
    Ok(Outcome::Passed(format!("{} checks", conformance::check(&[])?)))
}

fn attack_step() -> Result<Outcome, Failure> {
    let full = FULL.load(Relaxed).then(|| "--full".to_owned());
    attack::run(full.as_slice())?;
    passed()
}

fn deny() -> Result<Outcome, Failure> {
    if !Tool::cargo().args(["deny", "--version"]).works() {
        // Not a reason to fail in CI: it takes longer to install than all of the above to run.
        return Ok(Outcome::Passed("not run: cargo-deny is not installed".to_owned()));
    }
    Tool::cargo().args(["deny", "check", "bans", "licenses", "sources"]).run(MEND)?;
    passed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_counted() {
        assert_eq!(passed_in("test result: ok. 12 passed; 0 failed; 0 ignored"), 12);
        assert_eq!(passed_in("test result: FAILED. 3 passed; 1 failed"), 3);
        assert_eq!(passed_in("running 12 tests"), 0);
    }
}
