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
    data: Arc<dyn Identity>,
}

trait Identity: Send + Sync {
    fn data(&self) -> &PrincipalData;
}

#[derive(Clone)]
struct PrincipalData {
    id: String,
    until: Option<Duration>,
    scopes: Vec<String>,
    claims: Vec<Arc<dyn Any + Send + Sync>>,
}

impl Identity for PrincipalData {
    fn data(&self) -> &PrincipalData {
        self
    }
}

impl Principal {
    /// The caller of that id. Two requests with the same id are from the same caller, so the id has to name the issuer too
    /// where there are several. It is no secret, and is kept with tasks and sessions.
    pub fn new(id: impl Into<String>) -> Self {
        PrincipalData { id: id.into(), until: None, scopes: Vec::new(), claims: Vec::new() }.into()
    }

    fn with(&self, change: impl FnOnce(&mut PrincipalData)) -> Self {
        let mut data = self.data().clone();
        change(&mut data);
        data.into()
    }

    /// The same, authenticated until that time, counted from 1970: the `exp` of a token. Streams that stay open end then.
    #[must_use]
    pub fn until(self, time: Duration) -> Self {
        self.with(|data| data.until = Some(time))
    }

    /// The same with these scopes in addition (RFC 6749, section 3.3).
    #[must_use]
    pub fn with_scopes<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.with(|data| data.scopes.extend(scopes.into_iter().map(Into::into)))
    }

    /// The same with a claim of a type of the program's own, in place of one of the same type.
    #[must_use]
    pub fn with_claim<T: Any + Send + Sync>(self, claim: T) -> Self {
        self.with(|data| {
            data.claims.retain(|given| !given.is::<T>());
            data.claims.push(Arc::new(claim));
        })
    }

    fn data(&self) -> &PrincipalData {
        self.data.data()
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.data().id
    }

    /// When the authentication expires, counted from 1970; `None`: with the connection.
    pub fn expires(&self) -> Option<Duration> {
        self.data().until
    }

    /// The scopes, in the order in which they were given.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.data().scopes.iter().map(String::as_str)
    }

    /// Whether it has that scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }

    /// The claim of that type.
    pub fn claim<T: Any>(&self) -> Option<&T> {
        self.data().claims.iter().find_map(|claim| claim.downcast_ref())
    }
}

impl From<PrincipalData> for Principal {
    fn from(data: PrincipalData) -> Self {
        Self { data: Arc::new(data) }
    }
}

/// Two principals are equal if their ids are.
impl PartialEq for Principal {
    fn eq(&self, other: &Self) -> bool {
        self.data().id == other.data().id
    }
}

impl Eq for Principal {}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Principal").field(&self.data().id).finish()
    }
}
