//! What stands for a client whose address is known.

use core::net::{IpAddr, Ipv6Addr};

/// What stands for a client in accounts of who holds how much: its address or, with IPv6, where one client has many, that of
/// its network of 64 bits.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::network_of;

    #[test]
    fn addresses_of_one_network_stand_for_one_client() {
        for (address, network) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::1", "::"),
        ] {
            assert_eq!(network_of(address.parse().unwrap()), network.parse::<core::net::IpAddr>().unwrap());
        }
    }
}
