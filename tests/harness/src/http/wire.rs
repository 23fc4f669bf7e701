//! HTTP/1.1 over a socket: a request out, a response in, its body bit by bit. One connection per request.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long a response may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    /// In the order in which they are sent; `Host` and `Content-Length` are added where they are missing.
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
}

impl Request {
    /// Puts a field in place of those of that name; `None` takes them out.
    pub(super) fn set(&mut self, name: &str, value: Option<&str>) {
        self.fields.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.fields.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// As it is sent to `host`.
    pub(super) fn bytes(&self, host: &str) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let mut field = |name: &str, value: &str| text.extend([name, ": ", value, "\r\n"]);
        if !self.has("host") {
            field("Host", host);
        }
        self.fields.iter().for_each(|(name, value)| field(name, value));
        let body = self.body.as_deref().unwrap_or_default();
        if self.body.is_some() && !self.has("content-length") {
            field("Content-Length", &body.len().to_string());
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// Sends it on a connection of its own.
    pub(super) fn send(&self, to: SocketAddr) -> io::Result<TcpStream> {
        let mut socket = TcpStream::connect(to)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(SILENCE))?;
        socket.write_all(&self.bytes(&to.to_string()))?;
        Ok(socket)
    }
}

/// Status and fields of a response.
#[derive(Debug, Clone)]
pub struct Head {
    /// The status.
    pub status: u16,
    fields: Vec<(String, String)>,
}

impl Head {
    /// A field; names in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the body is a stream of events.
    pub(super) fn has_events(&self) -> bool {
        self.field("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"))
    }
}

/// A response whose body is being read.
pub struct Response {
    /// Its status and fields.
    pub head: Head,
    input: BufReader<TcpStream>,
    /// What is left of a body with a length; `None`: it comes in chunks.
    left: Option<usize>,
}

impl Response {
    /// Sends bytes as they are on a connection of their own, and reads the head.
    pub fn to(to: SocketAddr, request: &[u8]) -> io::Result<Self> {
        let mut socket = TcpStream::connect(to)?;
        socket.set_read_timeout(Some(SILENCE))?;
        // A server that refuses early may close before it has read everything.
        let _ = socket.write_all(request);
        Self::of(socket)
    }

    /// Reads the head.
    pub(super) fn of(socket: TcpStream) -> io::Result<Self> {
        let mut input = BufReader::new(socket);
        let first = line(&mut input)?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no response: {first:?}")))?;
        let mut fields = Vec::new();
        while let Some((name, value)) = line(&mut input)?.split_once(':') {
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let head = Head { status, fields };
        let chunked = head.field("transfer-encoding").is_some();
        let length = head.field("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        Ok(Self { head, input, left: (!chunked).then_some(length) })
    }

    /// The next piece of the body; `None` is its end.
    pub fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let size = match self.left.as_mut() {
            Some(left) => std::mem::take(left),
            None => usize::from_str_radix(&line(&mut self.input)?, 16).map_err(io::Error::other)?,
        };
        let mut piece = vec![0; size];
        self.input.read_exact(&mut piece)?;
        if self.left.is_none() {
            line(&mut self.input)?;
        }
        Ok((size > 0).then_some(piece))
    }
}

fn line(input: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}
