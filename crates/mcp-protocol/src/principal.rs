//! Who a request is from.

use alloc::string::String;
use alloc::sync::Arc;
use core::any::Any;
use core::fmt;
use core::time::Duration;

/// Who a request is from, established by whoever authenticated it. Cheap to clone.
///
/// ```
/// use core::time::Duration;
/// use pulseengine_mcp_protocol::Principal;
/// let alice = Principal::new("https://login.example.com alice").until(Duration::from_secs(1_800_000_000));
/// assert_eq!(alice.id(), "https://login.example.com alice");
/// ```
#[derive(Clone)]
pub struct Principal {
    /// A trait object, so that a server that knows nobody carries none of what is in it.
    known: Arc<dyn Identity>,
}

trait Identity: Send + Sync {
    fn known(&self) -> &Known;
}

struct Known {
    id: String,
    until: Option<Duration>,
    held: Option<Held>,
}

impl Identity for Known {
    fn known(&self) -> &Known {
        self
    }
}

/// Something that a transport keeps for as long as a request is being served.
pub type Held = Arc<dyn Any + Send + Sync>;

impl Principal {
    /// The principal of that name. Two requests with the same id are from the same principal, so it has to name the issuer
    /// too where there are several. It is no secret, and is kept with tasks and sessions.
    pub fn new(id: impl Into<String>) -> Self {
        Self::of(id.into(), None, None)
    }

    fn of(id: String, until: Option<Duration>, held: Option<Held>) -> Self {
        Self { known: Arc::new(Known { id, until, held }) }
    }

    /// The same, established until that time, counted from 1970: the `exp` of a token. Streams that stay open end then.
    #[must_use]
    pub fn until(self, time: Duration) -> Self {
        Self::of(self.known().id.clone(), Some(time), self.known().held.clone())
    }

    /// The same, for one request: `held` is dropped with the last clone.
    #[must_use]
    pub fn holding(self, held: Held) -> Self {
        Self::of(self.known().id.clone(), self.known().until, Some(held))
    }

    fn known(&self) -> &Known {
        self.known.known()
    }

    /// The name.
    pub fn id(&self) -> &str {
        &self.known().id
    }

    /// Until when it is established, counted from 1970; `None`: for as long as the connection lasts.
    pub fn expires(&self) -> Option<Duration> {
        self.known().until
    }

    /// What was given to [`Principal::holding`].
    pub fn held(&self) -> Option<&Held> {
        self.known().held.as_ref()
    }
}

impl PartialEq for Principal {
    fn eq(&self, other: &Self) -> bool {
        self.known().id == other.known().id
    }
}

impl Eq for Principal {}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Principal").field(&self.known().id).finish()
    }
}
