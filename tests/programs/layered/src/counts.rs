//! What the layer and the observer have counted, as long as the instance lives.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use pulseengine_mcp::{Event, Observer, Outcome};

/// The counts of this instance.
pub static COUNTS: Counts = Counts::new();

macro_rules! counts {
    ($($name:ident),*) => {
        /// Counts.
        pub struct Counts {
            $($name: AtomicI64,)*
        }

        impl Counts {
            const fn new() -> Self {
                Self { $($name: AtomicI64::new(0),)* }
            }

            /// All of them, as JSON.
            pub fn json(&self) -> String {
                let counts = [$((stringify!($name), self.$name.load(Relaxed)),)*];
                let members: Vec<_> = counts.iter().map(|(name, count)| format!("\"{name}\":{count}")).collect();
                format!("{{{}}}", members.join(","))
            }
        }
    };
}

counts! {
    begun, complete, tool_error, input_required, error, refused, cancelled, panicked, other,
    connections_opened, connections_closed, received, sent, responses, rejected, streams_opened,
    streams_closed, sessions_opened, sessions_closed
}

impl Counts {
    /// A request has begun.
    pub fn begun(&self) {
        self.begun.fetch_add(1, Relaxed);
    }

    /// A request has ended.
    pub fn ended(&self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Complete => &self.complete,
            Outcome::ToolError => &self.tool_error,
            Outcome::InputRequired => &self.input_required,
            Outcome::Error(_) => &self.error,
            Outcome::Refused(_) => &self.refused,
            Outcome::Cancelled => &self.cancelled,
            Outcome::Panicked => &self.panicked,
            _ => &self.other,
        };
        count.fetch_add(1, Relaxed);
    }
}

/// Counts what happens around requests.
pub struct Watch;

impl Observer for Watch {
    fn observe(&self, event: &Event<'_>) {
        let add = |count: &AtomicI64, more: u64| {
            count.fetch_add(more.try_into().unwrap_or(i64::MAX), Relaxed);
        };
        match event {
            Event::ConnectionOpened { .. } => add(&COUNTS.connections_opened, 1),
            Event::ConnectionClosed { received, sent, .. } => {
                add(&COUNTS.connections_closed, 1);
                add(&COUNTS.received, *received);
                add(&COUNTS.sent, *sent);
            }
            Event::Response { rejected, .. } => {
                add(&COUNTS.responses, 1);
                add(&COUNTS.rejected, u64::from(*rejected));
            }
            Event::StreamOpened => add(&COUNTS.streams_opened, 1),
            Event::StreamClosed { .. } => add(&COUNTS.streams_closed, 1),
            Event::SessionOpened { .. } => add(&COUNTS.sessions_opened, 1),
            Event::SessionClosed { .. } => add(&COUNTS.sessions_closed, 1),
            _ => {}
        }
    }
}
