//! Answers each line of standard input a tenth of a second later, however many are on their way at once.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;

use pulseengine_mcp_runtime::prelude::*;

pulseengine_mcp_runtime::main!(serve());

enum Event {
    Line(Option<String>),
    Answer(String),
}

async fn serve() -> io::Result<()> {
    let mut lines = BufReader::new(stdin()).lines();
    let mut out = stdout();
    let mut answers = TaskSet::new();
    let mut open = true;
    while open || !answers.is_empty() {
        let event = {
            let mut line = pin!(lines.next_line());
            poll_fn(|cx| {
                if let Poll::Ready(Some(answer)) = answers.poll_next(cx) {
                    return Poll::Ready(Ok(Event::Answer(answer)));
                }
                if open { line.as_mut().poll(cx).map_ok(Event::Line) } else { Poll::Pending }
            })
            .await?
        };
        match event {
            Event::Line(Some(line)) => {
                answers.push(Box::pin(async move {
                    sleep(Duration::from_millis(100)).await;
                    line
                }));
            }
            Event::Line(None) => open = false,
            Event::Answer(mut answer) => {
                answer.push('\n');
                out.write_all(answer.as_bytes()).await?;
                out.flush().await?;
            }
        }
    }
    Ok(())
}
