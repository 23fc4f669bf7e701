//! The authenticated caller of a request.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::fmt;
use core::time::Duration;

/// An authenticated caller: an id, when its authentication expires, and claims. Cheap to clone.
///
/// ```
/// use core::time::Duration;
/// use pulseengine_mcp_protocol::Principal;
///
/// #[derive(Debug, PartialEq)]
/// struct Tenant(u32);
///
/// let alice = Principal::new("https://login.example.com alice")
///     .until(Duration::from_secs(1_800_000_000))
///     .with_scopes(["files:read", "files:write"])
///     .with_claim(Tenant(7));
/// assert_eq!(alice.id(), "https://login.example.com alice");
/// assert!(alice.has_scope("files:write") && !alice.has_scope("admin"));
/// assert_eq!(alice.claim::<Tenant>(), Some(&Tenant(7)));
/// ```
#[derive(Clone)]
pub struct Principal {
    /// A trait object, so that a server without authentication carries none of what is in it.
    known: Arc<dyn Identity>,
}

trait Identity: Send + Sync {
    fn known(&self) -> &Known;
}

#[derive(Clone)]
struct Known {
    id: String,
    until: Option<Duration>,
    scopes: Vec<String>,
    claims: Vec<Arc<dyn Any + Send + Sync>>,
}

impl Identity for Known {
    fn known(&self) -> &Known {
        self
    }
}

impl Principal {
    /// The caller of that id. Two requests with the same id are from the same caller, so the id has to name the issuer too
    /// where there are several. It is no secret, and is kept with tasks and sessions.
    pub fn new(id: impl Into<String>) -> Self {
        Known { id: id.into(), until: None, scopes: Vec::new(), claims: Vec::new() }.into()
    }

    fn with(&self, change: impl FnOnce(&mut Known)) -> Self {
        let mut known = self.known().clone();
        change(&mut known);
        known.into()
    }

    /// The same, authenticated until that time, counted from 1970: the `exp` of a token. Streams that stay open end then.
    #[must_use]
    pub fn until(self, time: Duration) -> Self {
        self.with(|known| known.until = Some(time))
    }

    /// The same with these scopes in addition (RFC 6749, section 3.3).
    #[must_use]
    pub fn with_scopes<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.with(|known| known.scopes.extend(scopes.into_iter().map(Into::into)))
    }

    /// The same with a claim of a type of the program's own, in place of one of the same type.
    #[must_use]
    pub fn with_claim<T: Any + Send + Sync>(self, claim: T) -> Self {
        self.with(|known| {
            known.claims.retain(|given| !given.is::<T>());
            known.claims.push(Arc::new(claim));
        })
    }

    fn known(&self) -> &Known {
        self.known.known()
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.known().id
    }

    /// When the authentication expires, counted from 1970; `None`: with the connection.
    pub fn expires(&self) -> Option<Duration> {
        self.known().until
    }

    /// The scopes, in the order in which they were given.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.known().scopes.iter().map(String::as_str)
    }

    /// Whether it has that scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }

    /// The claim of that type.
    pub fn claim<T: Any>(&self) -> Option<&T> {
        self.known().claims.iter().find_map(|claim| claim.downcast_ref())
    }
}

impl From<Known> for Principal {
    fn from(known: Known) -> Self {
        Self { known: Arc::new(known) }
    }
}

/// Equal are principals of the same id.
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
