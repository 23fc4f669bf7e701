//! A server for other people's clients: one of each thing that they can ask for. `cargo xtask interop` runs them against it.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use pulseengine_mcp::prelude::*;
use pulseengine_mcp::runtime::sleep;

struct Clients;

/// How many calls of `wait` were cancelled in this process or instance.
static CANCELLED: AtomicU32 = AtomicU32::new(0);

/// Counts a call that ends without its answer.
struct Waiting {
    answered: bool,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.answered {
            CANCELLED.fetch_add(1, Relaxed);
        }
    }
}

#[derive(Schema)]
struct Person {
    /// The name.
    name: String,
}

#[server(name = "clients", version = "1.0.0")]
impl Clients {
    /// Returns its argument.
    #[tool]
    fn echo(&self, text: String) -> String {
        text
    }

    /// Fails.
    #[tool]
    fn fail(&self) -> Result<String, ToolError> {
        Err(ToolError::new("This tool fails."))
    }

    /// Sends three progress notifications and returns at once.
    #[tool]
    async fn report(&self, cx: &Context) -> &'static str {
        for (step, message) in [(1.0, "one"), (2.0, "two"), (3.0, "three")] {
            cx.progress_with(step, Some(3.0), Some(message)).await;
        }
        "reported"
    }

    /// Asks the user for a name.
    #[tool]
    async fn ask(&self, cx: &Context) -> Result<String, ToolError> {
        Ok(match cx.input("name").elicit::<Person>("What is your name?").await? {
            Elicited::Accepted(Person { name }) => format!("accepted: {name}"),
            Elicited::Declined => "declined".into(),
            Elicited::Cancelled => "cancelled".into(),
        })
    }

    /// Waits for a minute.
    #[tool]
    async fn wait(&self, cx: &Context) -> &'static str {
        let mut waiting = Waiting { answered: false };
        cx.progress_with(1.0, None, Some("waiting")).await;
        sleep(Duration::from_secs(60)).await;
        waiting.answered = true;
        "waited"
    }

    /// How many calls of `wait` were cancelled.
    #[tool]
    fn cancelled(&self) -> u32 {
        CANCELLED.load(Relaxed)
    }

    /// A text.
    #[resource("clients://text", mime_type = "text/plain")]
    fn text(&self) -> &'static str {
        "the text"
    }

    /// An item.
    #[resource("clients://item/{id}", mime_type = "text/plain")]
    fn item(&self, id: String) -> String {
        format!("item {id}")
    }

    /// Greets a person.
    #[prompt]
    fn greeting(&self, name: String) -> String {
        format!("Greet {name}.")
    }

    #[completion(prompt = "greeting", argument = "name")]
    fn names(&self, value: &str) -> Vec<&'static str> {
        ["Ada", "Alan", "Grace"].into_iter().filter(|name| name.starts_with(value)).collect()
    }
}

pulseengine_mcp::main!(Clients);
