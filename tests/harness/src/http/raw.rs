//! A connection that carries any bytes, and the responses on it, each with a deadline.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long a response may take. Who exceeds it hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct Raw {
    socket: TcpStream,
    read: Vec<u8>,
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Status line and fields, as they came.
    pub head: String,
    /// The body, without its chunks.
    pub body: String,
}

impl Answer {
    /// The code of the JSON-RPC error, 0 when there is none.
    pub fn code(&self) -> i64 {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body.pointer("/error/code").and_then(Value::as_i64).unwrap_or(0)
    }

    /// A field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(':'));
        fields.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

impl Raw {
    /// Connects.
    pub fn to(address: SocketAddr) -> Result<Self, String> {
        let socket = TcpStream::connect(address).map_err(|e| format!("no connection: {e}"))?;
        let set = socket.set_read_timeout(Some(PATIENCE)).and(socket.set_write_timeout(Some(PATIENCE)));
        set.and(socket.set_nodelay(true)).map_err(|e| e.to_string())?;
        Ok(Self { socket, read: Vec::new() })
    }

    /// Sends bytes.
    pub fn send(&mut self, bytes: &[u8]) {
        // The other side may have answered and closed in the middle of what it does not read.
        let _ = self.socket.write_all(bytes);
    }

    /// Says that nothing more will be sent.
    pub fn end(&mut self) {
        // The other side may have closed already.
        let _ = self.socket.shutdown(Shutdown::Write);
    }

    /// The next response, but for interim ones; `None`: the connection has ended. `bare`: it has no body, as it answers
    /// HEAD. An error is a silence that lasts too long.
    pub fn answer(&mut self, bare: bool) -> Result<Option<Answer>, String> {
        loop {
            let Some(head) = self.through(b"\r\n\r\n")? else { return Ok(None) };
            let head = String::from_utf8_lossy(&head).into_owned();
            let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
            let status = status.ok_or_else(|| format!("no response: {head:?}"))?;
            if (100..200).contains(&status) {
                continue;
            }
            let mut answer = Answer { status, head, body: String::new() };
            if !bare {
                let Some(body) = self.body(&answer)? else { return Ok(None) };
                answer.body = String::from_utf8_lossy(&body).into_owned();
            }
            return Ok(Some(answer));
        }
    }

    fn body(&mut self, answer: &Answer) -> Result<Option<Vec<u8>>, String> {
        if answer.field("transfer-encoding").is_none() {
            let length: Result<usize, _> = answer.field("content-length").unwrap_or("0").parse();
            return self.exactly(length.map_err(|e| e.to_string())?);
        }
        let mut body = Vec::new();
        loop {
            let Some(size) = self.through(b"\r\n")? else { return Ok(None) };
            let size = usize::from_str_radix(String::from_utf8_lossy(&size).trim(), 16);
            let Some(piece) = self.exactly(size.map_err(|e| e.to_string())? + 2)? else { return Ok(None) };
            match piece.strip_suffix(b"\r\n") {
                Some(b"") => return Ok(Some(body)),
                Some(piece) => body.extend_from_slice(piece),
                None => return Err("a chunk does not end where it should".into()),
            }
        }
    }

    fn through(&mut self, end: &[u8]) -> Result<Option<Vec<u8>>, String> {
        let mut from = 0;
        loop {
            let rest = self.read.get(from..).unwrap_or_default();
            if let Some(at) = rest.windows(end.len()).position(|window| window == end) {
                return Ok(Some(self.read.drain(..from + at + end.len()).collect()));
            }
            from = self.read.len().saturating_sub(end.len());
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    fn exactly(&mut self, length: usize) -> Result<Option<Vec<u8>>, String> {
        while self.read.len() < length {
            if !self.more()? {
                return Ok(None);
            }
        }
        Ok(Some(self.read.drain(..length).collect()))
    }

    fn more(&mut self) -> Result<bool, String> {
        let mut chunk = [0; 16 * 1024];
        match self.socket.read(&mut chunk) {
            Ok(0) => Ok(false),
            Ok(count) => {
                self.read.extend_from_slice(chunk.get(..count).unwrap_or_default());
                Ok(true)
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Err(format!("nothing came within {PATIENCE:?}"))
            }
            // Closed in the middle of what it has not read.
            Err(_) => Ok(false),
        }
    }
}
