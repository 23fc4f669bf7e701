//! Addresses, in parts. Unusual forms are refused, so that no two programs can read one address differently.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why an address cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "not every backend has all of them")]
pub(crate) enum UrlError {
    Scheme,
    Credentials,
    OpenBracket,
    AfterBracket,
    Port,
    Ipv4,
    Ipv6,
    Host,
    Characters,
    /// No certificate can name its host.
    Certificate,
    /// The host of the component refuses it.
    Refused,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "it has to begin with http:// or https://",
            Self::Credentials => "it must not hold a name or password: send them in a header",
            Self::OpenBracket => "the bracket of its host is not closed",
            Self::AfterBracket => "something follows the bracket of its host",
            Self::Port => "its port has to be a number from 1 to 65535",
            Self::Ipv6 => "its IPv6 address is none",
            Self::Host => {
                "its host has to be a name of ASCII letters, digits, dots and hyphens, or an IP address"
            }
            Self::Ipv4 => "its IP address is none",
            Self::Characters => "it has characters that have to be written with %",
            Self::Certificate => "its host cannot have a certificate",
            Self::Refused => "the host of this component does not take it",
        })
    }
}

impl std::error::Error for UrlError {}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    pub(crate) secure: bool,
    /// Host and, unless it is the usual one, port: what the header `Host` says.
    pub(crate) authority: String,
    /// An IPv6 address is without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Begins with `/`.
    pub(crate) path_and_query: String,
}

impl Url {
    pub(crate) fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::Scheme)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(UrlError::Scheme),
        };
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (host, port) = split_port(authority)?;
        let usual = if secure { 443 } else { 80 };
        let port = port.map_or(Ok(usual), parse_port)?;
        let host = parse_host(host)?;
        if !path.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)) {
            return Err(UrlError::Characters);
        }
        let shown = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        Ok(Self {
            secure,
            authority: if port == usual { shown } else { format!("{shown}:{port}") },
            host,
            port,
            path_and_query: if path.starts_with('/') { path.to_owned() } else { format!("/{path}") },
        })
    }
}

/// An IPv6 address keeps its opening bracket, and loses the closing one.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), UrlError> {
    if authority.contains('@') {
        return Err(UrlError::Credentials);
    }
    if !authority.starts_with('[') {
        return Ok(authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))));
    }
    let (host, after) = authority.split_once(']').ok_or(UrlError::OpenBracket)?;
    match after.strip_prefix(':') {
        None if !after.is_empty() => Err(UrlError::AfterBracket),
        port => Ok((host, port)),
    }
}

fn parse_port(text: &str) -> Result<u16, UrlError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port > 0).ok_or(UrlError::Port)
}

fn parse_host(text: &str) -> Result<String, UrlError> {
    if let Some(address) = text.strip_prefix('[') {
        let address: Ipv6Addr = address.parse().map_err(|_| UrlError::Ipv6)?;
        return Ok(address.to_string());
    }
    let host = text.to_ascii_lowercase();
    let name = host.strip_suffix('.').unwrap_or(&host);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if name.len() > 253 || !name.split('.').all(is_label) {
        return Err(UrlError::Host);
    }
    // Systems read `127.1`, `0x7f000001` and the like as addresses; here an address has one spelling.
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.starts_with(|first: char| first.is_ascii_digit()) && host.parse::<Ipv4Addr>().is_err() {
        return Err(UrlError::Ipv4);
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (text, authority, host, port, path) in [
            ("http://a", "a", "a", 80, "/"),
            ("HTTP://A.Example:8080?q=1#part", "a.example:8080", "a.example", 8080, "/?q=1"),
            ("https://a:443/b%20c?d=/?", "a", "a", 443, "/b%20c?d=/?"),
            ("https://a:80/", "a:80", "a", 80, "/"),
            ("http://127.0.0.1:1/x", "127.0.0.1:1", "127.0.0.1", 1, "/x"),
            ("http://[::1]:81/", "[::1]:81", "::1", 81, "/"),
            ("http://[2001:DB8::1]", "[2001:db8::1]", "2001:db8::1", 80, "/"),
            ("http://a.example./", "a.example.", "a.example.", 80, "/"),
        ] {
            let url = Url::parse(text).unwrap();
            let got = (url.authority.as_str(), url.host.as_str(), url.port, url.path_and_query.as_str());
            assert_eq!(got, (authority, host, port, path), "{text}");
            assert_eq!(url.secure, text.to_lowercase().starts_with("https"), "{text}");
        }
    }

    #[test]
    fn unusual_addresses_are_refused() {
        for text in [
            "",
            "a",
            "/a",
            "//a/",
            "ftp://a/",
            "http:/a",
            "http://",
            "http:///a",
            "http://:80/",
            "http://a:/",
            "http://a:0/",
            "http://a:65536/",
            "http://a:+80/",
            "http://a:80:80/",
            "http://user@a/",
            "http://user:word@a/",
            "http://a b/",
            "http://a/b c",
            "http://a/\r\nx",
            "http://a\\b/",
            "http://a/\\b",
            "http://ä/",
            "http://a/ä",
            "http://a..b/",
            "http://.a/",
            "http://./",
            "http://127.1/",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://127.0.0.01/",
            "http://127.0.0.1./",
            "http://[::1/",
            "http://[::1]x/",
            "http://[1]/",
            "http://[::1%25lo]/",
            " http://a/",
        ] {
            assert!(Url::parse(text).is_err(), "{text:?}");
        }
    }

    fn whole(url: &Url) -> String {
        let scheme = if url.secure { "https" } else { "http" };
        format!("{scheme}://{}{}", url.authority, url.path_and_query)
    }

    proptest! {
        #[test]
        fn nothing_panics_and_what_is_taken_stays_the_same(text in "(http|https|x)?(://)?[ -~ä\\r\\n]{0,40}") {
            if let Ok(url) = Url::parse(&text) {
                prop_assert_eq!(Url::parse(&whole(&url)), Ok(url.clone()));
                let sent = format!("{}{}", url.authority, url.path_and_query);
                prop_assert!(sent.bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert!(!url.authority.contains(['/', '@', '?', '#', '\\']));
            }
        }

        #[test]
        fn names_and_paths_survive(host in "[a-z][a-z0-9-]{0,9}(\\.[a-z]{2,5}){0,2}", port in 1_u16.., path in "(/[a-z0-9%.~_-]{0,5}){0,3}") {
            let url = Url::parse(&format!("http://{host}:{port}{path}")).unwrap();
            prop_assert_eq!((&url.host, url.port), (&host, port));
            prop_assert_eq!(url.path_and_query, if path.is_empty() { "/" } else { &path });
        }
    }
}
