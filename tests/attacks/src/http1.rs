//! A client of HTTP/1.1 that sends any bytes, and reads answers only on demand.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::message::Post;

/// Where attacks come from.
pub const ATTACKER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Where the good client is.
pub const GOOD: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// How long anything of an attack may take; beyond that it is an error.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A stream of bytes in both directions.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// Connects from one address of this machine to another.
pub async fn connect(from: IpAddr, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = within(PATIENCE, socket.connect(to)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Waits for at most that time; then it is the error `TimedOut`.
pub async fn within<T>(time: Duration, what: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(time, what).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The head in lower case.
    pub head: String,
    /// The body, if it was read.
    pub body: String,
}

impl Answer {
    /// A field of the head.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The value of a string member of the body, wherever it is.
    pub fn member(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("\"{name}\":\""))?;
        rest.split_once('"').map(|(value, _)| value)
    }
}

/// One connection.
pub struct Client {
    stream: Box<dyn Duplex>,
    read: Vec<u8>,
}

impl Client {
    /// A client on a connection.
    pub fn new(stream: impl Duplex + 'static) -> Self {
        Self { stream: Box::new(stream), read: Vec::new() }
    }

    /// Sends bytes.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        within(PATIENCE, self.stream.write_all(bytes)).await
    }

    /// Reads what is there; whether the connection goes on.
    async fn more(&mut self) -> io::Result<bool> {
        let mut chunk = [0; 16 << 10];
        let length = self.stream.read(&mut chunk).await?;
        self.read.extend(chunk.iter().take(length));
        Ok(length > 0)
    }

    /// Reads until `found` finds something in what was read; `None` at the end of the connection.
    async fn until<T>(&mut self, found: impl Fn(&[u8]) -> Option<T>) -> io::Result<Option<T>> {
        loop {
            if let Some(found) = found(&self.read) {
                return Ok(Some(found));
            }
            if !self.more().await? {
                return Ok(None);
            }
        }
    }

    /// Takes so many bytes of what was read.
    fn take(&mut self, length: usize) -> String {
        let rest = self.read.split_off(length.min(self.read.len()));
        String::from_utf8_lossy(&std::mem::replace(&mut self.read, rest)).into_owned()
    }

    /// The head of the next answer, without its body.
    pub async fn head(&mut self) -> io::Result<Answer> {
        let end =
            within(PATIENCE, self.until(|read| read.windows(4).position(|four| four == b"\r\n\r\n"))).await?;
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        let head = self.take(end + 4).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        Ok(Answer { status, head, body: String::new() })
    }

    /// The next answer with its body, whether that has a length or comes in chunks.
    pub async fn answer(&mut self) -> io::Result<Answer> {
        let mut answer = self.head().await?;
        let ended = || io::Error::from(io::ErrorKind::UnexpectedEof);
        if let Some(length) = answer.field("content-length").and_then(|length| length.parse::<usize>().ok()) {
            let whole = within(PATIENCE, self.until(|read| (read.len() >= length).then_some(()))).await?;
            whole.ok_or_else(ended)?;
            answer.body = self.take(length);
        } else if answer.field("transfer-encoding").is_some() {
            let line = |read: &[u8]| read.windows(2).position(|two| two == b"\r\n");
            loop {
                let end = within(PATIENCE, self.until(line)).await?.ok_or_else(ended)?;
                let size = usize::from_str_radix(self.take(end + 2).trim(), 16);
                let size = size.map_err(|_| io::ErrorKind::InvalidData)?;
                let whole =
                    within(PATIENCE, self.until(|read| (read.len() >= size + 2).then_some(()))).await?;
                whole.ok_or_else(ended)?;
                answer.body += self.take(size + 2).trim_end_matches("\r\n");
                if size == 0 {
                    break;
                }
            }
        }
        Ok(answer)
    }

    /// Whether the server will serve no further request on this connection.
    fn is_last(answer: &Answer) -> bool {
        answer.field("connection").is_some_and(|value| value.contains("close"))
    }

    /// Sends a request and reads its answer.
    pub async fn ask(&mut self, post: &Post) -> io::Result<Answer> {
        self.send(&post.bytes()).await?;
        self.answer().await
    }

    /// Reads until this text has come, for at most that time; whether it has.
    pub async fn hears(&mut self, text: &str, time: Duration) -> bool {
        let found = |read: &[u8]| read.windows(text.len()).any(|part| part == text.as_bytes()).then_some(());
        matches!(within(time, self.until(found)).await, Ok(Some(())))
    }

    /// Reads until the end of the connection, for at most that time; whether it has ended.
    pub async fn ends(&mut self, time: Duration) -> bool {
        match within(time, self.until(|_| None::<()>)).await {
            Ok(_) => true,
            Err(error) => error.kind() != io::ErrorKind::TimedOut,
        }
    }

    /// Text of at most so many bytes, of what was read or comes next.
    pub async fn text(&mut self, most: usize) -> io::Result<String> {
        if self.read.is_empty() {
            within(PATIENCE, self.more()).await?;
        }
        Ok(self.take(most))
    }

    /// Closes this side; the answer can still come.
    pub async fn shut_down(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }

    /// Takes a byte, if there is one by now.
    pub async fn taste(&mut self) -> bool {
        let mut byte = [0];
        let read = timeout(Duration::from_micros(50), self.stream.read(&mut byte)).await;
        matches!(read, Ok(Ok(1)))
    }

    /// Reads at most so many bytes, if there are any.
    pub async fn sip(&mut self, most: usize) -> io::Result<usize> {
        let mut chunk = vec![0; most];
        within(Duration::from_millis(50), self.stream.read(&mut chunk)).await
    }
}

/// A client that connects again when the server has closed its connection.
pub struct Lasting {
    from: IpAddr,
    to: SocketAddr,
    client: Option<Client>,
}

impl Lasting {
    /// A client that is not connected yet.
    pub const fn new(from: IpAddr, to: SocketAddr) -> Self {
        Self { from, to, client: None }
    }

    /// Sends a request and reads its answer.
    pub async fn ask(&mut self, post: &Post) -> io::Result<Answer> {
        self.exchange(&post.bytes()).await
    }

    /// The same, with the bytes of the request.
    pub async fn exchange(&mut self, bytes: &[u8]) -> io::Result<Answer> {
        if let Some(mut client) = self.client.take()
            && client.send(bytes).await.is_ok()
            && let Ok(answer) = client.answer().await
        {
            self.client = Some(client).filter(|_| !Client::is_last(&answer));
            return Ok(answer);
        }
        let mut client = connect(self.from, self.to).await.map(Client::new)?;
        client.send(bytes).await?;
        let answer = client.answer().await?;
        self.client = Some(client).filter(|_| !Client::is_last(&answer));
        Ok(answer)
    }
}
