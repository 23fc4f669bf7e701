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
  --trusted-proxy CIDR   believe proxies in this network, e.g. 10.0.0.0/8, which client a request comes from (Forwarded,
                         X-Forwarded-For)
  --proxy-protocol       expect the PROXY protocol, version 2, from them; no other may connect
  --help                 say this

--allow-host, --allow-origin and --trusted-proxy may be there several times. The environment variable MCP_TRUSTED_PROXIES
adds trusted proxies, separated by commas.
";

/// The environment variable with more trusted proxies.
pub(crate) const TRUSTED_PROXIES: &str = "MCP_TRUSTED_PROXIES";

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
    /// The networks of proxies that are trusted.
    pub(crate) proxies: Vec<String>,
    /// Whether these speak the PROXY protocol.
    pub(crate) proxy_protocol: bool,
}

/// Reads the arguments, and the value of [`TRUSTED_PROXIES`]; the error says what is wrong with them.
pub(crate) fn read(
    mut arguments: impl Iterator<Item = String>,
    trusted_proxies: Option<&str>,
) -> Result<Task, String> {
    let (mut address, mut cert, mut key) = (None, None, None);
    let (mut hosts, mut origins) = (Vec::new(), Vec::new());
    let (mut first, mut sse, mut proxy_protocol) = (None, false, false);
    let named = trusted_proxies.unwrap_or_default().split(',').map(str::trim);
    let mut proxies: Vec<String> = named.filter(|proxy| !proxy.is_empty()).map(str::to_owned).collect();
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
            "--trusted-proxy" => proxies.push(value()?),
            "--proxy-protocol" => proxy_protocol = true,
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
    if proxy_protocol && proxies.is_empty() {
        return Err("--proxy-protocol needs --trusted-proxy CIDR: only trusted proxies may connect".into());
    }
    Ok(Task::Http(Http { address, sse, hosts, origins, tls, proxies, proxy_protocol }))
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
        read(line.split_whitespace().map(str::to_owned), None)
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
            proxies: vec!["f".into(), "g".into()],
            proxy_protocol: true,
        };
        for (line, task) in [
            ("", Task::Stdio),
            ("--help", Task::Help),
            ("--http 127.0.0.1:0", Task::Http(plain)),
            (
                "--allow-host a --http [::1]:80 --sse --tls-key e --tls-cert d --allow-host b --allow-origin https://c \
                 --trusted-proxy f --proxy-protocol --trusted-proxy g",
                Task::Http(all),
            ),
        ] {
            assert_eq!(of(line), Ok(task), "{line}");
        }
    }

    #[test]
    fn the_environment_adds_trusted_proxies() {
        for (value, proxies) in [
            ("", [].as_slice(), ),
            (" , ", &[]),
            ("a", &["a"]),
            ("a, b,", &["a", "b"]),
        ] {
            let arguments = ["--http", "x", "--trusted-proxy", "c"].map(str::to_owned);
            let Ok(Task::Http(how)) = read(arguments.into_iter(), Some(value)) else { panic!("{value}") };
            assert_eq!(how.proxies, [proxies, &["c"]].concat());
            assert_eq!(read([].into_iter(), Some(value)), Ok(Task::Stdio));
        }
        let arguments = ["--http", "x", "--proxy-protocol"].map(str::to_owned);
        assert!(read(arguments.into_iter(), Some("a")).is_ok());
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
            ("--trusted-proxy a", "--trusted-proxy means something with --http only"),
            ("--http a --trusted-proxy", "--trusted-proxy needs a value"),
            (
                "--http a --proxy-protocol",
                "--proxy-protocol needs --trusted-proxy CIDR: only trusted proxies may connect",
            ),
        ] {
            assert_eq!(of(line), Err(message.to_owned()), "{line}");
        }
    }
}
