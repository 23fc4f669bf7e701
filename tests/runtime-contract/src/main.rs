//! Checks what `pulseengine-mcp-runtime` promises, on the platform it was built for. For drivers: see README.md.

use std::io;
use std::process::ExitCode;

use pulseengine_mcp_runtime::io as streams;
use pulseengine_mcp_runtime::prelude::*;

/// What a case returns: why it failed.
type Verdict = Result<(), String>;

type Case = (&'static str, fn() -> JoinHandle<Verdict>);

/// Fails the case unless the condition holds.
macro_rules! check {
    ($condition:expr, $($why:tt)+) => {
        if !$condition {
            return Err(format!($($why)+));
        }
    };
}

/// Names async functions as cases. Each runs as a task, so that one that panics does not take the others with it.
macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        &[$((stringify!($case), || ::pulseengine_mcp_runtime::spawn($case()))),*]
    };
}

// After the macros, which it uses.
mod cases;

pulseengine_mcp_runtime::main!(chosen());

#[cfg(feature = "wasip3")]
pulseengine_mcp_runtime::on_wasi_0_3! {
    mod calls;
}

async fn chosen() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        None | Some("run") => run().await,
        Some("wait") => wait().await,
        Some("large") => large().await,
        Some("echo") => echo().await,
        Some("wstd") => run_table(cases::of_wstd()).await,
        Some("http") => run_table(cases::of_http()).await,
        Some("leave") => leave().await,
        Some("deadlock") => std::future::pending().await,
        Some(_) => return ExitCode::from(2),
    };
    result.unwrap_or(ExitCode::from(3))
}

/// One write per line, so that a driver never sees half of one.
async fn line(text: String) -> io::Result<()> {
    let mut out = stdout();
    out.write_all(format!("{text}\n").as_bytes()).await?;
    out.flush().await
}

async fn run() -> io::Result<ExitCode> {
    let mut count = Count::default();
    for table in cases::without_input() {
        count.run(table).await?;
    }
    line("feed".to_owned()).await?;
    count.run(cases::with_input()).await?;
    count.verdict().await
}

async fn run_table(table: &[Case]) -> io::Result<ExitCode> {
    let mut count = Count::default();
    count.run(table).await?;
    count.verdict().await
}

#[derive(Default)]
struct Count {
    failed: u32,
    total: u32,
}

impl Count {
    async fn run(&mut self, table: &[Case]) -> io::Result<()> {
        for (name, start) in table {
            let verdict = match timeout(Duration::from_secs(30), start()).await {
                Ok(Ok(verdict)) => verdict,
                Ok(Err(error)) => Err(error.to_string()),
                Err(_) => Err("still not done after 30 s".to_owned()),
            };
            self.total += 1;
            match verdict {
                Ok(()) => line(format!("ok {name}")).await?,
                Err(why) => {
                    self.failed += 1;
                    line(format!("FAILED {name}: {why}")).await?;
                }
            }
        }
        Ok(())
    }

    async fn verdict(self) -> io::Result<ExitCode> {
        if self.failed == 0 {
            line(format!("passed {}", self.total)).await?;
            return Ok(ExitCode::SUCCESS);
        }
        line(format!("failed {} of {}", self.failed, self.total)).await?;
        Ok(ExitCode::FAILURE)
    }
}

async fn wait() -> io::Result<ExitCode> {
    line("waiting".to_owned()).await?;
    let end_of_input = spawn(async { stdin().read(&mut [0; 16]).await });
    sleep(Duration::from_secs(1)).await;
    line("waited".to_owned()).await?;
    end_of_input.await??;
    Ok(ExitCode::SUCCESS)
}

async fn large() -> io::Result<ExitCode> {
    let bytes: String = (0..65_536).map(|number| format!("line {number:010}\n")).collect();
    let mut out = stdout();
    out.write_all(bytes.as_bytes()).await?;
    out.flush().await?;
    Ok(ExitCode::SUCCESS)
}

async fn echo() -> io::Result<ExitCode> {
    let mut out = stdout();
    streams::copy(&mut stdin(), &mut out).await?;
    out.flush().await?;
    Ok(ExitCode::SUCCESS)
}

/// Ends while a read is outstanding and a task is left.
async fn leave() -> io::Result<ExitCode> {
    spawn(async { stdin().read(&mut [0; 16]).await });
    spawn(std::future::pending::<()>());
    sleep(Duration::from_millis(100)).await;
    line("leaving".to_owned()).await?;
    Ok(ExitCode::SUCCESS)
}
