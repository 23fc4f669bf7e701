//! Entropy, the wall clock, and I/O between tasks.

use pulseengine_mcp_runtime::io::{duplex, split};
use pulseengine_mcp_runtime::prelude::*;
use pulseengine_mcp_runtime::{entropy, unix_time};

use crate::{Case, Verdict};

pub(super) const CASES: &[Case] = cases![
    entropy_differs,
    wall_clock_is_of_this_age,
    a_duplex_carries_bytes,
    stderr_takes_bytes,
    futures_are_send
];

fn text(error: impl ToString) -> String {
    error.to_string()
}

async fn entropy_differs() -> Verdict {
    let (mut first, mut second) = ([0; 32], [0; 32]);
    entropy(&mut first).map_err(text)?;
    entropy(&mut second).map_err(text)?;
    check!(first != second && first != [0; 32], "the same bytes twice");
    entropy(&mut []).map_err(text)
}

async fn wall_clock_is_of_this_age() -> Verdict {
    let seconds = unix_time().as_secs();
    check!((1_750_000_000..10_000_000_000).contains(&seconds), "{seconds} s since 1970");
    Ok(())
}

async fn a_duplex_carries_bytes() -> Verdict {
    let (near, far) = duplex(64);
    let echo = spawn(async move {
        let (mut from, mut to) = split(far);
        pulseengine_mcp_runtime::io::copy(&mut from, &mut to).await
    });
    let (mut reader, mut writer) = split(near);
    let sender = spawn(async move {
        let sent = writer.write_all(&[7; 10_000]).await;
        let shut = writer.shutdown().await;
        sent.and(shut)
    });
    let mut got = vec![0; 10_000];
    reader.read_exact(&mut got).await.map_err(text)?;
    check!(got == [7; 10_000], "other bytes came back");
    sender.await.map_err(text)?.map_err(text)?;
    let copied = echo.await.map_err(text)?.map_err(text)?;
    check!(copied == 10_000, "{copied} bytes were copied");
    Ok(())
}

async fn stderr_takes_bytes() -> Verdict {
    let mut err = stderr();
    err.write_all(b"(a line on standard error)\n").await.map_err(text)?;
    err.flush().await.map_err(text)
}

/// Checked by the compiler.
async fn futures_are_send() -> Verdict {
    fn send<T: Send>(_: &T) {}
    let reading = async { stdin().read(&mut [0; 1]).await };
    let writing = async { stdout().write_all(b"").await };
    let waiting = async {
        interval(Duration::from_secs(1)).tick().await;
        let _ = timeout(Duration::from_secs(1), sleep(Duration::from_secs(1))).await;
    };
    send(&reading);
    send(&writing);
    send(&waiting);
    send(&TaskSet::<()>::new());
    Ok(())
}
