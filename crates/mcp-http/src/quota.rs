//! How much each principal may have open at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use pulseengine_mcp_protocol::Principal;
use pulseengine_mcp_protocol::http::HttpLimits;

use crate::Response;

/// Counts the open requests and streams of each principal. Cheap to clone; clones share the counts.
#[derive(Clone, Debug, Default)]
pub struct Quota {
    /// The counts of the principals that have any, by id.
    open: Arc<Mutex<BTreeMap<String, Counts>>>,
}

type Counts = [usize; 2];

/// What a quota counts.
#[derive(Clone, Copy, Debug)]
enum Counted {
    Requests,
    Streams,
}

impl Quota {
    /// The principal, with one more request in flight.
    ///
    /// # Errors
    ///
    /// 429, when it has as many in flight as it may.
    pub fn enter(&self, principal: Principal, limits: &HttpLimits) -> Result<Authenticated, Response> {
        let permit = self.take(principal.id(), Counted::Requests, limits.in_flight_each);
        match permit {
            Some(permit) => Ok(Authenticated { principal, permit: Box::new(permit) }),
            None => Err(Response::too_many()),
        }
    }

    /// Counts one more, if there are less than `most`.
    fn take(&self, principal: &str, counted: Counted, most: usize) -> Option<QuotaPermit> {
        let more = |count: &mut usize| {
            let room = *count < most;
            *count += usize::from(room);
            room
        };
        let room = self.change(principal, counted, more);
        room.then(|| QuotaPermit { quota: self.clone(), principal: principal.to_owned(), counted })
    }

    /// Changes a count; whether it could.
    fn change(&self, principal: &str, counted: Counted, change: impl FnOnce(&mut usize) -> bool) -> bool {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let [requests, streams] = match open.get_mut(principal) {
            Some(counts) => counts,
            None => open.entry(principal.to_owned()).or_default(),
        };
        let changed = change(match counted {
            Counted::Requests => requests,
            Counted::Streams => streams,
        });
        if *requests + *streams == 0 {
            open.remove(principal);
        }
        changed
    }
}

/// An authenticated caller, and its permit for one request.
#[derive(Debug)]
pub struct Authenticated {
    pub(crate) principal: Principal,
    pub(crate) permit: Box<dyn CallerPermit>,
}

/// The permits of one caller. A trait, so that an endpoint without authentication does not link the code.
pub(crate) trait CallerPermit: Send + Sync + std::fmt::Debug {
    /// A permit for a stream of the same caller; 429 when none is left.
    fn stream(&self, limits: &HttpLimits) -> Result<Box<dyn CallerPermit>, Response>;
}

impl CallerPermit for QuotaPermit {
    fn stream(&self, limits: &HttpLimits) -> Result<Box<dyn CallerPermit>, Response> {
        match self.quota.take(&self.principal, Counted::Streams, limits.streams_each) {
            Some(permit) => Ok(Box::new(permit)),
            None => Err(Response::too_many()),
        }
    }
}

/// Something that a principal has open. Dropping it lowers the count.
#[derive(Debug)]
pub(crate) struct QuotaPermit {
    quota: Quota,
    principal: String,
    counted: Counted,
}

impl Drop for QuotaPermit {
    fn drop(&mut self) {
        self.quota.change(&self.principal, self.counted, |count| {
            *count = count.saturating_sub(1);
            true
        });
    }
}

/// Reserves a stream for the caller of a request; `None` where the caller is not authenticated.
pub(crate) fn stream_permit(
    request: Option<&dyn CallerPermit>,
    limits: &HttpLimits,
) -> Result<Option<Box<dyn CallerPermit>>, Response> {
    request.map(|request| request.stream(limits)).transpose()
}

#[cfg(test)]
mod tests {
    use pulseengine_mcp_protocol::Principal;
    use pulseengine_mcp_protocol::http::HttpLimits;

    use super::{Quota, stream_permit};

    #[test]
    fn each_principal_has_its_own_count_and_nothing_stays() {
        let limits = HttpLimits { in_flight_each: 2, streams_each: 1, ..HttpLimits::DEFAULT };
        let quota = Quota::default();
        let enter = |id: &str| quota.enter(Principal::new(id), &limits);
        let (first, second, other) = (enter("a").unwrap(), enter("a").unwrap(), enter("b").unwrap());
        assert_eq!(enter("a").unwrap_err().status, 429);
        let open = stream_permit(Some(&*first.permit), &limits).unwrap();
        assert!(open.is_some());
        let refused = stream_permit(Some(&*second.permit), &limits);
        assert_eq!(refused.err().map(|refusal| refusal.status), Some(429));
        assert!(stream_permit(Some(&*other.permit), &limits).unwrap().is_some());
        drop(second);
        assert_eq!(quota.open.lock().unwrap()["a"], [1, 1]);
        drop((first, open, other));
        assert!(quota.open.lock().unwrap().is_empty());
        assert!(stream_permit(None, &limits).unwrap().is_none());
    }
}
