//! A page in Chromium that is a client, from another origin than the server's.

use std::net::TcpListener;
use std::path::PathBuf;

use super::client::Programs;
use super::server;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// The name under which it runs with everything else.
pub const NAME: &str = "browser";

/// What a person without it reads.
pub const MISSING: &str = "chromium is not installed (Debian: chromium)";

/// The path of Chromium, if it is installed.
pub fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("chromium")).find(|program| program.is_file())
}

/// Conversations with a native server and a component that admit the page's origin, and with another page, which is refused.
pub fn check(programs: &Programs, workspace: &Workspace, chromium: &PathBuf) -> Result<(), Failure> {
    let port = free_port()?;
    let servers = server::for_pages(workspace, &format!("http://page.localhost:{port}"))?;
    let urls = servers.iter().flat_map(|server| &server.words);
    let script = programs.node_script("browser.mjs").args([chromium]).args([&port.to_string()]).args(urls);
    programs.show("a page in Chromium", script)
}

/// A port for the page: the servers get its origin as an argument, before it is served.
fn free_port() -> Result<u16, Failure> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    port.map(|address| address.port())
        .map_err(|e| Failure::new(e.to_string(), "127.0.0.1", "see whether the loopback interface is up"))
}
