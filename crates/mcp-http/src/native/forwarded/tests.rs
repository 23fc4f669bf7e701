//! The addresses that header fields name, and what a client that writes any fields can make of them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::cidr::TrustedProxies;
use super::super::client::Client;
use super::client_of;

const F: &str = "forwarded";
const X: &str = "x-forwarded-for";
/// The other end of the connection, which is trusted.
const PROXY: &str = "10.0.0.1:5000";

fn trusted() -> TrustedProxies {
    ["10.0.0.0/8", "2001:db8:ffff::/48"].map(|text| text.parse().unwrap()).into_iter().collect()
}

fn fields<'a>(lines: impl IntoIterator<Item = (&'static str, &'a [u8])>) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, value) in lines {
        fields.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
    }
    fields
}

#[track_caller]
fn check(lines: &[(&'static str, &str)], client: &str) {
    let fields = fields(lines.iter().map(|(name, value)| (*name, value.as_bytes())));
    let found = client_of(&fields, PROXY.parse().unwrap(), &trusted());
    assert_eq!(found, client.parse().unwrap(), "{lines:?}");
}

#[test]
fn the_standard_field_names_the_client() {
    for (value, client) in [
        ("for=192.0.2.43", "192.0.2.43:0"),
        ("For=192.0.2.43", "192.0.2.43:0"),
        ("for=\"192.0.2.43\"", "192.0.2.43:0"),
        ("for=\"192.0.2.43:47011\"", "192.0.2.43:47011"),
        ("for=\"192.0.2.43:_secret\"", "192.0.2.43:0"),
        ("for=\"[2001:db8:cafe::17]\"", "[2001:db8:cafe::17]:0"),
        ("for=\"[2001:db8:cafe::17]:4711\"", "[2001:db8:cafe::17]:4711"),
        ("for=192.0.2.43;proto=http;by=203.0.113.43", "192.0.2.43:0"),
        ("by=203.0.113.43;for=192.0.2.43;host=a.example", "192.0.2.43:0"),
        ("for=192.0.2.43; proto=https ; by=_b", "192.0.2.43:0"),
        (";for=192.0.2.43;", "192.0.2.43:0"),
        ("host=\"a,for=6.6.6.6\";for=192.0.2.43", "192.0.2.43:0"),
        ("host=\"a\\\",for=6.6.6.6\";for=192.0.2.43", "192.0.2.43:0"),
        ("host=\"a\\\\\";for=192.0.2.43", "192.0.2.43:0"),
        ("for=\"192.0.2\\.43\"", "192.0.2.43:0"),
        // The client's own elements come before that of the proxy.
        ("for=6.6.6.6, for=192.0.2.43", "192.0.2.43:0"),
        ("for=6.6.6.6,for=192.0.2.43", "192.0.2.43:0"),
        ("for=\", for=192.0.2.43", "192.0.2.43:0"),
        ("for=6.6.6.6;by=\", for=\"[2001:db8:cafe::17]\"", "[2001:db8:cafe::17]:0"),
        ("for=6.6.6.6;by=\"\\, for=\"192.0.2.43\"", "192.0.2.43:0"),
        ("for=6.6.6.6;by=\"\\\", for=\"192.0.2.43\"", "192.0.2.43:0"),
        ("(], for=192.0.2.43", "192.0.2.43:0"),
        // Through a second trusted proxy.
        ("for=6.6.6.6, for=192.0.2.43, for=10.2.3.4", "192.0.2.43:0"),
        ("for=192.0.2.43, for=\"[2001:db8:ffff::5]:80\", for=10.2.3.4", "192.0.2.43:0"),
        ("for=192.0.2.43, for=\"[::ffff:10.9.9.9]\"", "192.0.2.43:0"),
        // A client inside the networks of the proxies.
        ("for=10.2.3.4", "10.2.3.4:0"),
        ("for=10.5.5.5, for=10.2.3.4", "10.5.5.5:0"),
        // The last address that is known.
        ("for=unknown", PROXY),
        ("for=_hidden", PROXY),
        ("for=6.6.6.6, for=unknown", PROXY),
        ("for=6.6.6.6, for=_hidden, for=10.2.3.4", "10.2.3.4:0"),
        ("", PROXY),
        (",", PROXY),
        ("for=6.6.6.6,", PROXY),
        ("for=6.6.6.6, proto=http", PROXY),
    ] {
        check(&[(F, value)], client);
    }
}

#[test]
fn a_malformed_element_names_no_client() {
    for element in [
        "for",
        "for=",
        "for=\"",
        "for=\"192.0.2.43",
        "for=192.0.2.43\"",
        "for=\"\"",
        "for = 192.0.2.43",
        "for=192.0.2.43 proto=http",
        "for=192.0.2.43;for=192.0.2.44",
        "for=192.0.2.43;proto",
        "for=\"192.0.2.43\"x",
        "for=192.0.2.43:80",
        "for=[2001:db8:cafe::17]",
        "for=\"2001:db8:cafe::17\"",
        "for=\"[2001:db8:cafe::17\"",
        "for=\"[2001:db8:cafe::17]80\"",
        "for=\"[192.0.2.43]\"",
        "for=\"[fe80::1%1]:80\"",
        "for=\"192.0.2.43:\"",
        "for=\"192.0.2.43:65536\"",
        "for=\"192.0.2.43:+80\"",
        "for=\"192.0.2.43:_\"",
        "for=\"192.0.2.43:_a b\"",
        "for=\"192.0.2.43 \"",
        "for=192.0.2.256",
        "for=192.000.002.043",
        "for=192.0.2",
        "for=a.example",
        "for=\u{e9}",
    ] {
        check(&[(F, element)], PROXY);
        check(&[(F, &format!("for=6.6.6.6, {element}, for=10.2.3.4"))], "10.2.3.4:0");
    }
}

#[test]
fn the_usual_field_names_the_client() {
    for (value, client) in [
        ("192.0.2.43", "192.0.2.43:0"),
        (" 192.0.2.43\t", "192.0.2.43:0"),
        ("192.0.2.43:47011", "192.0.2.43:47011"),
        ("2001:db8:cafe::17", "[2001:db8:cafe::17]:0"),
        ("[2001:db8:cafe::17]", "[2001:db8:cafe::17]:0"),
        ("[2001:db8:cafe::17]:4711", "[2001:db8:cafe::17]:4711"),
        ("::ffff:192.0.2.43", "[::ffff:192.0.2.43]:0"),
        ("6.6.6.6, 192.0.2.43", "192.0.2.43:0"),
        ("\", 192.0.2.43", "192.0.2.43:0"),
        (", ,192.0.2.43", "192.0.2.43:0"),
        ("6.6.6.6, 192.0.2.43, 10.2.3.4,10.2.3.5", "192.0.2.43:0"),
        ("192.0.2.43, ::ffff:10.2.3.4", "192.0.2.43:0"),
        ("10.2.3.4, 10.2.3.5", "10.2.3.4:0"),
        ("", PROXY),
        ("6.6.6.6,", PROXY),
        ("6.6.6.6, unknown", PROXY),
        ("6.6.6.6, unknown, 10.2.3.4", "10.2.3.4:0"),
        ("6.6.6.6, -", PROXY),
        ("\"192.0.2.43\"", PROXY),
        ("for=192.0.2.43", PROXY),
        ("192.0.2.43 192.0.2.44", PROXY),
        ("192.0.2.43:80:80", PROXY),
        ("2001:db8::cafe::17", PROXY),
        ("fe80::1%eth0", PROXY),
        ("0x7f.0.0.1", PROXY),
        ("3221226027", PROXY),
    ] {
        check(&[(X, value)], client);
    }
}

#[test]
fn lines_and_fields_are_taken_together() {
    for (lines, client) in [
        (&[] as &[_], PROXY),
        (&[(F, "for=6.6.6.6"), (F, "for=192.0.2.43")], "192.0.2.43:0"),
        (&[(F, "for=6.6.6.6;by=\""), (F, "for=\"192.0.2.43\"")], "192.0.2.43:0"),
        (&[(F, "for=192.0.2.43"), (F, "for=10.2.3.4, for=10.2.3.5")], "192.0.2.43:0"),
        (&[(F, "for=192.0.2.43"), (F, "")], PROXY),
        (&[(X, "6.6.6.6"), (X, "192.0.2.43")], "192.0.2.43:0"),
        (&[(X, "6.6.6.6, 192.0.2.43"), (X, "10.2.3.4"), (X, "10.2.3.5")], "192.0.2.43:0"),
        // Both, which have to agree.
        (&[(X, "192.0.2.43"), (F, "for=192.0.2.43")], "192.0.2.43:0"),
        (&[(X, "192.0.2.43"), (F, "for=\"192.0.2.43:80\"")], "192.0.2.43:80"),
        (&[(X, "::ffff:192.0.2.43"), (F, "for=192.0.2.43")], "192.0.2.43:0"),
        (&[(X, "192.0.2.43"), (F, "for=6.6.6.6")], PROXY),
        (&[(X, "6.6.6.6"), (F, "for=192.0.2.43")], PROXY),
        (&[(X, "192.0.2.43"), (F, "for=unknown")], PROXY),
        (&[(X, "192.0.2.43"), (F, "")], PROXY),
        (&[(X, "192.0.2.43, 10.2.3.4"), (F, "for=6.6.6.6, for=10.2.3.4")], PROXY),
        (&[("x-real-ip", "6.6.6.6"), ("x-client-ip", "6.6.6.6")], PROXY),
    ] {
        check(lines, client);
    }
}

const PIECES: &[&str] =
    &["for=", "\"", "\\", ",", ";", "10.2.3.4", "192.0.2.43", "[", "]", "::1", ":80", "unknown", " "];

/// Lines of the two fields: any bytes that a value can have, and pieces of those that mean something.
fn any_lines() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let bytes = vec(prop_oneof![0x20..=0x7e_u8, 0x80..=0xff_u8, Just(b'\t')], 0..40);
    let pieces = vec(select(PIECES), 0..14).prop_map(|pieces| pieces.concat().into_bytes());
    vec((select([F, X].as_slice()), prop_oneof![bytes, pieces]), 0..5)
}

fn client(address: SocketAddr, lines: &[(&'static str, Vec<u8>)]) -> SocketAddr {
    let fields = fields(lines.iter().map(|(name, value)| (*name, value.as_slice())));
    let end = Arc::new(Client::connected(address, &trusted()));
    end.forwards_for(&fields).map_or(address, |client| client.address)
}

/// An element that a proxy adds for a client.
fn element(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => format!("for={address}"),
        IpAddr::V6(address) => format!("for=\"[{address}]\""),
    }
    .into_bytes()
}

proptest! {
    #[test]
    fn a_client_never_changes_its_address(address: SocketAddr, lines in any_lines()) {
        prop_assume!(!trusted().contain(address.ip()));
        prop_assert_eq!(client(address, &lines), address);
        prop_assert_eq!(Client::relay(address).forwards_for(&HeaderMap::new()).map(|client| client.address), None);
    }

    #[test]
    fn a_trusted_proxy_decides_whatever_the_client_has_sent(
        address: IpAddr,
        mut lines in any_lines(),
        usual: bool,
        same_line: bool,
        hops in 0..3_usize,
    ) {
        prop_assume!(!trusted().contain(address));
        let (name, first) = if usual { (X, address.to_string().into_bytes()) } else { (F, element(address)) };
        // A proxy removes the field that it does not add to.
        lines.retain(|(given, _)| *given == name);
        let mut added = first;
        for hop in 0..hops {
            added.extend_from_slice(if usual { b", 10.2.3." } else { b",for=10.2.3." });
            added.extend_from_slice(hop.to_string().as_bytes());
        }
        match lines.last_mut() {
            Some((_, last)) if same_line => {
                last.extend_from_slice(b", ");
                last.append(&mut added);
            }
            _ => lines.push((name, added)),
        }
        prop_assert_eq!(client(PROXY.parse().unwrap(), &lines), SocketAddr::from((address, 0)));
    }

    #[test]
    fn any_fields_name_a_client_or_leave_the_proxy(lines in any_lines()) {
        let proxy = PROXY.parse().unwrap();
        let found = client(proxy, &lines);
        prop_assert_eq!(client(proxy, &lines), found);
        if lines.is_empty() {
            prop_assert_eq!(found, proxy);
        }
    }
}
