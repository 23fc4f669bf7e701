//! Messages by POST on one connection after the other, as a conforming client sends them, even if they are none.

use std::net::SocketAddr;

use serde_json::Value;

use super::raw::{Answer, Raw};
use super::request::{self, Session};
use super::wire::Request;

/// A client with at most one connection and one session.
pub struct Poster {
    to: SocketAddr,
    connection: Option<Raw>,
    session: Session,
}

impl Poster {
    /// A client of the server at that address.
    pub fn new(to: SocketAddr) -> Self {
        Self { to, connection: None, session: Session::default() }
    }

    /// Posts `text`. Fields are derived from it as far as it is a message. `revision` is said in
    /// `MCP-Protocol-Version` when the message does not name one; 2026-07-28 has its other fields then, too.
    pub fn post(&mut self, text: &[u8], revision: Option<&str>) -> Result<Answer, String> {
        let message: Value = serde_json::from_slice(text).unwrap_or_default();
        let mut request = request::post("/mcp", text, &message, &self.session);
        match revision {
            _ if request::version_of(&message).is_some() => {}
            Some(super::STATELESS) => request::mirror(&mut request, None, &message),
            Some(revision) => request.set("MCP-Protocol-Version", Some(revision)),
            None => {}
        }
        self.send(&request)
    }

    /// Begins a session, where there are any, or stands alone.
    pub fn begin(&mut self, initialize: &str) -> Result<(), String> {
        self.session = Session::default();
        let answer = self.post(initialize.as_bytes(), None)?;
        if answer.status != 200 {
            return Err(format!("initialize is answered with {answer:?}"));
        }
        self.session.id = answer.field("mcp-session-id").map(str::to_owned);
        Ok(())
    }

    /// Ends the session, if there is one.
    pub fn end(&mut self) -> Result<(), String> {
        if self.session.id.is_none() {
            return Ok(());
        }
        let answer = self.send(&request::other("DELETE", "/mcp", &self.session))?;
        self.session = Session::default();
        if answer.status == 204 { Ok(()) } else { Err(format!("DELETE is answered with {answer:?}")) }
    }

    /// Sends on the connection there is.
    fn send(&mut self, request: &Request) -> Result<Answer, String> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Raw::to(self.to)?,
        };
        connection.send(&request.bytes(&self.to.to_string()));
        let answer = connection.answer(false)?.ok_or("the connection ended without an answer")?;
        // What it will not read of a body that is too long ends the connection.
        if answer.status != 413 {
            self.connection = Some(connection);
        }
        Ok(answer)
    }
}
