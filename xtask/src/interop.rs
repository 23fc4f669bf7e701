//! `cargo xtask interop`: the official Inspector and the official TypeScript client, run against our server
//! as a native process and as a component, over stdio and over HTTP.
//!
//! The packages are locked in `tests/interop` and are installed into `target/interop`, with a Node.js of
//! their own, because the Inspector needs a newer one than many machines have.

use std::path::PathBuf;

use serde_json::Value;

use crate::failure::Failure;
use crate::listener::Listener;
use crate::tool::Tool;
use crate::workspace::{Workspace, root};
use crate::{npm, toolchain};

/// Has the tools `add` (a, b: number) and `divide` (a, b: number, giving `quotient` and `remainder`).
const SERVER: &str = "calculator";

/// Runs the command.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if let Some(argument) = arguments.first() {
        return Err(Failure::new(
            format!("unknown argument {argument}"),
            "cargo xtask interop",
            "leave it out",
        ));
    }
    toolchain::need_wasm()?;
    let workspace = Workspace::load()?;
    let modules = npm::install("tests/interop", &workspace.target.join("interop"))?;
    let native = vec![workspace.build(SERVER, false)?.display().to_string()];
    let component = workspace.build(SERVER, true)?.display().to_string();
    let wasm = vec![workspace.wasi_run()?.display().to_string(), component.clone()];
    let clients = Clients { home: workspace.target.join("interop"), modules };
    for (name, command) in [("native", &native), ("wasm", &wasm)] {
        for era in ["legacy", "modern"] {
            println!("\n{name:7} Inspector, {era}: three calls, each by a new process");
            clients.inspector(name, era, command)?;
        }
        clients.typescript(name, command)?;
    }
    let address = ["--http", "127.0.0.1:0"].map(str::to_owned);
    let native = [native.as_slice(), &address].concat();
    // A fresh instance for each request, as most hosts do it.
    let host = workspace.wasi_run()?.with_file_name(format!("wasi-serve{}", std::env::consts::EXE_SUFFIX));
    let fresh = vec![host.display().to_string(), component];
    for (name, command) in [("native", &native), ("wasm", &fresh)] {
        let listener = Listener::start(name, command)?;
        clients.typescript(name, std::slice::from_ref(&listener.url))?;
    }
    println!(
        "\nInspector and TypeScript client: both work with {SERVER}, native and as a component, the client over HTTP too."
    );
    Ok(())
}

struct Clients {
    home: PathBuf,
    modules: PathBuf,
}

impl Clients {
    fn node(&self) -> Tool {
        // The Inspector keeps a catalogue and tokens in the home directory; not in a person's own.
        Tool::new(self.modules.join("node/bin/node")).dir(&self.home).env("HOME", &self.home)
    }

    /// The Inspector without its window: lists the tools and calls two.
    fn inspector(&self, name: &str, era: &str, command: &[String]) -> Result<(), Failure> {
        let list = self.inspect(era, command, &["--method", "tools/list"])?;
        let tools = list["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
        let named = |wanted: &str| tools.iter().any(|tool| tool["name"] == wanted);
        expect(named("add") && named("divide"), "tools/list", era, name, &list)?;

        let sum = self.call(era, command, "add", &["a=1", "b=2"])?;
        expect(text_is(&sum, 3.0), "tools/call add", era, name, &sum)?;

        let quotient = self.call(era, command, "divide", &["a=7", "b=2"])?;
        let right = quotient["structuredContent"]["quotient"].as_f64() == Some(3.0);
        expect(right, "tools/call divide", era, name, &quotient)
    }

    fn call(&self, era: &str, command: &[String], tool: &str, arguments: &[&str]) -> Result<Value, Failure> {
        let mut words = vec!["--method", "tools/call", "--tool-name", tool];
        for argument in arguments {
            words.extend(["--tool-arg", argument]);
        }
        self.inspect(era, command, &words)
    }

    fn inspect(&self, era: &str, command: &[String], words: &[&str]) -> Result<Value, Failure> {
        let launcher = self.modules.join("@modelcontextprotocol/inspector/clients/launcher/build/index.js");
        let output = self
            .node()
            .args([launcher.as_os_str(), "--cli".as_ref()])
            .args(command)
            .args(["--protocol-era", era, "--format", "json", "--quiet"])
            .args(words)
            .output(
                "start the server by hand and send it the same request; the Inspector's words are above",
            )?;
        serde_json::from_str(&output).map(unwrapped).map_err(|e| {
            Failure::new(format!("not JSON ({e}): {output}"), "the Inspector", "see its output above")
        })
    }

    /// The TypeScript client: a script lists and calls in both eras and checks what it gets.
    fn typescript(&self, name: &str, command: &[String]) -> Result<(), Failure> {
        let script = self.home.join("client.mjs");
        std::fs::copy(root().join("tests/interop/client.mjs"), &script)
            .map_err(|e| Failure::new(e.to_string(), script.display(), "check the disk and permissions"))?;
        println!("\n{name:7} TypeScript client: {}", command.join(" "));
        let output = self.node().args([&script]).args(command).output("see what the client says above")?;
        for line in output.lines() {
            println!("{name:7} {line}");
        }
        Ok(())
    }
}

/// The Inspector may wrap the result of a method.
fn unwrapped(mut value: Value) -> Value {
    if value.get("result").is_some_and(Value::is_object) { value["result"].take() } else { value }
}

fn text_is(result: &Value, number: f64) -> bool {
    let text = result["content"][0]["text"].as_str().and_then(|text| text.parse::<f64>().ok());
    result["isError"] != true && text == Some(number)
}

fn expect(right: bool, what: &str, era: &str, name: &str, result: &Value) -> Result<(), Failure> {
    if right {
        println!("{name:7} Inspector, {era}: {what}");
        return Ok(());
    }
    let message = format!("{what} gave {result}");
    Err(Failure::new(
        message,
        format!("Inspector, {era}, {SERVER} {name}"),
        "compare with tests/interop/client.mjs",
    ))
}
