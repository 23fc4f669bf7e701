//! The benchmark's tools, the same natively and as a component.

use std::borrow::Cow;
use std::sync::OnceLock;

use pulseengine_mcp::prelude::*;

/// The size that the benchmark asks for; its text is made once.
const BIG: usize = 102_400;

pub struct Bench;

#[server(name = "bench-server")]
impl Bench {
    /// Returns the message it was given
    #[tool]
    fn echo(
        &self,
        /// Text to send back
        message: String,
    ) -> String {
        message
    }

    /// Returns a text of the requested size
    #[tool]
    fn big(
        &self,
        /// Number of characters to return
        size: u32,
    ) -> Cow<'static, str> {
        static TEXT: OnceLock<String> = OnceLock::new();
        match size as usize {
            BIG => TEXT.get_or_init(|| pattern(BIG)).into(),
            size => pattern(size).into(),
        }
    }

    /// Sends progress notifications, then a result
    #[tool]
    async fn progress(
        &self,
        /// Number of progress notifications to send
        count: u32,
        cx: &Context,
    ) -> String {
        for i in 1..=count {
            cx.progress(f64::from(i), Some(f64::from(count))).await;
        }
        format!("{count} done")
    }
}

fn pattern(size: usize) -> String {
    (0..size).map(|i| if i % 80 == 79 { '\n' } else { char::from(b'a' + (i % 26) as u8) }).collect()
}
