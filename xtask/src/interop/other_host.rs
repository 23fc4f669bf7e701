//! Components in a host that is not wasmtime: jco, on Node.

use super::client::Programs;
use super::server::{KEY_VARIABLE, SERVER};
use crate::failure::Failure;
use crate::workspace::Workspace;

/// The name under which it runs with everything else.
pub const NAME: &str = "jco";

/// On demand: the largest of our components.
pub const EVERYTHING: &str = "jco-everything";

/// A component, and a call of a tool of it: the tool, its arguments, the text of its result.
const HELLO: [&str; 4] = ["hello", "greet", r#"{"name":"Ada"}"#, "Hello, Ada!"];
const LARGE: [&str; 4] =
    ["everything", "test_simple_text", "{}", "This is a simple text response for testing."];

/// A conversation with `hello`, over wasi:http and stdio, and the TypeScript client with the server of all clients.
pub fn check(programs: &Programs, workspace: &Workspace) -> Result<(), Failure> {
    talk(programs, workspace, HELLO)?;
    let component = workspace.build(SERVER, true)?.display().to_string();
    let (variable, key) = KEY_VARIABLE;
    programs.show("jco", programs.node_script("jco.mjs").env(variable, key).args(["client", &component]))
}

/// The same conversation with `everything`.
pub fn check_everything(programs: &Programs, workspace: &Workspace) -> Result<(), Failure> {
    talk(programs, workspace, LARGE)
}

fn talk(programs: &Programs, workspace: &Workspace, words: [&str; 4]) -> Result<(), Failure> {
    let [package, call @ ..] = words;
    let component = workspace.build(package, true)?.display().to_string();
    let tool = programs.node_script("jco.mjs").args(["talk", &component]).args(call);
    programs.show(&format!("jco, {package}"), tool)
}
