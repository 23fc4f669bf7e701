//! Says hello, natively and as a component.

use pulseengine_mcp_runtime::prelude::*;

async fn task() {
    let mut out = stdout();
    out.write_all(b"Hello\n").await.unwrap();
    sleep(Duration::from_secs(1)).await;
}

fn main() {
    block_on(task());
}
