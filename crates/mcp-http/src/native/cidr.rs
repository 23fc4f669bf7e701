//! Networks of IP addresses, and the proxies that are trusted.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

/// How many bits of an IPv6 address are the same for all that stand for IPv4 addresses.
const MAPPED: u8 = 96;

/// A network of IP addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`. An address without a length, such as
/// `192.0.2.1`, is a network of one.
///
/// IPv4 and IPv6 are apart: `::/0` holds no IPv4 address. An IPv6 address that stands for one of IPv4 (`::ffff:192.0.2.1`)
/// counts as that one.
///
/// ```
/// # fn main() -> Result<(), pulseengine_mcp_http::native::InvalidCidr> {
/// use pulseengine_mcp_http::native::Cidr;
///
/// let network: Cidr = "10.0.0.0/8".parse()?;
/// assert!(network.contains([10, 1, 2, 3].into()));
/// let error = "10.0.0.1/8".parse::<Cidr>().unwrap_err();
/// assert_eq!(error.to_string(), "`10.0.0.1/8` is an address inside its network: write 10.0.0.0/8");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cidr(IpNet);

impl Cidr {
    /// Whether an address is in the network.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<IpAddr> for Cidr {
    /// The network of one address.
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical().into())
    }
}

impl FromStr for Cidr {
    type Err = InvalidCidr;

    fn from_str(text: &str) -> Result<Self, InvalidCidr> {
        let invalid = |reason| InvalidCidr { text: text.chars().take(QUOTED).collect(), reason };
        let Some((address, length)) = text.split_once('/') else {
            return text.parse().map(IpAddr::into).map_err(|_| invalid(Reason::Address));
        };
        let address: IpAddr = address.parse().map_err(|_| invalid(Reason::Address))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let length = length.parse().ok().filter(|length| digits && *length <= most);
        let network = length.and_then(|length| IpNet::new(address, length).ok());
        let network = network.ok_or_else(|| invalid(Reason::Length(most)))?;
        if network.addr() != network.network() {
            return Err(invalid(Reason::Inside(network.trunc())));
        }
        Ok(Self(of_ipv4(network).unwrap_or(network)))
    }
}

/// The network of IPv4 that a network of IPv6 stands for.
fn of_ipv4(network: IpNet) -> Option<IpNet> {
    let IpNet::V6(network) = network else { return None };
    let address = network.addr().to_ipv4_mapped()?;
    let length = network.prefix_len().checked_sub(MAPPED)?;
    Some(Ipv4Net::new(address, length).ok()?.into())
}

/// Characters of a text that an error quotes.
const QUOTED: usize = 64;

/// A text that is no network in CIDR notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidCidr {
    text: String,
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Address,
    /// The length is no number up to this one.
    Length(u8),
    /// Not the first address of the network, which is this one.
    Inside(IpNet),
}

impl fmt::Display for InvalidCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        match self.reason {
            Reason::Address => {
                write!(f, "`{text}` is no network of IP addresses: write e.g. 10.0.0.0/8 or 2001:db8::/32")
            }
            Reason::Length(most) => {
                write!(f, "`{text}` has a wrong length: write a number from 0 to {most} after the slash")
            }
            Reason::Inside(network) => {
                write!(f, "`{text}` is an address inside its network: write {network}")
            }
        }
    }
}

impl Error for InvalidCidr {}

/// The proxies that are trusted: what they say of their clients counts.
#[derive(Clone, Debug, Default)]
pub(super) struct TrustedProxies(Arc<[Cidr]>);

impl TrustedProxies {
    pub(super) fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

impl FromIterator<Cidr> for TrustedProxies {
    fn from_iter<I: IntoIterator<Item = Cidr>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::Cidr;

    #[test]
    fn networks_are_read() {
        for (text, network, inside, outside) in [
            ("10.0.0.0/8", "10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("192.0.2.1", "192.0.2.1/32", "::ffff:192.0.2.1", "192.0.2.2"),
            ("192.0.2.0/31", "192.0.2.0/31", "192.0.2.1", "192.0.2.2"),
            ("0.0.0.0/0", "0.0.0.0/0", "203.0.113.1", "::1"),
            ("::/0", "::/0", "2001:db8::1", "::ffff:192.0.2.1"),
            ("2001:db8::/32", "2001:db8::/32", "2001:db8:1::", "2001:db9::"),
            ("::1", "::1/128", "::1", "::2"),
            ("::ffff:192.0.2.0/120", "192.0.2.0/24", "192.0.2.9", "192.0.3.0"),
            ("::ffff:192.0.2.1", "192.0.2.1/32", "192.0.2.1", "192.0.2.0"),
        ] {
            let read: Cidr = text.parse().unwrap();
            assert_eq!(read.to_string(), network);
            assert!(read.contains(inside.parse().unwrap()), "{text} {inside}");
            assert!(!read.contains(outside.parse().unwrap()), "{text} {outside}");
        }
    }

    #[test]
    fn an_error_says_what_to_write() {
        for (text, message) in [
            ("", "`` is no network of IP addresses: write e.g. 10.0.0.0/8 or 2001:db8::/32"),
            ("proxy", "`proxy` is no network of IP addresses: write e.g. 10.0.0.0/8 or 2001:db8::/32"),
            ("10.0.0/8", "`10.0.0/8` is no network of IP addresses: write e.g. 10.0.0.0/8 or 2001:db8::/32"),
            ("10.0.0.0/33", "`10.0.0.0/33` has a wrong length: write a number from 0 to 32 after the slash"),
            ("10.0.0.0/", "`10.0.0.0/` has a wrong length: write a number from 0 to 32 after the slash"),
            ("10.0.0.0/+8", "`10.0.0.0/+8` has a wrong length: write a number from 0 to 32 after the slash"),
            ("::/129", "`::/129` has a wrong length: write a number from 0 to 128 after the slash"),
            ("10.1.0.0/8", "`10.1.0.0/8` is an address inside its network: write 10.0.0.0/8"),
            ("2001:db8::1/32", "`2001:db8::1/32` is an address inside its network: write 2001:db8::/32"),
        ] {
            assert_eq!(text.parse::<Cidr>().unwrap_err().to_string(), message);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_network_or_an_error(text in "[0-9a-f:./]{0,24}|.{0,80}") {
            match text.parse::<Cidr>() {
                Ok(network) => prop_assert_eq!(network.to_string().parse::<Cidr>(), Ok(network)),
                Err(error) => prop_assert!(error.to_string().len() < 400),
            }
        }

        #[test]
        fn a_network_holds_what_begins_with_its_bits(four: u32, other: u32, six: u128, length in 0u8..=32) {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            let network: Cidr = format!("{}/{length}", Ipv4Addr::from_bits(four & mask)).parse().unwrap();
            let address = Ipv4Addr::from_bits(other);
            prop_assert_eq!(network.contains(address.into()), other & mask == four & mask);
            prop_assert_eq!(network.contains(IpAddr::V6(address.to_ipv6_mapped())), other & mask == four & mask);
            let mask = u128::MAX << (128 - u32::from(length) - 1);
            let first = Ipv6Addr::from_bits(six & mask);
            prop_assume!(first.to_ipv4_mapped().is_none());
            let network: Cidr = format!("{first}/{}", length + 1).parse().unwrap();
            prop_assert!(network.contains(Ipv6Addr::from_bits(six).into()));
            prop_assert!(!network.contains(Ipv6Addr::from_bits(six ^ 1 << 127).into()));
        }
    }
}
