//! Version 2 of the PROXY protocol: what a proxy sends before the bytes of a client's connection.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncReadExt};

/// How a header begins.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// How one of version 1 does.
const VERSION_1: &[u8] = b"PROXY ";

/// The bytes before the addresses: the signature, version and command, family and protocol, and the length of the rest.
const FIXED: usize = 16;

/// The most bytes of addresses and further values: the longest addresses are 216 long.
const REST: usize = 536;

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The connection is that of a client with this address.
    Client(SocketAddr),
    /// The connection is the proxy's own, or that of a client whose address it does not know.
    Unknown,
}

/// Reads a header, and nothing of what follows it.
///
/// # Errors
///
/// When reading fails, or with [`io::ErrorKind::InvalidData`] when it is no header of version 2.
pub(super) async fn receive(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Source> {
    let mut fixed = [0; FIXED];
    let mut filled = 0;
    // Byte by byte as far as it takes: a header of version 1 may be shorter.
    while let Some(free @ [_, ..]) = fixed.get_mut(filled..) {
        match stream.read(free).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => filled += length,
        }
        check_signature(fixed.get(..filled).unwrap_or_default())?;
    }
    let [.., kind, family, high, low] = fixed;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if length > REST {
        return Err(invalid("the header of the PROXY protocol is too long"));
    }
    let mut rest = [0; REST];
    let rest = rest.get_mut(..length).unwrap_or_default();
    stream.read_exact(rest).await?;
    source(kind, family, rest)
}

/// Whether these bytes can be the beginning of a header.
fn check_signature(bytes: &[u8]) -> io::Result<()> {
    if bytes.iter().zip(SIGNATURE).all(|(given, wanted)| given == wanted) {
        return Ok(());
    }
    if bytes.starts_with(VERSION_1) {
        return Err(invalid("version 1 of the PROXY protocol is not served: have the proxy send version 2"));
    }
    if VERSION_1.starts_with(bytes) {
        return Ok(());
    }
    Err(invalid("the connection does not begin with a header of the PROXY protocol, version 2"))
}

/// The source of a connection. `rest` is what follows the length: the addresses, and further values, which are skipped.
fn source(kind: u8, family: u8, rest: &[u8]) -> io::Result<Source> {
    match kind {
        // LOCAL: whatever the rest says.
        0x20 => return Ok(Source::Unknown),
        // PROXY
        0x21 => {}
        _ => return Err(invalid("the header of the PROXY protocol has an unknown version or command")),
    }
    let client = match family {
        // Unspecified.
        0x00 => return Ok(Source::Unknown),
        // TCP over IPv4: the client's address and the proxy's, then their ports.
        0x11 => rest.first_chunk::<12>().map(|[a, b, c, d, _, _, _, _, high, low, ..]| {
            (Ipv4Addr::new(*a, *b, *c, *d), u16::from_be_bytes([*high, *low])).into()
        }),
        // TCP over IPv6, likewise.
        0x21 => rest.first_chunk::<36>().and_then(|addresses| {
            let address = Ipv6Addr::from(*addresses.first_chunk::<16>()?);
            let [high, low, ..] = addresses.last_chunk::<4>()?;
            Some((address, u16::from_be_bytes([*high, *low])).into())
        }),
        // A stream of UNIX: two paths.
        0x31 if rest.len() >= 216 => return Ok(Source::Unknown),
        0x31 => None,
        _ => return Err(invalid("the header of the PROXY protocol names another protocol than TCP")),
    };
    let short = || invalid("the header of the PROXY protocol is too short for its addresses");
    client.map(Source::Client).ok_or_else(short)
}

fn invalid(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests;
