//! Which addresses may be used: those of issuers, of their documents, and of the server itself.

use std::net::IpAddr;

/// The parts of an address that begins with `https://` or `http://`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    is_secure: bool,
    /// Scheme, host and port.
    pub(crate) origin: &'a str,
    /// Host and port.
    authority: &'a str,
    /// Without brackets, and without the dot that ends a full name.
    host: &'a str,
    /// Empty, or begins with a slash.
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
}

/// Domains of names that mean something inside of a network only (RFC 6761, RFC 6762, RFC 8375).
const INSIDE: &[&str] = &[".localhost", ".local", ".internal", ".home.arpa", ".localdomain"];

/// Characters of an address (RFC 3986), without those of a fragment and of a user's name.
fn is_admitted(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?[]!$&'()*+,;=%".contains(&byte)
}

impl<'a> Address<'a> {
    /// Takes an address apart; `None`: it is none, or has a user, a fragment or characters that do not belong there.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (is_secure, rest) = match text.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("http://")?),
        };
        if text.len() > 2_048 || !rest.bytes().all(is_admitted) {
            return None;
        }
        let (authority, _) = rest.split_at_checked(rest.find(['/', '?']).unwrap_or(rest.len()))?;
        let (origin, target) = text.split_at_checked(text.len() - rest.len() + authority.len())?;
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let host = match authority.strip_prefix('[') {
            Some(inside) => inside.split_once(']')?.0,
            None => authority.split(':').next()?,
        };
        let host = host.strip_suffix('.').unwrap_or(host);
        (!host.is_empty()).then_some(Self { is_secure, origin, authority, host, path, query })
    }

    fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Whether it is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost") || self.ip().is_some_and(|ip| ip.is_loopback())
    }

    /// Whether it may be used: by `https`, and on this machine by `http` too.
    pub(crate) fn is_safe(&self) -> bool {
        self.is_secure || self.is_loopback()
    }

    /// Whether it has a name that is known outside of its network: with a dot, and not in a domain that is kept for networks.
    fn is_public_name(&self) -> bool {
        let host = self.host.to_ascii_lowercase();
        let is_inside = INSIDE.iter().any(|domain| host.ends_with(domain));
        host.contains('.') && self.ip().is_none() && !is_inside
    }

    /// Whether an issuer at this address may name that address as one of its own. Names that are not public and bare IP addresses,
    /// which are inside of some network as a rule, are taken only from an issuer at the same host.
    pub(crate) fn may_name(&self, other: &Address<'_>) -> bool {
        let same_host = self.host.eq_ignore_ascii_case(other.host);
        let both_local = self.is_loopback() && other.is_loopback();
        other.is_safe() && (same_host || both_local || other.is_public_name())
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn addresses_are_taken_apart() {
        let address = Address::parse("https://as.example.com:8443/tenant/1?a=b").unwrap();
        assert_eq!((address.origin, address.host), ("https://as.example.com:8443", "as.example.com"));
        assert_eq!((address.path, address.query), ("/tenant/1", Some("a=b")));
        assert_eq!(Address::parse("http://[::1]:9/x").unwrap().host, "::1");
        for text in [
            "",
            "as.example.com",
            "ftp://a/",
            "https://",
            "https:///x",
            "https://u@a/",
            "https://a/#f",
            "https://a/ b",
            "HTTPS://a",
            "https://ä/",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_used_without_tls() {
        for (text, safe) in [
            ("https://as.example.com", true),
            ("http://as.example.com", false),
            ("http://localhost:3000", true),
            ("http://127.0.0.1", true),
            ("http://[::1]/", true),
            ("http://localhost.evil.com", false),
            ("http://127.0.0.1.nip.io", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(Address::parse(text).unwrap().is_safe(), safe, "{text}");
        }
    }

    #[test]
    fn an_issuer_names_no_address_inside_of_a_network() {
        let issuer = Address::parse("https://as.example.com").unwrap();
        for (text, may) in [
            ("https://as.example.com/jwks", true),
            ("https://keys.example.org/jwks", true),
            ("http://keys.example.org/jwks", false),
            ("https://169.254.169.254/latest", false),
            ("https://10.0.0.1/", false),
            ("https://[fd00::1]/", false),
            ("https://127.0.0.1/", false),
            ("http://localhost/", false),
            ("https://localhost./", false),
            ("https://as.localhost/", false),
            ("https://metadata/", false),
            ("https://metadata.google.internal./", false),
            ("https://[::ffff:127.0.0.1]/", false),
        ] {
            assert_eq!(issuer.may_name(&Address::parse(text).unwrap()), may, "{text}");
        }
        let local = Address::parse("http://127.0.0.1:9000").unwrap();
        assert!(local.may_name(&Address::parse("http://localhost:9000/jwks").unwrap()));
        assert!(!local.may_name(&Address::parse("http://10.0.0.1/jwks").unwrap()));
    }
}
