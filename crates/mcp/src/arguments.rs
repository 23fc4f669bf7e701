//! The arguments of a native program.

/// The help text.
pub(crate) const USAGE: &str = "\
An MCP server.

Without arguments it serves one client over standard input and output.

  --http ADDRESS         serve over HTTP at ADDRESS, e.g. 127.0.0.1:8080, path /mcp; port 0: any that is free
  --sse                  also by HTTP with SSE, for old clients: stream at /sse, messages to /messages
  --allow-host NAME      answer to requests for this host, besides those of this machine
  --allow-origin ORIGIN  answer to web pages of this origin, e.g. https://app.example.com
  --tls-cert FILE        speak TLS, with this certificate (PEM)
  --tls-key FILE         and this private key (PEM)
  --help                 say this

--allow-host and --allow-origin may be there several times.
";

/// The task that the arguments select.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Serve one client over standard input and output.
    Stdio,
    /// Serve over HTTP.
    Http(Http),
    /// Print the help text.
    Help,
}

/// How to serve over HTTP.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Http {
    /// Where to listen.
    pub(crate) address: String,
    /// Whether to serve the transport of 2024-11-05 too.
    pub(crate) sse: bool,
    pub(crate) hosts: Vec<String>,
    pub(crate) origins: Vec<String>,
    /// The files with the certificate and the key.
    pub(crate) tls: Option<(String, String)>,
}

/// Reads the arguments; the error says what is wrong with them.
pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Task, String> {
    let (mut address, mut cert, mut key) = (None, None, None);
    let (mut hosts, mut origins) = (Vec::new(), Vec::new());
    let (mut first, mut sse) = (None, false);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(Task::Help),
            "--http" => once(&mut address, &argument, value()?)?,
            "--sse" => sse = true,
            "--allow-host" => hosts.push(value()?),
            "--allow-origin" => origins.push(value()?),
            "--tls-cert" => once(&mut cert, &argument, value()?)?,
            "--tls-key" => once(&mut key, &argument, value()?)?,
            _ => return Err(format!("unknown argument: {argument}")),
        }
        first.get_or_insert(argument);
    }
    let Some(address) = address else {
        return match first {
            None => Ok(Task::Stdio),
            Some(first) => Err(format!("{first} means something with --http only")),
        };
    };
    let tls = match (cert, key) {
        (Some(cert), Some(key)) => Some((cert, key)),
        (None, None) => None,
        _ => return Err("--tls-cert and --tls-key go together".into()),
    };
    Ok(Task::Http(Http { address, sse, hosts, origins, tls }))
}

fn once(slot: &mut Option<String>, argument: &str, value: String) -> Result<(), String> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("{argument} is there twice")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Task, String> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_are_read() {
        let plain = Http { address: "127.0.0.1:0".into(), ..Http::default() };
        let all = Http {
            address: "[::1]:80".into(),
            sse: true,
            hosts: vec!["a".into(), "b".into()],
            origins: vec!["https://c".into()],
            tls: Some(("d".into(), "e".into())),
        };
        for (line, task) in [
            ("", Task::Stdio),
            ("--help", Task::Help),
            ("--http 127.0.0.1:0", Task::Http(plain)),
            (
                "--allow-host a --http [::1]:80 --sse --tls-key e --tls-cert d --allow-host b --allow-origin https://c",
                Task::Http(all),
            ),
        ] {
            assert_eq!(of(line), Ok(task), "{line}");
        }
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for (line, message) in [
            ("stdio", "unknown argument: stdio"),
            ("--http", "--http needs a value"),
            ("--http a --http b", "--http is there twice"),
            ("--sse", "--sse means something with --http only"),
            ("--allow-host a", "--allow-host means something with --http only"),
            ("--http a --tls-cert b", "--tls-cert and --tls-key go together"),
        ] {
            assert_eq!(of(line), Err(message.to_owned()), "{line}");
        }
    }
}
