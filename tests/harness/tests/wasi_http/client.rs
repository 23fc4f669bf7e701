//! Requests as text, so that nothing mends them, and what comes back as JSON.

#![allow(dead_code, reason = "each test uses a part")]
use std::net::SocketAddr;

use harness::http::{Head, Response};
use serde_json::Value;

/// A whole response.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: Head,
    /// `Null` when the body is no JSON.
    pub json: Value,
}

impl Answer {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.head.field(name)
    }
}

/// Sends a request and reads the response.
pub fn exchange(to: SocketAddr, request: &str) -> Answer {
    let mut response = Response::to(to, request.as_bytes()).unwrap();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().unwrap() {
        body.extend(chunk);
    }
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Answer { status: response.head.status, head: response.head, json }
}

/// A response whose body is being read.
pub struct Stream {
    response: Response,
    events: Vec<u8>,
}

impl Stream {
    /// Sends a request and reads the head of the response.
    pub fn open(to: SocketAddr, request: &str) -> Self {
        Self { response: Response::to(to, request.as_bytes()).unwrap(), events: Vec::new() }
    }

    pub fn status(&self) -> u16 {
        self.response.head.status
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        self.response.head.field(name)
    }

    /// All that is sent.
    pub fn text(mut self) -> String {
        while let Some(chunk) = self.response.chunk().unwrap() {
            self.events.extend(chunk);
        }
        String::from_utf8(self.events).unwrap()
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
            self.events.extend(self.response.chunk().unwrap()?);
        }
    }
}
