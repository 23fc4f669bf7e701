//! The server that clients are tried with, on every target.

use crate::failure::Failure;
use crate::listener::Listener;
use crate::workspace::Workspace;

/// Its package, in `tests/programs`.
pub const SERVER: &str = "clients";

/// A key for what is sealed: instances that live for one request share it.
pub const KEY_VARIABLE: (&str, &str) =
    ("MCP_STATE_KEY", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

/// The names of the targets.
pub const NATIVE_STDIO: &str = "native stdio";
pub const NATIVE_HTTP: &str = "native HTTP";
pub const WASI_STDIO: &str = "wasi stdio";
pub const WASI_HTTP: &str = "wasi:http";

/// A server, on one target.
pub struct Server {
    /// The target.
    pub name: &'static str,
    /// Its command, or its URL.
    pub words: Vec<String>,
    /// Its process, where it listens.
    _listener: Option<Listener>,
}

/// Builds the server and starts what listens.
pub fn all(workspace: &Workspace) -> Result<Vec<Server>, Failure> {
    let native = workspace.build(SERVER, false)?.display().to_string();
    let component = workspace.build(SERVER, true)?.display().to_string();
    let run = workspace.wasi_run()?.display().to_string();
    let stdio = |name, words| Server { name, words, _listener: None };
    let [native_http, wasi_http] = listening(workspace, &[], &[])?;
    let (native, component) = (stdio(NATIVE_STDIO, vec![native]), stdio(WASI_STDIO, vec![run, component]));
    Ok(vec![native, native_http, component, wasi_http])
}

/// The same over HTTP only, for pages of that origin.
pub fn for_pages(workspace: &Workspace, origin: &str) -> Result<[Server; 2], Failure> {
    listening(workspace, &["--allow-origin", origin], &["--env", &format!("MCP_ORIGINS={origin}")])
}

/// A native server and a component that listen, with more arguments for each.
fn listening(workspace: &Workspace, native: &[&str], component: &[&str]) -> Result<[Server; 2], Failure> {
    let server = workspace.build(SERVER, false)?.display().to_string();
    let wasm = workspace.build(SERVER, true)?.display().to_string();
    // A fresh instance for each request, as most hosts do it.
    let serve = workspace.wasi_serve()?.display().to_string();
    let (variable, key) = KEY_VARIABLE;
    let key = format!("{variable}={key}");
    Ok([
        start(NATIVE_HTTP, [&[&server, "--http", "127.0.0.1:0"], native].concat())?,
        start(WASI_HTTP, [&[&serve, "--env", &key], component, &[&wasm]].concat())?,
    ])
}

fn start(name: &'static str, words: Vec<&str>) -> Result<Server, Failure> {
    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    let listener = Listener::start(name, &words)?;
    Ok(Server { name, words: vec![listener.url.clone()], _listener: Some(listener) })
}
