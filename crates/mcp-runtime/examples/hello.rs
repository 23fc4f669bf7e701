//! Says hello, natively and as a component.

use std::io;

use pulseengine_mcp_runtime::prelude::*;

async fn task() -> io::Result<()> {
    let mut out = stdout();
    out.write_all(b"Hello\n").await?;
    out.flush().await?;
    sleep(Duration::from_secs(1)).await;
    Ok(())
}

fn main() -> io::Result<()> {
    block_on(task())
}
