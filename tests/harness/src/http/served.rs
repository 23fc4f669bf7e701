//! A program that serves over HTTP, whatever it is.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::failure::{Context, Failure, Result};
#[cfg(feature = "components")]
use crate::serve::{Options, Server};
use crate::{Program, Target, programs};

/// What a conversation needs of the instance that serves it. A process has it all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Nothing: each request may have an instance of its own.
    Nothing,
    /// It is there for all requests.
    Lasting,
    /// It also serves requests while others are under way, which WASI 0.2 cannot.
    Concurrent,
}

/// The ways of serving a program over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A process.
    Native,
    /// A component of WASI 0.2, an instance per request.
    Fresh,
    /// A component of WASI 0.2, one instance for all requests, one after the other.
    Lasting,
    /// A component of WASI 0.3, instances that each serve some requests, many at once.
    Pooled,
    /// A component of WASI 0.3, one instance for all requests, many at once.
    Concurrent,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Native, Self::Fresh, Self::Lasting, Self::Pooled, Self::Concurrent];

    /// Whether sessions are kept.
    pub fn has_sessions(self) -> bool {
        !matches!(self, Self::Fresh | Self::Pooled)
    }

    /// Whether it is what tables call so.
    pub fn is(self, whom: &str) -> bool {
        match whom {
            "native" => self == Self::Native,
            "host" => self != Self::Native,
            "0.2" => matches!(self, Self::Fresh | Self::Lasting),
            "0.3" => matches!(self, Self::Pooled | Self::Concurrent),
            "brief" => !self.has_sessions(),
            _ => false,
        }
    }

    /// Serves a program of this repository so.
    pub fn serve(self, program: &str) -> Result<Served> {
        let (target, needs) = match self {
            Self::Native => (Target::Native, Needs::Nothing),
            Self::Fresh => (Target::Wasm, Needs::Nothing),
            Self::Lasting => (Target::Wasm, Needs::Lasting),
            Self::Pooled => (Target::Wasip3, Needs::Nothing),
            Self::Concurrent => (Target::Wasip3, Needs::Concurrent),
        };
        Served::start(&programs::program(program, target)?, &[], needs)
    }
}

/// A program that serves over HTTP. Dropping it ends the program.
pub struct Served {
    address: SocketAddr,
    running: Running,
}

enum Running {
    Process(Child),
    #[cfg(feature = "components")]
    Component {
        _server: Server,
    },
}

impl Served {
    /// Starts `program`. A component has no arguments.
    pub fn start(program: &Program, args: &[String], needs: Needs) -> Result<Self> {
        if program.target() == Target::Native {
            return process(program, args);
        }
        component(program, needs)
    }

    /// Tells the process to stop, by SIGTERM, and waits until it has ended.
    pub fn terminate(mut self) -> Result<ExitStatus> {
        #[allow(irrefutable_let_patterns, reason = "without components there are only processes")]
        let Running::Process(child) = &mut self.running else {
            return Err(Failure::new("a component is no process"));
        };
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
        if !told.success() {
            return Err(Failure::new(format!("the process cannot be told to stop: {told}")));
        }
        Ok(child.wait()?)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

#[cfg(feature = "components")]
fn component(program: &Program, needs: Needs) -> Result<Served> {
    let options = match needs {
        // As a deployment has to: a question is answered to another instance.
        Needs::Nothing => {
            Options { env: vec![("MCP_STATE_KEY".into(), "5a".repeat(32))], ..Options::default() }
        }
        _ => Options::lasting(),
    };
    let server = Server::start(program.path(), &options)?;
    Ok(Served { address: server.address(), running: Running::Component { _server: server } })
}

#[cfg(not(feature = "components"))]
fn component(program: &Program, _: Needs) -> Result<Served> {
    Err(Failure::new(format!("{}: the harness was built without its host", program.target())))
}

fn process(program: &Program, args: &[String]) -> Result<Served> {
    let mut child = Command::new(program.path())
        .args(args)
        .args(["--http", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .because(|| format!("{} does not start", program.path().display()))?;
    let stderr = child.stderr.take().ok_or_else(|| Failure::new("standard error is missing"))?;
    let mut stderr = BufReader::new(stderr);
    let mut first = String::new();
    stderr.read_line(&mut first)?;
    let address = first.split("//").nth(1).and_then(|rest| rest.split('/').next()?.parse().ok());
    // What else it says is of interest when a test fails.
    std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::stderr()));
    let running = Running::Process(child);
    let Some(address) = address else {
        drop(Served { address: SocketAddr::from(([127, 0, 0, 1], 0)), running });
        return Err(Failure::new(format!("it does not say where it listens: {first:?}")));
    };
    Ok(Served { address, running })
}

impl Drop for Served {
    fn drop(&mut self) {
        #[allow(irrefutable_let_patterns, reason = "without components there are only processes")]
        if let Running::Process(child) = &mut self.running {
            // Both fail when it has ended already, which is what is wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
