//! Standard streams: one client, which may be as rude as any. And `notes`, whose arguments and files it tries.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;

use crate::case::{Failure, Figures};
use crate::figure::Figure;
use crate::http1::{ATTACKER, Client, connect};
use crate::message;
use crate::process::{Process, Programs, Scratch};

/// The most memory, in KiB.
const MOST_MEMORY: u64 = 300 << 10;

/// How long a line may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long handlers may go on once the client has gone.
const GRACE: Duration = Duration::from_secs(5);

/// `everything` on its standard streams.
pub(super) struct Spoken {
    /// The program.
    pub(super) process: Process,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    start: u64,
}

impl Spoken {
    /// Starts it; one request is answered before anything is measured.
    pub(super) async fn start(programs: &Programs) -> Result<Self, Failure> {
        let mut command = Command::new(programs.folder.join("everything"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Process::start(&mut command)?;
        let input = process.child.stdin.take().ok_or("no standard input")?;
        let output = process.child.stdout.take().ok_or("no standard output")?;
        let (input, output) = (ChildStdin::from_std(input)?, BufReader::new(ChildStdout::from_std(output)?));
        let mut spoken = Self { process, input, output, start: 0 };
        if !spoken.answers().await {
            return Err(Failure::from("it does not answer"));
        }
        spoken.start = spoken.process.probe().memory();
        Ok(spoken)
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        timeout(PATIENCE, self.input.write_all(bytes)).await??;
        Ok(())
    }

    pub(super) async fn line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        timeout(PATIENCE, self.output.read_line(&mut line)).await??;
        Ok(line)
    }

    /// Whether a request in good order is answered.
    pub(super) async fn answers(&mut self) -> bool {
        let mut call = message::call("test_simple_text", "{}").body;
        call = call.replacen("\"id\":1", "\"id\":\"in good order\"", 1);
        if self.send(format!("{call}\n").as_bytes()).await.is_err() {
            return false;
        }
        while let Ok(line) = self.line().await {
            if line.is_empty() {
                return false;
            }
            if line.contains("in good order") {
                return line.contains("\"result\"");
            }
        }
        false
    }

    /// What holds of every such attack.
    pub(super) async fn judged(mut self, mut figures: Vec<Figure>) -> Figures {
        let answers = self.answers().await;
        figures.push(Figure::so("it answers", answers, answers));
        let probe = self.process.probe();
        figures.push(Figure::memory("peak", probe.peak(), MOST_MEMORY));
        tokio::time::sleep(Duration::from_secs(1)).await;
        figures.push(Figure::memory("memory after", probe.memory(), 2 * self.start + (8 << 10)));
        Ok(figures)
    }
}

/// A line that does not end.
pub async fn without_newline(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    let megabytes = if programs.scale > 1 { 64 } else { 1024 };
    let before = spoken.process.probe().cpu();
    for _ in 0..megabytes {
        spoken.send(&vec![b'x'; 1_000_000]).await?;
    }
    spoken.send(b"\n").await?;
    let error = spoken.line().await?;
    let cpu = spoken.process.probe().cpu().saturating_sub(before) / megabytes;
    let figures = vec![
        Figure::so("an error", error.trim(), error.contains("-32600")),
        Figure::within("CPU for 1 MB", cpu, Duration::from_millis(100)),
    ];
    spoken.judged(figures).await
}

/// Requests whose answers are not read, until no more are taken; then they are read.
pub async fn unread(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    let request = message::call("test_image_content", "{}").body + "\n";
    let hundred = request.repeat(100);
    let mut sent = 0;
    for _ in 0..3000 {
        let written = timeout(Duration::from_secs(1), spoken.input.write_all(hundred.as_bytes())).await;
        if !matches!(written, Ok(Ok(()))) {
            break;
        }
        sent += 100;
    }
    let held = spoken.process.probe().memory();
    // What was written in part: the rest of its line is dropped as an error.
    let mut answers = 0;
    let reading = async {
        while answers < sent {
            let line = spoken.line().await?;
            answers += usize::from(line.contains("\"result\""));
        }
        Ok::<_, Failure>(())
    };
    let _ = timeout(Duration::from_secs(30), reading).await;
    spoken.send(b"\n").await?;
    let figures = vec![
        Figure::least(format!("answers to {sent} requests"), answers, sent),
        Figure::most("requests taken before it stops to read", sent, 100_000),
        Figure::memory("memory meanwhile", held, MOST_MEMORY),
    ];
    spoken.judged(figures).await
}

/// Characters of four bytes, cut at each byte.
pub async fn split_characters(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    let mut right = 0;
    for cut in 1..4 {
        let call = message::stateless(
            "prompts/get",
            None,
            r#""name":"test_prompt_with_arguments","arguments":{"arg1":"🦀","arg2":"𝄞"},"#,
        );
        let line = call.body + "\n";
        let at = line.find('🦀').ok_or("the character")? + cut;
        let (first, second) = line.as_bytes().split_at(at);
        spoken.send(first).await?;
        tokio::time::sleep(Duration::from_millis(30)).await;
        for byte in second {
            spoken.send(&[*byte]).await?;
        }
        let answer = spoken.line().await?;
        right += usize::from(answer.contains("🦀") && answer.contains("𝄞"));
    }
    spoken.send(b"\"\xf0\x9f\n").await?;
    let error = spoken.line().await?;
    let figures = vec![
        Figure::all("answers with all characters", right, 3),
        Figure::so("half a character is an error", error.trim(), error.contains("\"error\"")),
    ];
    spoken.judged(figures).await
}

/// Many ids in flight, each as long as it may be, and ids that are longer.
pub async fn ids(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    let slow = message::stateless(
        "tools/call",
        None,
        r#""name":"slow_compute","arguments":{"seconds":3600,"label":"x"},"#,
    );
    // Without tasks, so that each stays in flight.
    let slow = slow.body.replace(r#","extensions":{"io.modelcontextprotocol/tasks":{}}"#, "");
    let mut refused = 0;
    for number in 0..1000 {
        let id = format!("\"id\":\"{number:0>200}\"");
        spoken.send(format!("{}\n", slow.replacen("\"id\":1", &id, 1)).as_bytes()).await?;
    }
    spoken
        .send(
            format!("{}\n", slow.replacen("\"id\":1", &format!("\"id\":\"{}\"", "x".repeat(100_000)), 1))
                .as_bytes(),
        )
        .await?;
    let mut long = false;
    while refused < 744 {
        let line = spoken.line().await?;
        refused += usize::from(line.contains("-32603"));
        long |= line.contains("-32600");
    }
    if !long {
        long = spoken.line().await?.contains("-32600");
    }
    for number in 0..1000 {
        let cancel = format!(
            r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":"{number:0>200}"}}}}"#
        );
        spoken.send(format!("{cancel}\n").as_bytes()).await?;
    }
    let figures = vec![
        Figure::all("refused, of 1,000 at once", refused, 744),
        Figure::so("an id of 100 kB is refused", long, long),
    ];
    spoken.judged(figures).await
}

/// Lines that are hard to read or mean nothing.
pub async fn bombs(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    let mut figures = Vec::new();
    let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"none"}}"#;
    for (what, bytes, answered) in [
        ("arrays within each other", "[".repeat(1_000_000) + "\n", true),
        ("empty lines", "\n".repeat(1_000_000), false),
        ("names", format!("{{{}\"z\":0}}\n", r#""a":0,"#.repeat(160_000)), true),
        ("cancellations", format!("{cancel}\n").repeat(1_000_000 / cancel.len()), false),
        ("a batch", format!("[{}0]\n", "0,".repeat(500_000)), true),
    ] {
        let before = spoken.process.probe().cpu();
        spoken.send(bytes.as_bytes()).await?;
        if answered {
            spoken.line().await?;
        }
        if !spoken.answers().await {
            return Err(format!("it does not answer after {what}").into());
        }
        let cpu = spoken.process.probe().cpu().saturating_sub(before);
        figures.push(Figure::within(format!("CPU for 1 MB of {what}"), cpu, Duration::from_millis(100)));
    }
    spoken.judged(figures).await
}

/// The client goes away during a call of an hour.
pub async fn client_gone(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    let slow = message::stateless(
        "tools/call",
        None,
        r#""name":"slow_compute","arguments":{"seconds":3600,"label":"x"},"#,
    );
    let slow = slow.body.replace(r#","extensions":{"io.modelcontextprotocol/tasks":{}}"#, "");
    spoken.send(format!("{slow}\n").as_bytes()).await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let Spoken { mut process, input, output, .. } = spoken;
    drop((input, output));
    let most = GRACE + Duration::from_millis(1500);
    let began = Instant::now();
    let ended = tokio::task::spawn_blocking(move || process.end_within(most)).await?;
    let success = ended.is_some_and(|(status, _)| status.success());
    Ok(vec![
        Figure::so("it has ended well", format!("{ended:?}"), success),
        Figure::within("after", began.elapsed(), most),
    ])
}

/// `notes`: an option is no folder, and no symbolic link leads out of the folder.
pub async fn notes(programs: Programs) -> Figures {
    let scratch = Scratch::new("notes")?;
    let (folder, outside) = (scratch.path().join("kept"), scratch.path().join("outside"));
    std::fs::create_dir_all(&folder)?;
    std::fs::create_dir_all(&outside)?;
    std::fs::write(outside.join("secret.md"), "a secret")?;
    std::os::unix::fs::symlink(outside.join("secret.md"), folder.join("link.md"))?;
    std::os::unix::fs::symlink(outside.join("new.md"), folder.join("new.md"))?;
    let mut command = Command::new(programs.folder.join("notes"));
    command.args(["--http", "127.0.0.1:0"]).current_dir(scratch.path()).env("NOTES_DIR", &folder);
    let (_process, address) = tokio::task::spawn_blocking(move || Process::listening(&mut command)).await??;
    let mut client = Client::new(connect(ATTACKER, address).await?);
    let write = |id: &str| message::call("write_note", &format!(r#"{{"id":"{id}","text":"written"}}"#));
    let read = message::stateless("resources/read", Some("note://link"), r#""uri":"note://link","#);
    let leaked = client.ask(&read).await?.body.contains("a secret");
    for id in ["plain", "link", "new"] {
        client.ask(&write(id)).await?;
    }
    let kept = folder.join("plain.md").exists();
    let option = scratch.path().join("--http").exists();
    let same = std::fs::read_to_string(outside.join("secret.md"))? == "a secret";
    let made = outside.join("new.md").exists();
    Ok(vec![
        Figure::so("a note is in its folder", kept, kept),
        Figure::so("`--http` is a folder", option, !option),
        Figure::so("a link is read", leaked, !leaked),
        Figure::so("a file outside is as it was", same, same),
        Figure::so("a file outside is made", made, !made),
    ])
}
