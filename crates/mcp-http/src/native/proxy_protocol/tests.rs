//! Headers of the PROXY protocol, whole, in pieces and wrong.

use std::io::ErrorKind;
use std::net::SocketAddr;

use proptest::collection::vec;
use proptest::prelude::*;
use pulseengine_mcp_runtime::block_on;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::{FIXED, REST, SIGNATURE, Source, receive};

const TCP4: &[u8] = &[192, 0, 2, 43, 10, 0, 0, 1, 0x1f, 0x90, 0, 80];
const TCP6: &[u8] = &[
    0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 0x1f, 0x90, 0, 80,
];
/// A checksum and one that does nothing.
const VALUES: &[u8] = &[3, 0, 4, 1, 2, 3, 4, 4, 0, 1, 0];

fn header(kind: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [SIGNATURE.as_slice(), &[kind, family], &length, rest].concat()
}

/// What a stream of these bytes begins with, and what is left of it. The bytes come in pieces of that size.
fn received(bytes: &[u8], piece: usize) -> (Result<Source, String>, Vec<u8>) {
    block_on(async {
        let (mut far, mut near) = duplex(bytes.len().max(1));
        for piece in bytes.chunks(piece) {
            far.write_all(piece).await.unwrap();
        }
        drop(far);
        let source = receive(&mut near).await.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => "it ends".to_owned(),
            kind => {
                assert_eq!(kind, ErrorKind::InvalidData);
                error.to_string()
            }
        });
        let mut left = Vec::new();
        near.read_to_end(&mut left).await.unwrap();
        (source, left)
    })
}

fn client(address: &str) -> Result<Source, String> {
    Ok(Source::Client(address.parse().unwrap()))
}

#[test]
fn a_header_names_the_client_and_nothing_after_it_is_read() {
    let unix = [0; 216];
    for (kind, family, rest, source) in [
        (0x21, 0x11, TCP4, client("192.0.2.43:8080")),
        (0x21, 0x11, &[TCP4, VALUES].concat(), client("192.0.2.43:8080")),
        (0x21, 0x11, &[TCP4, &[9; REST - 12]].concat(), client("192.0.2.43:8080")),
        (0x21, 0x21, TCP6, client("[2001:db8::17]:8080")),
        (0x21, 0x21, &[TCP6, VALUES].concat(), client("[2001:db8::17]:8080")),
        (0x21, 0x31, &unix, Ok(Source::Unknown)),
        (0x21, 0x31, &[&unix, VALUES].concat(), Ok(Source::Unknown)),
        (0x21, 0x00, &[], Ok(Source::Unknown)),
        (0x21, 0x00, TCP4, Ok(Source::Unknown)),
        (0x20, 0x00, &[], Ok(Source::Unknown)),
        (0x20, 0x11, TCP4, Ok(Source::Unknown)),
        (0x20, 0xff, VALUES, Ok(Source::Unknown)),
    ] {
        let bytes = [&header(kind, family, rest), b"POST / ".as_slice()].concat();
        for piece in [1, 16, 17, 1000] {
            assert_eq!(received(&bytes, piece), (source.clone(), b"POST / ".to_vec()), "{family:x} {rest:?}");
        }
    }
}

#[test]
fn a_wrong_header_is_refused_with_the_reason() {
    let version_1 = "version 1 of the PROXY protocol is not served: have the proxy send version 2";
    let none = "the connection does not begin with a header of the PROXY protocol, version 2";
    let kind = "the header of the PROXY protocol has an unknown version or command";
    let family = "the header of the PROXY protocol names another protocol than TCP";
    let short = "the header of the PROXY protocol is too short for its addresses";
    let long = "the header of the PROXY protocol is too long";
    for (bytes, message) in [
        (b"PROXY TCP4 192.0.2.43 10.0.0.1 8080 80\r\nPOST / ".to_vec(), version_1),
        (b"PROXY UNKNOWN\r\n".to_vec(), version_1),
        (b"POST /mcp HTTP/1.1\r\n".to_vec(), none),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), none),
        (b"\r\n\r\n\0\r\nQUIX\n".to_vec(), none),
        (vec![22, 3, 1, 2, 0], none),
        (b"".to_vec(), "it ends"),
        (b"PROX".to_vec(), "it ends"),
        (SIGNATURE.to_vec(), "it ends"),
        (header(0x21, 0x11, TCP4)[..20].to_vec(), "it ends"),
        (header(0x11, 0x11, TCP4), kind),
        (header(0x31, 0x11, TCP4), kind),
        (header(0x22, 0x11, TCP4), kind),
        (header(0x21, 0x12, TCP4), family),
        (header(0x21, 0x10, TCP4), family),
        (header(0x21, 0x01, TCP4), family),
        (header(0x21, 0x22, TCP6), family),
        (header(0x21, 0x32, &[0; 216]), family),
        (header(0x21, 0x41, TCP4), family),
        (header(0x21, 0x11, &TCP4[..11]), short),
        (header(0x21, 0x21, TCP4), short),
        (header(0x21, 0x21, &TCP6[..35]), short),
        (header(0x21, 0x31, &[0; 215]), short),
        (header(0x21, 0x11, &[0; REST + 1]), long),
        (header(0x20, 0x00, &[0; 65_535]), long),
    ] {
        for piece in [1, 1000] {
            assert_eq!(received(&bytes, piece).0, Err(message.to_owned()), "{bytes:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_header_or_an_error(start in 0..20_usize, bytes in vec(any::<u8>(), 0..700), piece in 1..700_usize) {
        // Most have a beginning of a good header.
        let good = header(0x21, 0x11, TCP4);
        let bytes = [&good[..start], &bytes].concat();
        let (source, left) = received(&bytes, piece);
        if source.is_ok() {
            let length = usize::from(u16::from_be_bytes([bytes[14], bytes[15]]));
            prop_assert_eq!(left, &bytes[FIXED + length..]);
        }
        prop_assert_eq!(received(&bytes, 1).0, source);
    }

    #[test]
    fn every_address_is_read(source: SocketAddr, values in vec(any::<u8>(), 0..400)) {
        let (family, addresses) = match source {
            SocketAddr::V4(source) => (0x11, [source.ip().octets().as_slice(), &[0; 4]].concat()),
            SocketAddr::V6(source) => (0x21, [source.ip().octets().as_slice(), &[0; 16]].concat()),
        };
        let rest = [&addresses, source.port().to_be_bytes().as_slice(), &[0; 2], &values].concat();
        let expected = Source::Client((source.ip(), source.port()).into());
        prop_assert_eq!(received(&header(0x21, family, &rest), 7).0, Ok(expected));
    }
}
