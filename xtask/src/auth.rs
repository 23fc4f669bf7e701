//! `cargo xtask auth`: the official TypeScript client and the official Inspector go from 401 to step-up against `secured`,
//! natively and as a component, with tokens of an authorization server that is not ours (`oidc-provider`).
//!
//! The packages are locked in `tests/auth-server` and installed into `target/auth`; the Inspector is that of `interop`.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::listener::Listener;
use crate::tool::Tool;
use crate::workspace::{Workspace, root};
use crate::{npm, toolchain};

/// Has tools with scopes.
const SERVER: &str = "secured";

/// The folder of the scripts.
const FOLDER: &str = "tests/auth-server";

/// The scripts: the authorization server, and what is run against a server that requires tokens.
const SCRIPTS: [&str; 5] = ["server.mjs", "browser.mjs", "checks.mjs", "client.mjs", "inspector.mjs"];

/// Resources of the authorization server that are not the server under test.
const OTHER: &str = "https://other.example.com/mcp";
const OTHER_OPAQUE: &str = "https://other.example.com/opaque";

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if let Some(argument) = arguments.first() {
        return Err(Failure::new(format!("unknown argument {argument}"), "cargo xtask auth", "leave it out"));
    }
    toolchain::need_wasm()?;
    let workspace = Workspace::load()?;
    let programs = Programs::install(&workspace)?;
    let commands = commands(&workspace)?;
    let mut served = Vec::new();
    for (target, command) in &commands {
        for format in [Format::Jwt, Format::Opaque] {
            served.push(Served::new(target, format, command.clone())?);
        }
    }
    let issuer = programs.authorization_server(&served)?;
    for server in &served {
        programs.check(server, issuer.url.trim_end_matches("/mcp"))?;
    }
    println!("\nTypeScript client and Inspector: both authenticate at {SERVER}, native and as a component.");
    Ok(())
}

/// What the server runs as, and its command. Components are served with a fresh instance for each request under WASI 0.2, and
/// some requests to an instance under 0.3, as most hosts do it.
fn commands(workspace: &Workspace) -> Result<[(&'static str, Vec<String>); 3], Failure> {
    let native = workspace.build(SERVER, false)?.display().to_string();
    let host = workspace.wasi_serve()?.display().to_string();
    let component = |name: &str, features: &[&str]| {
        let built = workspace.build_with(SERVER, features, true)?;
        // The next build has the same name.
        let kept = workspace.target.join("auth").join(name);
        std::fs::copy(&built, &kept)
            .map_err(|e| Failure::new(e.to_string(), built.display(), "check the disk and permissions"))?;
        Ok::<_, Failure>(vec![host.clone(), kept.display().to_string()])
    };
    Ok([
        ("native", vec![native]),
        ("WASI 0.2", component("wasip2.wasm", &[])?),
        ("WASI 0.3", component("wasip3.wasm", &["wasip3"])?),
    ])
}

/// What the access tokens are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Verified with the keys of the issuer.
    Jwt,
    /// Verified by introspection.
    Opaque,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }

    fn other(self) -> &'static str {
        match self {
            Self::Jwt => OTHER,
            Self::Opaque => OTHER_OPAQUE,
        }
    }
}

/// `secured`, as it will be served.
struct Served {
    target: &'static str,
    format: Format,
    port: u16,
    url: String,
    command: Vec<String>,
}

impl Served {
    fn new(target: &'static str, format: Format, command: Vec<String>) -> Result<Self, Failure> {
        let port = free_port()?;
        Ok(Self { target, format, port, url: format!("http://127.0.0.1:{port}/mcp"), command })
    }

    fn name(&self) -> String {
        format!("{}, {} tokens", self.target, self.format.name())
    }

    fn start(&self, issuer: &str) -> Result<Listener, Failure> {
        let mut environment = vec![("MCP_AUTH_RESOURCE", self.url.as_str()), ("MCP_AUTH_ISSUERS", issuer)];
        if self.format == Format::Opaque {
            environment.push(("MCP_AUTH_CLIENT_ID", "resource-server"));
            environment.push(("MCP_AUTH_CLIENT_SECRET", "resource-server-secret"));
        }
        let mut command = self.command.clone();
        match self.command.get(1) {
            None => command.extend(["--http".to_owned(), format!("127.0.0.1:{}", self.port)]),
            Some(_) => {
                let port = self.port.to_string();
                let mut options = vec!["--egress".to_owned(), "--port".to_owned(), port];
                for (name, value) in &environment {
                    options.extend(["--env".to_owned(), format!("{name}={value}")]);
                }
                command.splice(1..1, options);
                environment.clear();
            }
        }
        Listener::start_with(&self.name(), &command, &environment)
    }
}

/// A port that is free now. The URL of a server has to be known before it listens.
fn free_port() -> Result<u16, Failure> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let failed = |e: std::io::Error| Failure::new(e.to_string(), "127.0.0.1:0", "see the message above");
    bound.map(|address| address.port()).map_err(failed)
}

/// Node.js with the scripts and the packages they use.
struct Programs {
    home: PathBuf,
    modules: PathBuf,
    inspector: PathBuf,
}

impl Programs {
    fn install(workspace: &Workspace) -> Result<Self, Failure> {
        let folder = workspace.target.join("auth");
        let modules = npm::install(FOLDER, &folder)?;
        let inspector = npm::install("tests/interop", &workspace.target.join("interop"))?
            .join("@modelcontextprotocol/inspector/clients/launcher/build/index.js");
        let trouble = |path: &Path| {
            let path = path.display().to_string();
            move |e: std::io::Error| Failure::new(e.to_string(), path, "check the disk and permissions")
        };
        for script in SCRIPTS {
            let from = root().join(FOLDER).join(script);
            std::fs::copy(&from, folder.join(script)).map_err(trouble(&from))?;
        }
        // The Inspector keeps tokens in the home directory; not in a person's own, and not those of the last run.
        let home = folder.join("home");
        if home.is_dir() {
            std::fs::remove_dir_all(&home).map_err(trouble(&home))?;
        }
        std::fs::create_dir_all(&home).map_err(trouble(&home))?;
        Ok(Self { home, modules, inspector })
    }

    fn script(&self, name: &str) -> PathBuf {
        self.modules.with_file_name(name)
    }

    fn node(&self) -> PathBuf {
        self.modules.join("node/bin/node")
    }

    fn authorization_server(&self, served: &[Served]) -> Result<Listener, Failure> {
        let of = |format: Format| served.iter().filter(move |server| server.format == format);
        let mut command =
            vec![self.node().display().to_string(), self.script("server.mjs").display().to_string()];
        command.extend(of(Format::Jwt).map(|server| server.url.clone()));
        command.extend([OTHER.to_owned(), "--opaque".to_owned()]);
        command.extend(of(Format::Opaque).map(|server| server.url.clone()));
        command.push(OTHER_OPAQUE.to_owned());
        Listener::start("oidc-provider", &command)
    }

    /// Runs all scripts against one server.
    fn check(&self, server: &Served, issuer: &str) -> Result<(), Failure> {
        let name = server.name();
        println!("\n{name}: {}", server.url);
        let _listener = server.start(issuer)?;
        let (format, other) = (server.format.name(), server.format.other());
        let url = server.url.as_str();
        self.run(&name, "checks.mjs", &[url, issuer, format, other])?;
        self.run(&name, "client.mjs", &[url, issuer])?;
        self.run(&name, "inspector.mjs", &[&self.inspector.display().to_string(), url, issuer])
    }

    fn run(&self, name: &str, script: &str, arguments: &[&str]) -> Result<(), Failure> {
        let script = self.script(script);
        let node = Tool::new(self.node()).env("HOME", &self.home).args([&script]).args(arguments);
        let output = node.output("see what the script says above; it can be run by hand")?;
        for line in output.lines() {
            println!("{name}: {line}");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_there() {
        let folder = root().join(FOLDER);
        for script in SCRIPTS {
            assert!(folder.join(script).is_file(), "{script}");
        }
    }
}
