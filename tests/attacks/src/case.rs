//! A case: one attack, what it is made against, and who is beside it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::figure::Figure;
use crate::good::Good;
use crate::http1::{ATTACKER, Answer, Client, GOOD, Lasting, connect};
use crate::message::{self, Post};
use crate::process::{Probe, Programs, Setup};

/// Why a case could not be run to its end.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What an attack measures besides what is measured of all.
pub type Figures = Result<Vec<Figure>, Failure>;

/// An attack at work.
pub type Running = Pin<Box<dyn Future<Output = Figures> + Send>>;

/// How much an attack takes of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// It mostly waits: it may run beside others.
    Waits,
    /// It keeps processors busy, and runs alone.
    Works,
}

/// One attack.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its name on the command line.
    pub name: &'static str,
    /// The rows of the table in the documentation of this crate that it answers.
    pub rows: &'static [u8],
    /// What the attacker does.
    pub what: &'static str,
    /// How much it takes of this machine.
    pub load: Load,
    /// Whether it is made against a component, too.
    pub component: bool,
    /// What is run.
    pub kind: Kind,
}

/// What is run.
#[derive(Clone, Copy)]
pub enum Kind {
    /// An attack on a server, beside a good client.
    Beside {
        /// Puts the setting together; files go to the folder.
        setting: fn(&Path) -> Result<Setting, Failure>,
        /// The attack.
        attack: fn(Arc<Stage>) -> Running,
    },
    /// A case that starts and measures programs itself.
    Alone(fn(Programs) -> Running),
}

/// What is attacked, and who is beside it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The server.
    pub setup: Setup,
    /// The good client.
    pub good: Good,
    /// Memory that may stay after the attack, in KiB: what the server is to keep.
    pub kept: u64,
}

/// What a store in memory may hold by default, in KiB.
const STORE: u64 = 64 << 10;

/// The example `everything` with its defaults.
pub fn everything(_: &Path) -> Result<Setting, Failure> {
    Ok(Setting { setup: Setup::everything(), good: Good::calls("test_simple_text", "{}"), kept: 0 })
}

/// The victim, with its limits of time scaled.
pub fn victim(_: &Path) -> Result<Setting, Failure> {
    let good = Good::calls("echo", r#"{"message":"good"}"#);
    Ok(Setting { setup: Setup::victim(), good, kept: 0 })
}

/// The victim, with a good client in a session.
pub fn victim_in_session(folder: &Path) -> Result<Setting, Failure> {
    let mut setting = victim(folder)?;
    setting.good.session = true;
    Ok(setting)
}

/// The victim, with a good client that makes tasks.
pub fn victim_with_tasks(_: &Path) -> Result<Setting, Failure> {
    let mut good = Good::calls("done", r#"{"size":10}"#);
    good.task = true;
    Ok(Setting { setup: Setup::victim(), good, kept: STORE })
}

/// The victim, whose tasks stay for an hour.
pub fn victim_that_keeps(folder: &Path) -> Result<Setting, Failure> {
    Ok(Setting { kept: STORE, ..victim(folder)? })
}

/// The victim, where callers have names.
pub fn guarded(folder: &Path) -> Result<Setting, Failure> {
    let mut setting = victim(folder)?;
    setting.setup = setting.setup.env("ATTACK_AUTH", "1");
    setting.good.token = Some("good");
    Ok(setting)
}

/// Where an attack takes place.
#[derive(Debug)]
pub struct Stage {
    /// The server.
    pub address: SocketAddr,
    /// What can be measured of it.
    pub probe: Probe,
    /// By how much its limits of time are divided.
    pub scale: u32,
    /// Whether the attack is made in full.
    pub full: bool,
}

/// How exact the server's limits of time have to be, on a busy machine.
const SLACK: Duration = Duration::from_millis(1500);

impl Stage {
    /// A limit of time, as it is scaled.
    pub fn scaled(&self, seconds: u64) -> Duration {
        Duration::from_secs(seconds) / self.scale.max(1)
    }

    /// The time at which something that has this limit has to be over.
    pub fn over_after(&self, seconds: u64) -> Duration {
        self.scaled(seconds) + SLACK
    }

    /// How often something is done: in full, or in the short form.
    pub const fn count(&self, full: usize, short: usize) -> usize {
        if self.full { full } else { short }
    }

    /// A connection of the attacker.
    pub async fn client(&self) -> io::Result<Client> {
        connect(ATTACKER, self.address).await.map(Client::new)
    }

    /// Sends a request on a connection of its own.
    pub async fn ask(&self, post: &Post) -> io::Result<Answer> {
        self.client().await?.ask(post).await
    }

    /// A new session.
    pub async fn session(&self) -> Result<String, Failure> {
        self.session_of(None).await
    }

    /// A new session of that caller.
    pub async fn session_of(&self, token: Option<&str>) -> Result<String, Failure> {
        let mut post = message::initialize(message::CLIENT);
        if let Some(token) = token {
            post = post.token(token);
        }
        let begun = self.ask(&post).await?;
        let id = begun.field("mcp-session-id").ok_or_else(|| format!("no session: {begun:?}"))?;
        Ok(id.to_owned())
    }

    /// A client of the attacker that connects again.
    pub const fn lasting(&self) -> Lasting {
        Lasting::new(ATTACKER, self.address)
    }

    /// Ends sessions, so that nothing has to be kept for them; how many were there.
    pub async fn end_sessions(self: &Arc<Self>, ids: &[String]) -> usize {
        const CONNECTIONS: usize = 16;
        let parts: Vec<Vec<String>> = (0..CONNECTIONS)
            .map(|part| ids.iter().skip(part).step_by(CONNECTIONS).cloned().collect())
            .collect();
        let parts = Arc::new(parts);
        let ended = each(CONNECTIONS, CONNECTIONS, |part| {
            let (stage, parts) = (Arc::clone(self), Arc::clone(&parts));
            async move {
                let (mut ended, mut client) = (0, stage.lasting());
                for id in parts.get(part).into_iter().flatten() {
                    let answer = client.exchange(&message::delete(id)).await;
                    ended += usize::from(answer.is_ok_and(|answer| answer.status == 204));
                }
                ended
            }
        });
        ended.await.into_iter().sum()
    }

    /// Sends the bytes and leaves the connection open.
    pub async fn leave(&self, bytes: &[u8]) -> io::Result<Client> {
        let mut client = self.client().await?;
        client.send(bytes).await?;
        Ok(client)
    }

    /// The same from another address of this machine; the attack from many has eight.
    pub async fn leave_from(&self, number: usize, bytes: &[u8]) -> io::Result<Client> {
        let last = u8::try_from(10 + number % 8).unwrap_or(10);
        let mut client = Client::new(connect(Ipv4Addr::new(127, 0, 0, last).into(), self.address).await?);
        client.send(bytes).await?;
        Ok(client)
    }

    /// What a call returns as text. It comes from the address of the good client: the attacker may have used up its share.
    pub async fn text_of(&self, post: &Post) -> Result<String, Failure> {
        let answer = Client::new(connect(GOOD, self.address).await?).ask(post).await?;
        Ok(answer.member("text").ok_or_else(|| format!("no text: {answer:?}"))?.to_owned())
    }

    /// The time on a processor that `what` takes of the server: the least of three, since others use it meanwhile.
    pub async fn cpu_of<F: Future<Output = Result<(), Failure>>>(
        &self,
        what: impl Fn() -> F,
    ) -> Result<Duration, Failure> {
        let mut least = Duration::MAX;
        for _ in 0..3 {
            let before = self.probe.cpu();
            what().await?;
            least = least.min(self.probe.cpu().saturating_sub(before));
        }
        Ok(least)
    }
}

/// Does something so many times, `at_once` at a time; what came of each.
pub async fn each<T, F>(count: usize, at_once: usize, make: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(at_once.max(1)));
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let made = make(number);
        tasks.spawn(async move {
            let made = made.await;
            drop(place);
            made
        });
    }
    tasks.join_all().await
}
