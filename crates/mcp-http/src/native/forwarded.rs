//! Which client a proxy forwards a request for: `Forwarded` (RFC 7239) and `X-Forwarded-For`.
//!
//! Each proxy adds an element for the other end of its connection. So the last element is known to be right when the proxy at
//! the end of this connection is trusted, the one before it when that last address is a trusted proxy, too, and so on. The
//! first address, from the right, that is no trusted proxy is the client's. All before it can be made up by the client.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper::header::{FORWARDED, HeaderMap, HeaderName, HeaderValue};

use super::cidr::TrustedProxies;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client that a trusted proxy forwards a request for; the last one that is known, if the fields do not say.
/// The port is 0 where they name none. The address of the proxy, if both fields are there and differ: one of them may come from
/// the client.
pub(super) fn client_of(fields: &HeaderMap, proxy: SocketAddr, trusted: &TrustedProxies) -> SocketAddr {
    let lines = |name| fields.get_all(name).iter().rev().map(HeaderValue::as_bytes);
    let elements = lines(FORWARDED).flat_map(|line| Elements(Some(line)));
    let standard = follow(elements.map(forwarded_for), proxy, trusted);
    let elements = lines(X_FORWARDED_FOR).flat_map(|line| line.rsplit(|byte| *byte == b','));
    let usual = follow(elements.map(address), proxy, trusted);
    match (standard, usual) {
        (Some(one), Some(other)) if one.ip().to_canonical() != other.ip().to_canonical() => proxy,
        (Some(client), _) | (None, Some(client)) => client,
        (None, None) => proxy,
    }
}

/// The first address that is no trusted proxy, or the last one that is known. `None`: there is no element.
fn follow(
    addresses: impl Iterator<Item = Option<SocketAddr>>,
    proxy: SocketAddr,
    trusted: &TrustedProxies,
) -> Option<SocketAddr> {
    let mut known = None;
    for address in addresses {
        let Some(address) = address else { return Some(known.unwrap_or(proxy)) };
        known = Some(address);
        if !trusted.contain(address.ip()) {
            break;
        }
    }
    known
}

/// The elements of a line of `Forwarded`, the last one first. They are read from the end, where a trusted proxy wrote: so a
/// quotation mark that a client has not closed does not change what follows it.
struct Elements<'l>(Option<&'l [u8]>);

impl<'l> Iterator for Elements<'l> {
    type Item = &'l [u8];

    fn next(&mut self) -> Option<&'l [u8]> {
        let line = self.0.take()?;
        let mut quoted = false;
        for (at, byte) in line.iter().enumerate().rev() {
            match byte {
                b'"' => quoted = !quoted || is_escaped(line, at),
                b',' if !quoted => {
                    self.0 = line.get(..at);
                    return line.get(at + 1..);
                }
                _ => {}
            }
        }
        Some(line)
    }
}

/// Whether an odd number of backslashes stands before a byte.
fn is_escaped(line: &[u8], at: usize) -> bool {
    let before = line.iter().take(at).rev();
    before.take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The address that an element of `Forwarded` names with `for`; `None` when it names none, hides it, or is malformed.
fn forwarded_for(element: &[u8]) -> Option<SocketAddr> {
    let mut rest = element.trim_ascii();
    let mut client = None;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(b";") {
            rest = after.trim_ascii_start();
            continue;
        }
        let (name, after) = token(rest)?;
        let (value, after) = value(after.strip_prefix(b"=")?)?;
        if name.eq_ignore_ascii_case(b"for") && client.replace(value).is_some() {
            return None;
        }
        rest = after.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b";") {
            return None;
        }
    }
    node(str::from_utf8(&client?).ok()?)
}

/// A token (RFC 9110, 5.6.2), and what follows it.
fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_in = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    let length = text.iter().take_while(|byte| is_in(byte)).count();
    text.split_at_checked(length).filter(|(token, _)| !token.is_empty())
}

/// A token or a quoted string (RFC 9110, 5.6.4), and what follows it.
fn value(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        return token(text).map(|(token, after)| (token.into(), after));
    };
    let mut value = Vec::new();
    let mut bytes = quoted.iter();
    loop {
        match bytes.next()? {
            b'"' => return Some((value.into(), bytes.as_slice())),
            b'\\' => value.push(*bytes.next()?),
            byte => value.push(*byte),
        }
    }
}

/// An element of `X-Forwarded-For`: an address, also with a port.
fn address(element: &[u8]) -> Option<SocketAddr> {
    let text = str::from_utf8(element.trim_ascii()).ok()?;
    match text.parse::<Ipv6Addr>() {
        Ok(address) => Some((address, 0).into()),
        Err(_) => node(text),
    }
}

/// A node (RFC 7239, 6) that is an address: IPv4, or IPv6 in brackets; also with a port.
fn node(text: &str) -> Option<SocketAddr> {
    let (address, rest): (IpAddr, &str) = match text.strip_prefix('[') {
        Some(text) => {
            let (address, rest) = text.split_once(']')?;
            (address.parse::<Ipv6Addr>().ok()?.into(), rest)
        }
        None => {
            let (address, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
            (address.parse::<Ipv4Addr>().ok()?.into(), rest)
        }
    };
    let port = if rest.is_empty() { 0 } else { port(rest.strip_prefix(':')?)? };
    Some((address, port).into())
}

/// A port; 0 for one that is hidden (`_x`).
fn port(text: &str) -> Option<u16> {
    match text.strip_prefix('_') {
        Some(hidden) => {
            let is_in = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            (!hidden.is_empty() && hidden.bytes().all(is_in)).then_some(0)
        }
        None => text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?,
    }
}

#[cfg(test)]
mod tests;
