//! More of standard streams: equal ids, subscriptions, progress that is not read, answers to nothing.

use std::time::Duration;

use crate::attacks::streams::Spoken;
use crate::case::Figures;
use crate::figure::Figure;
use crate::message;
use crate::process::Programs;

/// What 1 MB may cost.
const MEGABYTE: Duration = Duration::from_millis(100);

/// A call of `everything` that takes so long.
fn slow(seconds: u32) -> String {
    let arguments = format!(r#""name":"slow_compute","arguments":{{"seconds":{seconds},"label":"x"}},"#);
    let body = message::stateless("tools/call", None, &arguments).body;
    // Without tasks, so that each stays in flight.
    body.replace(r#","extensions":{"io.modelcontextprotocol/tasks":{}}"#, "")
}

/// The same id in flight again and again; the first is cancelled at the end.
pub async fn equal_ids(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    let call = slow(3600) + "\n";
    spoken.send(call.repeat(500).as_bytes()).await?;
    let mut refused = 0;
    while refused < 499 {
        let line = spoken.line().await?;
        if !line.contains("\"error\"") {
            break;
        }
        refused += 1;
    }
    let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;
    spoken.send(format!("{cancel}\n").as_bytes()).await?;
    spoken.judged(vec![Figure::all("refused", refused, 499)]).await
}

/// Subscriptions to many long URIs, in a session.
pub async fn subscriptions(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    spoken.send((message::initialize(message::CLIENT).body + "\n").as_bytes()).await?;
    spoken.line().await?;
    let (mut taken, count) = (0, 5000);
    for number in 0..count {
        let uri = format!("test://{number}{}", "x".repeat(7000));
        let subscribe = format!(
            r#"{{"jsonrpc":"2.0","id":{number},"method":"resources/subscribe","params":{{"uri":"{uri}"}}}}"#
        );
        spoken.send(format!("{subscribe}\n").as_bytes()).await?;
        taken += usize::from(spoken.line().await?.contains("\"result\""));
    }
    // The session goes on, with what is left to it.
    spoken.judged(vec![Figure::most(format!("subscriptions taken, of {count}"), taken, 1024)]).await
}

/// Small messages that ask for nothing, or for little.
pub async fn small_messages(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    let mut figures = Vec::new();
    for (what, message, answered) in [
        ("answers to nothing", r#"{"jsonrpc":"2.0","id":7,"result":{}}"#, false),
        (
            "progress",
            r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}"#,
            false,
        ),
        ("methods that do not exist", r#"{"jsonrpc":"2.0","id":1,"method":"none/such"}"#, true),
        ("half a message", r#"{"jsonrpc":"2.0","id":1,"method":"#, true),
    ] {
        let count = 1_000_000 / message.len();
        let before = spoken.process.probe().cpu();
        // In parts: answers that are not read would fill the pipe.
        for _ in 0..count / 100 {
            spoken.send(format!("{message}\n").repeat(100).as_bytes()).await?;
            for _ in 0..if answered { 100 } else { 0 } {
                spoken.line().await?;
            }
        }
        if !spoken.answers().await {
            return Err(format!("it does not answer after {what}").into());
        }
        let cpu = spoken.process.probe().cpu().saturating_sub(before);
        // An answer is written, and a system call made, for each.
        let most = if answered { 5 * MEGABYTE } else { MEGABYTE };
        figures.push(Figure::within(format!("CPU for 1 MB of {what}"), cpu, most));
    }
    spoken.judged(figures).await
}

/// Progress that is not read, of as many calls as there may be; then all of it is.
pub async fn unread_progress(programs: Programs) -> Figures {
    let mut spoken = Spoken::start(&programs).await?;
    let params = r#""name":"test_tool_with_progress","arguments":{},"#;
    let call = message::stateless("tools/call", None, params).body;
    for number in 0..200 {
        let call = call.replacen("\"id\":1", &format!("\"id\":{}", number + 10), 1);
        spoken.send(format!("{call}\n").as_bytes()).await?;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let held = spoken.process.probe().memory();
    let mut answers = 0;
    while answers < 200 {
        answers += usize::from(spoken.line().await?.contains("\"result\""));
    }
    let memory = Figure::memory("memory meanwhile", held, 64 << 10);
    spoken.judged(vec![Figure::all("answers", answers, 200), memory]).await
}
