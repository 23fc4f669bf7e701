//! Connections that take up room while others are served: idle ones, and ones that send a head byte by byte.

use std::time::Duration;

use tokio::{io::AsyncWriteExt, net::TcpStream, task::JoinHandle};

pub const IDLE: usize = 1_000;
pub const SLOW: usize = 50;

/// How long a slow client takes for a byte.
const PACE: Duration = Duration::from_millis(100);

/// The connections; they close when it is dropped.
pub struct Crowd {
    _idle: Vec<TcpStream>,
    slow: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// Connects them all. A server may close those that it has no room for; slow ones come back.
    pub async fn gather(port: u16) -> Result<Self, String> {
        let mut idle = Vec::with_capacity(IDLE);
        for _ in 0..IDLE {
            idle.push(TcpStream::connect(("127.0.0.1", port)).await.map_err(|e| e.to_string())?);
        }
        let slow = (0..SLOW).map(|_| tokio::task::spawn_local(trickle(port))).collect();
        Ok(Self { _idle: idle, slow })
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.slow.iter().for_each(JoinHandle::abort);
    }
}

async fn trickle(port: u16) {
    loop {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await {
            let mut next: &[u8] = b"POST /mcp HTTP/1.1\r\nhost: l";
            while stream.write_all(next).await.is_ok() {
                tokio::time::sleep(PACE).await;
                next = b"o";
            }
        }
        tokio::time::sleep(PACE).await;
    }
}
