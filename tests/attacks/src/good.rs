//! The good client beside an attack: 20 requests a second from another address, half of them on a connection that stays
//! open, half on new ones. It does not wait for the answer to one before it sends the next.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::LocalSet;

use crate::http1::{Answer, Client, GOOD, connect, within};
use crate::message::{self, Post};
use crate::tls::Trust;

/// The time between two requests.
const PACE: Duration = Duration::from_millis(50);

/// After this a request counts as refused.
const GIVEN_UP: Duration = Duration::from_secs(3);

/// What the good client does.
#[derive(Clone, Debug)]
pub struct Good {
    /// The tool that it calls.
    tool: &'static str,
    arguments: &'static str,
    /// Its session, once it has begun.
    id: Option<String>,
    /// Its name, where callers have one.
    pub token: Option<&'static str>,
    /// Whether it has a session, which it began before the attack.
    pub session: bool,
    /// Whether it makes a task of each call, and asks for it.
    pub task: bool,
    /// Whom it trusts, where the server speaks TLS.
    pub trust: Option<Trust>,
}

impl Good {
    /// Calls a tool.
    pub fn calls(tool: &'static str, arguments: &'static str) -> Self {
        Self { tool, arguments, id: None, token: None, session: false, task: false, trust: None }
    }

    /// The next call.
    fn post(&self) -> Post {
        let post = match &self.id {
            Some(id) => message::call_in(id, self.tool, self.arguments),
            None => message::call(self.tool, self.arguments),
        };
        match self.token {
            Some(token) => post.token(token),
            None => post,
        }
    }

    /// Opens a connection from the good client's address.
    pub async fn connect(&self, to: SocketAddr) -> io::Result<Client> {
        let stream = connect(GOOD, to).await?;
        Ok(match &self.trust {
            Some(trust) => Client::new(trust.connect(stream).await?),
            None => Client::new(stream),
        })
    }
}

/// How its requests went.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// How long each answered request took.
    pub times: Vec<Duration>,
    /// Why the others were not answered as they had to be.
    pub refused: Vec<String>,
}

impl Record {
    /// All requests.
    pub fn sent(&self) -> usize {
        self.times.len() + self.refused.len()
    }

    /// The time that 99 of 100 answered requests took at most.
    pub fn p99(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort_unstable();
        let place = (times.len() * 99).div_ceil(100).saturating_sub(1);
        times.get(place).copied().unwrap_or_default()
    }

    /// At most one in 100 was refused; one alone may be, of a few.
    pub fn is_served(&self) -> bool {
        self.refused.len() * 100 <= self.sent()
    }
}

/// A good client at work. Its thread is its own, so that the attack does not delay it.
#[derive(Debug)]
pub struct Working {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Record, String>>,
}

impl Working {
    /// Begins; the session, if it has one, is there when this returns.
    pub fn begin(good: Good, to: SocketAddr) -> Result<Self, String> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let (ready, is_ready) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            LocalSet::new().block_on(&runtime, async move {
                let good = prepared(good, to).await?;
                let _ = ready.send(());
                Ok(work(good, to, &stopped).await)
            })
        });
        if is_ready.recv_timeout(Duration::from_secs(20)).is_err() {
            return Err(match thread.is_finished().then(|| thread.join()) {
                Some(Ok(Err(error))) => format!("the good client is not served before the attack: {error}"),
                _ => "the good client does not begin".into(),
            });
        }
        Ok(Self { stop, thread })
    }

    /// Stops; how it went.
    pub fn end(self) -> Result<Record, String> {
        self.stop.store(true, SeqCst);
        self.thread.join().map_err(|_| "the good client has panicked".to_owned())?
    }
}

/// The good client with its session.
async fn prepared(mut good: Good, to: SocketAddr) -> Result<Good, String> {
    let failed = |error: io::Error| error.to_string();
    let mut client = good.connect(to).await.map_err(failed)?;
    if good.session {
        let begun = client.ask(&message::initialize(message::CLIENT)).await.map_err(failed)?;
        let id = begun.field("mcp-session-id").ok_or_else(|| format!("no session: {begun:?}"))?;
        good.id = Some(id.to_owned());
    }
    for _ in 0..20 {
        answer(&mut client, &good).await.map_err(failed)?;
    }
    Ok(good)
}

async fn work(good: Good, to: SocketAddr, stopped: &AtomicBool) -> Record {
    let record = Arc::new(Mutex::new(Record::default()));
    let good = Arc::new(good);
    let (sender, receiver) = unbounded_channel();
    let lasting = tokio::task::spawn_local(lasting(Arc::clone(&good), to, receiver, Arc::clone(&record)));
    let mut fresh = Vec::new();
    let mut pace = tokio::time::interval(PACE);
    let mut even = false;
    while !stopped.load(SeqCst) {
        pace.tick().await;
        even = !even;
        if even {
            // It fails only when the other side is gone, which is when this ends.
            let _ = sender.send(Instant::now());
            continue;
        }
        let (good, record) = (Arc::clone(&good), Arc::clone(&record));
        fresh.push(tokio::task::spawn_local(async move {
            let began = Instant::now();
            note(&record, began, within(GIVEN_UP, once(&good, to)).await);
        }));
    }
    drop(sender);
    for task in fresh {
        let _ = task.await;
    }
    let _ = tokio::time::timeout(GIVEN_UP, lasting).await;
    let record = record.lock().unwrap_or_else(PoisonError::into_inner);
    record.clone()
}

/// One connection for one request after the other; a new one when it was closed in between, as any client does.
async fn lasting(
    good: Arc<Good>,
    to: SocketAddr,
    mut requests: UnboundedReceiver<Instant>,
    record: Arc<Mutex<Record>>,
) {
    let mut connection = None;
    while let Some(began) = requests.recv().await {
        let served = within(GIVEN_UP, async {
            if let Some(mut client) = connection.take()
                && answer(&mut client, &good).await.is_ok()
            {
                connection = Some(client);
                return Ok(());
            }
            let mut client = good.connect(to).await?;
            answer(&mut client, &good).await?;
            connection = Some(client);
            Ok(())
        });
        let served = served.await;
        note(&record, began, served);
    }
}

async fn once(good: &Good, to: SocketAddr) -> io::Result<()> {
    let mut client = good.connect(to).await?;
    answer(&mut client, good).await
}

/// Sends a request and looks at the answer.
async fn answer(client: &mut Client, good: &Good) -> io::Result<()> {
    let answer = client.ask(&good.post()).await?;
    check(&answer)?;
    if good.task {
        let id =
            answer.member("taskId").ok_or_else(|| io::Error::other(format!("no task: {}", answer.body)))?;
        check(&client.ask(&message::task("tasks/get", id)).await?)?;
    }
    Ok(())
}

fn check(answer: &Answer) -> io::Result<()> {
    if answer.status == 200 && answer.body.contains("\"result\":") {
        return Ok(());
    }
    let start: String = answer.body.chars().take(80).collect();
    Err(io::Error::other(format!("{} {start}", answer.status)))
}

fn note(record: &Mutex<Record>, began: Instant, served: io::Result<()>) {
    let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
    match served {
        Ok(()) => record.times.push(began.elapsed()),
        Err(error) => record.refused.push(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_summed_up() {
        let mut record =
            Record { times: (1..=200).map(Duration::from_millis).collect(), refused: Vec::new() };
        assert_eq!(record.p99(), Duration::from_millis(198));
        assert!(record.is_served());
        record.refused = vec!["503".into(); 2];
        assert!(record.is_served());
        record.refused.push("503".into());
        assert!(!record.is_served());
        assert_eq!(Record::default().p99(), Duration::ZERO);
    }
}
