//! HTTP as text over a socket, so that nothing in between mends it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

const DEADLINE: Duration = Duration::from_secs(60);

/// A whole response.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    fields: Vec<(String, String)>,
    /// `Null` when the body is no JSON.
    pub json: Value,
}

impl Answer {
    pub fn field(&self, name: &str) -> Option<&str> {
        field(&self.fields, name)
    }
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Sends a request and reads the response.
pub fn exchange(to: SocketAddr, request: &str) -> Answer {
    let mut stream = Stream::open(to, request);
    let mut body = Vec::new();
    match stream.field("content-length").map(|length| length.parse().unwrap()) {
        Some(length) => {
            body.resize(length, 0);
            stream.input.read_exact(&mut body).unwrap();
        }
        None => {
            while let Some(chunk) = stream.chunk() {
                body.extend(chunk);
            }
        }
    }
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Answer { status: stream.status, fields: stream.fields, json }
}

/// A response whose body is being read.
pub struct Stream {
    input: BufReader<TcpStream>,
    pub status: u16,
    fields: Vec<(String, String)>,
    events: Vec<u8>,
}

impl Stream {
    /// Sends a request and reads the head of the response.
    pub fn open(to: SocketAddr, request: &str) -> Self {
        let socket = TcpStream::connect(to).unwrap();
        socket.set_read_timeout(Some(DEADLINE)).unwrap();
        // A server that refuses early may close before it has read everything.
        let _ = (&socket).write_all(request.as_bytes());
        let mut input = BufReader::new(socket);
        let status = line(&mut input).split(' ').nth(1).unwrap().parse().unwrap();
        let mut fields = Vec::new();
        loop {
            let line = line(&mut input);
            let Some((name, value)) = line.split_once(':') else { break };
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Self { input, status, fields, events: Vec::new() }
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        field(&self.fields, name)
    }

    /// The message of the next event.
    pub fn event(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.events.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.events.drain(..end + 2).collect();
                let text = String::from_utf8(event).unwrap();
                match text.lines().find_map(|line| line.strip_prefix("data: ")) {
                    Some(data) => return Some(serde_json::from_str(data).unwrap()),
                    None => continue,
                }
            }
            let chunk = self.chunk()?;
            self.events.extend(chunk);
        }
    }

    /// The next chunk of a body in chunked coding.
    fn chunk(&mut self) -> Option<Vec<u8>> {
        self.field("transfer-encoding")?;
        let size = usize::from_str_radix(&line(&mut self.input), 16).unwrap();
        let mut chunk = vec![0; size];
        self.input.read_exact(&mut chunk).unwrap();
        line(&mut self.input);
        (size > 0).then_some(chunk)
    }
}

fn line(input: &mut impl BufRead) -> String {
    let mut line = String::new();
    input.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
