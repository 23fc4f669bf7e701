//! The HTTP server that the cases of `http` ask: written by hand, so that it can also do what no server should.

#![allow(clippy::unwrap_used, reason = "part of tests")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Longer than any case waits.
const LONG: Duration = Duration::from_secs(20);

/// Starts the server, which lives as long as the test; its address, and one where nobody listens.
pub(crate) fn start() -> [SocketAddr; 2] {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            // A client that leaves early is what some cases are about.
            thread::spawn(move || drop(serve(&socket)));
        }
    });
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    [address, closed]
}

struct Asked {
    line: String,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Asked {
    fn read(from: &TcpStream) -> io::Result<Self> {
        let mut input = BufReader::new(from);
        let line = line(&mut input)?;
        let mut fields = Vec::new();
        loop {
            let line = self::line(&mut input)?;
            let Some((name, value)) = line.split_once(':') else { break };
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut asked = Self { line, fields, body: Vec::new() };
        let length = asked.field("content-length").map_or(0, |length| length.parse().unwrap());
        asked.body.resize(length, 0);
        input.read_exact(&mut asked.body)?;
        Ok(asked)
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn line(input: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

fn serve(mut to: &TcpStream) -> io::Result<()> {
    let asked = Asked::read(to)?;
    let path = asked.line.split([' ', '?']).nth(1).unwrap_or_default();
    match path {
        "/echo" => echo(to, &asked),
        "/redirect" => to.write_all(b"HTTP/1.1 302 Found\r\nlocation: /echo\r\ncontent-length: 0\r\n\r\n"),
        "/close" => Ok(()),
        "/garbage" => to.write_all(b"SSH-2.0-nothing\r\n\r\n"),
        "/short" => to.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this"),
        "/slow-head" => {
            thread::sleep(LONG);
            Ok(())
        }
        "/chunks" => chunks(to, Duration::from_secs(1), b"3\r\ntwo\r\n0\r\n\r\n"),
        "/slow-body" => chunks(to, LONG, b"0\r\n\r\n"),
        "/short-chunks" => chunks(to, Duration::ZERO, b"3\r\nt"),
        "/huge" => {
            chunks(to, Duration::ZERO, b"")?;
            let chunk = [b"1000\r\n", [b'x'; 0x1000].as_slice(), b"\r\n"].concat();
            loop {
                to.write_all(&chunk)?;
            }
        }
        _ => to.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 12\r\n\r\nnothing here"),
    }
}

fn echo(mut to: &TcpStream, asked: &Asked) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 200 OK\r\nX-Line: {}\r\n", asked.line);
    for (name, shown) in [("host", "X-Host"), ("x-asked", "X-Saw"), ("content-length", "X-Length")] {
        if let Some(value) = asked.field(name) {
            head += &format!("{shown}: {value}\r\n");
        }
    }
    head += &format!("Content-Length: {}\r\n\r\n", asked.body.len());
    to.write_all(head.as_bytes())?;
    to.write_all(&asked.body)
}

/// A chunk, a pause and the rest.
fn chunks(mut to: &TcpStream, pause: Duration, rest: &[u8]) -> io::Result<()> {
    to.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n")?;
    thread::sleep(pause);
    to.write_all(rest)
}
