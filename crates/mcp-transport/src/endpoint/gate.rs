//! Who requests are from, and how much each of them may have open at once.

use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use pulseengine_mcp_protocol::conversation::Offer;
use pulseengine_mcp_protocol::{Call, Limits, Method, Principal};
use pulseengine_mcp_runtime::timeout;
use pulseengine_mcp_store::Store;

use super::{Endpoint, Response};
use crate::http::{Head, HttpLimits, Inquiry, Refused};
use crate::{Answer, Handler, Instance, Peer};

/// A verdict that may have to be waited for.
pub type Authenticating<'a> = Pin<Box<dyn Future<Output = Result<Principal, Refused>> + Send + 'a>>;

/// Establishes who a request over HTTP is from, by its head, before the body is read. Without one, nobody is known and
/// everybody is served.
///
/// A function from the head to the verdict is one, if it has nothing to wait for:
///
/// ```
/// use pulseengine_mcp_transport::Authenticator;
/// use pulseengine_mcp_transport::http::{Head, Refused};
/// use pulseengine_mcp_protocol::Principal;
///
/// fn by_token(head: &Head<'_>) -> Result<Principal, Refused> {
///     match head.bearer() {
///         // A real one compares digests, in constant time.
///         Some("s3cret") => Ok(Principal::new("alice")),
///         _ => Err(Refused::unauthorized("Bearer")),
///     }
/// }
/// # fn check(_: impl Authenticator) {}
/// # check(by_token);
/// ```
pub trait Authenticator: Send + Sync + 'static {
    /// Who the request is from, or the refusal: [`Refused::unauthorized`] as a rule, 503 when it cannot be found out. That is
    /// also what the client is told when it takes longer than [`HttpLimits::handler_time`].
    fn authenticate<'a>(&'a self, head: &'a Head<'a>) -> Authenticating<'a>;
}

impl<F> Authenticator for F
where
    F: Fn(&Head<'_>) -> Result<Principal, Refused> + Send + Sync + 'static,
{
    fn authenticate<'a>(&'a self, head: &'a Head<'a>) -> Authenticating<'a> {
        Box::pin(ready(self(head)))
    }
}

/// Who a request is from, or what they are told.
pub type Identifying<'a> = Pin<Box<dyn Future<Output = Result<Principal, Response>> + Send + 'a>>;

/// An authenticator, with the account of what its principals have open. A trait, so that an endpoint without does not carry
/// the code.
pub trait Gate: Send + Sync {
    /// Who a request is from, or what they are told.
    fn identify<'a>(&'a self, head: &'a Head<'a>, limits: &'a HttpLimits) -> Identifying<'a>;

    /// Serves a request to its response, for a driver that can do nothing else while it reads the body.
    fn serve<'a>(
        &'a self,
        endpoint: &'a Endpoint,
        head: Head<'a>,
        inquiry: Inquiry<'a>,
        body: Reading<'a>,
    ) -> Responding<'a>;
}

/// A gate that lets in whom the authenticator knows.
pub fn gate(authenticator: impl Authenticator) -> Arc<dyn Gate> {
    Arc::new(Guard { authenticator, account: Account::default() })
}

/// A response that may have to be waited for.
pub type Responding<'a> = Pin<Box<dyn Future<Output = Response> + Send + 'a>>;

/// Reads the body of a request at once.
pub type Reading<'a> = &'a mut (dyn FnMut(&Inquiry<'_>) -> Result<Vec<u8>, Response> + Send);

struct Guard<A> {
    authenticator: A,
    account: Account,
}

impl<A: Authenticator> Gate for Guard<A> {
    fn identify<'a>(&'a self, head: &'a Head<'a>, limits: &'a HttpLimits) -> Identifying<'a> {
        Box::pin(async move {
            match timeout(limits.handler_time, self.authenticator.authenticate(head)).await {
                Ok(Ok(principal)) => self.account.enter(principal, limits),
                Ok(Err(refused)) => Err(Response::refused(refused)),
                Err(_) => Err(Response::unknown_in_time()),
            }
        })
    }

    fn serve<'a>(
        &'a self,
        endpoint: &'a Endpoint,
        head: Head<'a>,
        inquiry: Inquiry<'a>,
        body: Reading<'a>,
    ) -> Responding<'a> {
        Box::pin(async move {
            let endpoint = match self.identify(&head, endpoint.limits()).await {
                Ok(principal) => endpoint.asked_by(principal),
                Err(refusal) => return refusal,
            };
            match body(&inquiry) {
                Ok(body) => endpoint.answer(inquiry, body).await,
                Err(refusal) => refusal,
            }
        })
    }
}

/// What principals have open. Cheap to clone; clones are the same account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Requests and streams, of those who have any.
    open: Arc<Mutex<BTreeMap<String, Counts>>>,
}

type Counts = [usize; 2];

/// What is counted.
#[derive(Clone, Copy)]
enum Of {
    Requests,
    Streams,
}

impl Account {
    /// The principal, counted with one more request until nobody refers to it any more.
    ///
    /// # Errors
    ///
    /// 429, when it has as many in flight as it may.
    pub fn enter(&self, principal: Principal, limits: &HttpLimits) -> Result<Principal, Response> {
        let one =
            self.take(principal.id(), Of::Requests, limits.in_flight_each).ok_or_else(Response::too_many)?;
        Ok(principal.holding(Arc::new(one)))
    }

    /// Counts one more, if there are less than `most`.
    fn take(&self, principal: &str, of: Of, most: usize) -> Option<One> {
        let more = |count: &mut usize| {
            let room = *count < most;
            *count += usize::from(room);
            room
        };
        let room = self.change(principal, of, more);
        room.then(|| One { account: self.clone(), principal: principal.to_owned(), of })
    }

    /// Changes a count; whether it could.
    fn change(&self, principal: &str, of: Of, change: impl FnOnce(&mut usize) -> bool) -> bool {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let [requests, streams] = match open.get_mut(principal) {
            Some(counts) => counts,
            None => open.entry(principal.to_owned()).or_default(),
        };
        let changed = change(match of {
            Of::Requests => requests,
            Of::Streams => streams,
        });
        if *requests + *streams == 0 {
            open.remove(principal);
        }
        changed
    }
}

/// Something that a principal has open. Dropping it takes it off the account.
pub(crate) struct One {
    account: Account,
    principal: String,
    of: Of,
}

impl Drop for One {
    fn drop(&mut self) {
        self.account.change(&self.principal, self.of, |count| {
            *count = count.saturating_sub(1);
            true
        });
    }
}

/// Counts a stream that who asks opens with their request; `None` where nobody is known.
pub(super) fn stream_of(endpoint: &Endpoint) -> Result<Option<One>, Response> {
    stream(endpoint.principal.as_ref(), endpoint.limits())
}

fn stream(principal: Option<&Principal>, limits: &HttpLimits) -> Result<Option<One>, Response> {
    let Some(request) = principal.and_then(Principal::held).and_then(|held| held.downcast_ref::<One>())
    else {
        return Ok(None);
    };
    let one = request.account.take(&request.principal, Of::Streams, limits.streams_each);
    one.map(Some).ok_or_else(Response::too_many)
}

impl Endpoint {
    /// The same endpoint for a request of that principal.
    #[must_use]
    pub fn asked_by(&self, principal: Principal) -> Self {
        let handler = self.handler_for(principal.clone());
        Self { shared: Arc::clone(&self.shared), handler, principal: Some(principal) }
    }

    fn handler_for(&self, principal: Principal) -> Arc<dyn Handler> {
        Arc::new(Asked { handler: Arc::clone(&self.shared.handler), principal })
    }

    /// The server, as it serves who asks when this request is long over: until when they are known, and what they have
    /// open, is not part of that.
    pub(super) fn lasting_handler(&self) -> Arc<dyn Handler> {
        match &self.principal {
            Some(principal) => self.handler_for(Principal::new(principal.id())),
            None => Arc::clone(&self.handler),
        }
    }
}

/// A server, asked by a principal.
struct Asked {
    handler: Arc<dyn Handler>,
    principal: Principal,
}

impl Handler for Asked {
    fn offer(&self, instance: Instance) -> Offer {
        self.handler.offer(instance)
    }

    fn limits(&self) -> Limits {
        self.handler.limits()
    }

    fn store(&self) -> Option<Arc<dyn Store>> {
        self.handler.store()
    }

    fn gate(&self) -> Option<&dyn Gate> {
        self.handler.gate()
    }

    fn connected(&self, peer: &Arc<Peer>) {
        self.handler.connected(peer);
    }

    fn listening(&self, peer: &Arc<Peer>, _principal: Option<&Principal>, tasks: Vec<String>) {
        self.handler.listening(peer, Some(&self.principal), tasks);
    }

    fn serve(&self, mut call: Call, peer: &Arc<Peer>) -> Answer {
        call.set_principal(self.principal.clone());
        self.handler.serve(call, peer)
    }

    fn notice(&self, method: Method) {
        self.handler.notice(method);
    }
}

#[cfg(test)]
mod tests {
    use pulseengine_mcp_protocol::Principal;

    use super::{Account, stream};
    use crate::http::HttpLimits;

    #[test]
    fn each_has_its_own_count_and_nothing_stays() {
        let limits = HttpLimits { in_flight_each: 2, streams_each: 1, ..HttpLimits::DEFAULT };
        let account = Account::default();
        let enter = |who: &str| account.enter(Principal::new(who), &limits);
        let (first, second, other) = (enter("a").unwrap(), enter("a").unwrap(), enter("b").unwrap());
        assert_eq!(enter("a").unwrap_err().status, 429);
        let open = stream(Some(&first), &limits).unwrap();
        assert!(open.is_some());
        assert_eq!(stream(Some(&second), &limits).err().map(|refusal| refusal.status), Some(429));
        assert!(stream(Some(&other), &limits).unwrap().is_some());
        let clone = first.clone();
        drop((first, second));
        assert_eq!(account.open.lock().unwrap()["a"], [1, 1]);
        drop((clone, open, other));
        assert!(account.open.lock().unwrap().is_empty());
        assert!(stream(None, &limits).unwrap().is_none());
        assert!(stream(Some(&Principal::new("c")), &limits).unwrap().is_none());
    }
}
