//! Runs the components that `cargo xtask size` leaves: what is shipped must answer, not only be small.

use serde_json::json;

use crate::demo::compare;
use crate::failure::Failure;
use crate::stdio::Server;
use crate::wire::stateless;
use crate::workspace::Workspace;

/// Asks every shipped component the same as the native program, and compares; how many components.
pub fn check() -> Result<usize, Failure> {
    let workspace = Workspace::load()?;
    let wasi_run = workspace.wasi_run()?.display().to_string();
    let mut checked = 0;
    for name in workspace.examples() {
        let native = answers(&name, &[workspace.build(&name, false)?.display().to_string()])?;
        for file in [format!("{name}.wasm"), format!("{name}.std.wasm")] {
            let path = workspace.target.join("size").join(&file);
            if !path.is_file() {
                return Err(Failure::new("it is not there", path.display(), "run `cargo xtask size` first"));
            }
            let wasm = answers(&file, &[wasi_run.clone(), path.display().to_string()])?;
            compare(&native, &wasm)?;
            println!("{file}: {} answers as the native {name}", wasm.len());
            checked += 1;
        }
    }
    Ok(checked)
}

fn answers(name: &str, command: &[String]) -> Result<Vec<String>, Failure> {
    let mut server = Server::start(name, command)?;
    let requests = [
        stateless(1, "server/discover", json!({})),
        stateless(2, "tools/list", json!({})),
        stateless(3, "tools/call", json!({"name": "there is no such tool", "arguments": {}})),
    ];
    let lines = requests.iter().map(|request| server.ask(request)).collect::<Result<_, _>>()?;
    server.finish()?;
    Ok(lines)
}
