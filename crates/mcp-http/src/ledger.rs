//! Who holds what of an endpoint: bytes, requests, streams, sessions. Everything that a client can make the server keep is
//! taken from an account of its caller, and given back when it is dropped.
//!
//! Fairness is one rule: a caller may hold as much as a third of what is free ("dynamic thresholds", Choudhury and Hahne,
//! 1998). One caller alone thus gets a quarter of the whole, several get less each, and something is always left for the
//! next one. The caller is the principal, else the address; an endpoint that knows neither has one account, which may hold
//! everything.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use pulseengine_mcp_protocol::http::HttpLimits;
use pulseengine_mcp_transport::Usage;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Bytes of bodies, events and whatever else is kept for a caller.
    Bytes,
    /// Requests that will be answered.
    Requests,
    /// Streams that stay open.
    Streams,
    /// Sessions.
    Sessions,
}

/// One value for each resource, in their order.
#[derive(Debug, Default)]
pub struct PerResource<T>([T; 4]);

impl<T> PerResource<T> {
    #[allow(clippy::indexing_slicing, reason = "there is a value for each resource")]
    const fn of(&self, resource: Resource) -> &T {
        &self.0[resource as usize]
    }
}

impl PerResource<usize> {
    /// The same limits, but for one resource.
    #[allow(clippy::indexing_slicing, reason = "there is a value for each resource")]
    pub(crate) const fn with(mut self, resource: Resource, limit: usize) -> Self {
        self.0[resource as usize] = limit;
        self
    }
}

/// A body takes up to so many times its bytes while it is served: as it was received, as the text of a call, and as values.
pub(crate) const COPIES: usize = 3;

/// The least value of [`Ledger::floor`].
const FLOOR: usize = 16 << 20;

/// Bytes of a caller that do not matter.
const LITTLE: usize = 1 << 20;

/// No limits besides the share.
pub(crate) const UNLIMITED: PerResource<usize> = PerResource([usize::MAX; 4]);

/// Limits up to this have no shares.
const SMALL: usize = 64;

/// How much there is, and how much of it is held.
pub struct Ledger {
    limits: PerResource<usize>,
    share: usize,
    /// So many bytes a caller may hold whatever the others hold, as long as there are any: a share of little is of no use.
    floor: usize,
    used: PerResource<AtomicUsize>,
    refused: AtomicUsize,
    /// Made for the first caller that is known. A trait object, so that only an endpoint that knows callers carries the code.
    callers: OnceLock<Box<dyn Callers>>,
}

impl Ledger {
    /// `message`: how long a message may be.
    pub(crate) fn new(limits: &HttpLimits, message: usize) -> Arc<Self> {
        Arc::new(Self {
            limits: PerResource([limits.memory, limits.in_flight, limits.streams, limits.sessions]),
            share: limits.share,
            floor: FLOOR.max(message.saturating_mul(COPIES)),
            used: PerResource::default(),
            refused: AtomicUsize::new(0),
            callers: OnceLock::new(),
        })
    }

    /// An account that may hold everything, for an endpoint that does not know its callers apart.
    pub(crate) fn common_account(self: &Arc<Self>) -> Arc<Account> {
        Arc::new(self.new_account(None))
    }

    fn new_account(self: &Arc<Self>, limits: Option<CallerLimits>) -> Account {
        Account {
            ledger: Arc::clone(self),
            used: PerResource::default(),
            unsent: AtomicUsize::new(0),
            limits,
        }
    }

    /// The account of a caller, with limits of its own. `name`: no other caller has it.
    pub(crate) fn account(self: &Arc<Self>, name: &str, limits: PerResource<usize>) -> Arc<Account> {
        let callers = self.callers.get_or_init(|| Box::<KnownCallers>::default());
        callers.account(name, self.new_account(Some(CallerLimits::new(limits))))
    }

    /// How much is held.
    pub(crate) fn used(&self, resource: Resource) -> usize {
        self.used.of(resource).load(Relaxed)
    }

    /// What is held, and how often more was refused.
    pub(crate) fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        usage.memory = self.used(Resource::Bytes);
        usage.requests = self.used(Resource::Requests);
        usage.streams = self.used(Resource::Streams);
        usage.sessions = self.used(Resource::Sessions);
        usage.refused = self.refused.load(Relaxed);
        usage
    }
}

/// What one caller holds.
pub struct Account {
    ledger: Arc<Ledger>,
    used: PerResource<AtomicUsize>,
    /// Bytes of these that are responses which their clients have not taken.
    #[allow(dead_code, reason = "for native responses only")]
    unsent: AtomicUsize,
    /// Limits of this caller, besides those of the endpoint; `None`: it may hold everything.
    limits: Option<CallerLimits>,
}

/// Limits of one caller.
struct CallerLimits {
    most: PerResource<usize>,
    /// How much of a resource it may hold while so much of it is free. A pointer, so that only an endpoint that knows callers
    /// carries the code.
    allowed: fn(&Self, &Ledger, Resource, usize) -> usize,
}

impl CallerLimits {
    const fn new(most: PerResource<usize>) -> Self {
        Self { most, allowed: Self::allowed }
    }

    /// The share of what is free, or less if the caller has a lower limit.
    fn allowed(&self, ledger: &Ledger, resource: Resource, free: usize) -> usize {
        let share = match ledger.share {
            parts if parts > 1 && *ledger.limits.of(resource) > SMALL => {
                let floor = if resource == Resource::Bytes { ledger.floor } else { 1 };
                (free / (parts - 1)).max(floor)
            }
            _ => usize::MAX,
        };
        share.min(*self.most.of(resource))
    }
}

impl Account {
    /// Takes one of a resource; nothing, while this caller or all hold more bytes than they may.
    pub(crate) fn take(self: &Arc<Self>, place: Resource) -> Result<Held, Full> {
        if let Some(of_caller) = self.has_too_much() {
            return Err(self.refused(Resource::Bytes, of_caller));
        }
        self.add(place, 1)?;
        Ok(Held { account: Arc::clone(self), place, places: 1, bytes: 0 })
    }

    /// Whether this caller, or else all, hold more bytes than they may: what is there already is counted without asking. A caller
    /// that holds little does not suffer for others.
    pub(crate) fn has_too_much(&self) -> Option<bool> {
        let mine = self.used(Resource::Bytes);
        if mine <= LITTLE {
            return None;
        }
        self.exceeded(Resource::Bytes, self.ledger.used(Resource::Bytes), mine)
    }

    /// How much this caller holds.
    pub(crate) fn used(&self, resource: Resource) -> usize {
        self.used.of(resource).load(Relaxed)
    }

    fn add(&self, resource: Resource, amount: usize) -> Result<(), Full> {
        let (all, mine) = self.add_anyway(resource, amount);
        let Some(of_caller) = self.exceeded(resource, all, mine) else { return Ok(()) };
        self.subtract(resource, amount);
        Err(self.refused(resource, of_caller))
    }

    fn refused(&self, resource: Resource, of_caller: bool) -> Full {
        self.ledger.refused.fetch_add(1, Relaxed);
        Full { resource, of_caller }
    }

    /// Adds without asking; how much is held then by all, and by this caller.
    fn add_anyway(&self, resource: Resource, amount: usize) -> (usize, usize) {
        let add = |used: &PerResource<AtomicUsize>| used.of(resource).fetch_add(amount, Relaxed) + amount;
        (add(&self.ledger.used), add(&self.used))
    }

    fn subtract(&self, resource: Resource, amount: usize) {
        self.ledger.used.of(resource).fetch_sub(amount, Relaxed);
        self.used.of(resource).fetch_sub(amount, Relaxed);
    }

    /// Whether the limit of the caller, or else that of the endpoint, is exceeded.
    fn exceeded(&self, resource: Resource, all: usize, mine: usize) -> Option<bool> {
        let ledger = &self.ledger;
        let Some(free) = ledger.limits.of(resource).checked_sub(all) else { return Some(false) };
        let limits = self.limits.as_ref()?;
        (mine > (limits.allowed)(limits, ledger, resource, free)).then_some(true)
    }
}

pulseengine_mcp_runtime::natively! {
    #[cfg(feature = "http")]
    /// A host takes the response of a component at once; natively it may wait for its client.
    impl Account {
        /// A response of so many bytes is on its way to the client.
        pub(crate) fn sends(&self, bytes: usize) {
            self.unsent.fetch_add(bytes, Relaxed);
        }

        /// The client has taken a response of so many bytes, or has gone.
        pub(crate) fn has_sent(&self, bytes: usize) {
            self.unsent.fetch_sub(bytes, Relaxed);
        }

        /// Whether it holds too much and will hold less as soon as its clients take what is sent to them.
        pub(crate) fn has_to_read(&self) -> bool {
            self.unsent.load(Relaxed) > 0 && self.has_too_much().is_some()
        }
    }
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Account").field(&self.used).finish()
    }
}

/// Something that a caller holds: some of a resource, and bytes. Dropping it gives both back.
pub struct Held {
    account: Arc<Account>,
    place: Resource,
    places: usize,
    bytes: usize,
}

impl Held {
    /// Holds more bytes.
    pub(crate) fn hold(&mut self, bytes: usize) -> Result<(), Full> {
        self.account.add(Resource::Bytes, bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    /// Holds more bytes, which are there already: the next to ask for some are refused.
    pub(crate) fn hold_anyway(&mut self, bytes: usize) {
        self.account.add_anyway(Resource::Bytes, bytes);
        self.bytes += bytes;
    }

    /// Gives bytes back.
    pub(crate) fn release(&mut self, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.account.subtract(Resource::Bytes, bytes);
        self.bytes -= bytes;
    }

    /// Takes one of another resource in place of what it has.
    pub(crate) fn exchange(&mut self, place: Resource) -> Result<(), Full> {
        self.account.add(place, 1)?;
        self.account.subtract(self.place, self.places);
        (self.place, self.places) = (place, 1);
        Ok(())
    }

    /// Takes more of the same resource.
    pub(crate) fn take_more(&mut self, places: usize) -> Result<(), Full> {
        self.account.add(self.place, places)?;
        self.places += places;
        Ok(())
    }

    /// How many bytes are held.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whose it is.
    pub(crate) const fn account(&self) -> &Arc<Account> {
        &self.account
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.account.subtract(self.place, self.places);
        if self.bytes > 0 {
            self.account.subtract(Resource::Bytes, self.bytes);
        }
    }
}

/// Nothing is left of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    pub(crate) resource: Resource,
    /// For this caller; others may still get some.
    pub(crate) of_caller: bool,
}

/// What something is held for, such as a request.
pub trait Holder: Send + Sync {
    /// What is held for it.
    fn held(&self) -> &Mutex<Option<Held>>;
}

/// The accounts of the callers that hold something.
trait Callers: Send + Sync {
    /// The account of that name; `new`, if there is none.
    fn account(&self, name: &str, new: Account) -> Arc<Account>;
}

#[derive(Default)]
struct KnownCallers {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    accounts: BTreeMap<String, Weak<Account>>,
    /// At this many, those that nothing holds any more are dropped.
    sweep_at: usize,
}

impl Callers for KnownCallers {
    fn account(&self, name: &str, new: Account) -> Arc<Account> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = known.accounts.get(name).and_then(Weak::upgrade) {
            return account;
        }
        if known.accounts.len() >= known.sweep_at {
            known.accounts.retain(|_, account| account.strong_count() > 0);
            known.sweep_at = (2 * known.accounts.len()).max(64);
        }
        let account = Arc::new(new);
        known.accounts.insert(name.to_owned(), Arc::downgrade(&account));
        account
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pulseengine_mcp_protocol::http::HttpLimits;

    use super::{Account, Held, Ledger, Resource, UNLIMITED};

    fn ledger(in_flight: usize) -> Arc<Ledger> {
        Ledger::new(&HttpLimits { in_flight, memory: 400 << 20, ..HttpLimits::DEFAULT }, 4 << 20)
    }

    /// Takes until nothing is left.
    fn fill(account: &Arc<Account>) -> Vec<Held> {
        std::iter::from_fn(|| account.take(Resource::Requests).ok()).collect()
    }

    fn named(ledger: &Arc<Ledger>, name: &str) -> Arc<Account> {
        ledger.account(name, UNLIMITED)
    }

    #[test]
    fn a_caller_alone_gets_a_quarter_and_the_common_account_everything() {
        let ledger = ledger(1024);
        let held = fill(&named(&ledger, "a"));
        assert_eq!(held.len(), 256);
        assert!(named(&ledger, "a").take(Resource::Requests).is_err_and(|full| full.of_caller));
        drop(held);
        assert_eq!(ledger.used(Resource::Requests), 0);
        assert_eq!(fill(&ledger.common_account()).len(), 1024);
        assert_eq!(ledger.usage().refused, 3);
    }

    #[test]
    fn something_is_left_for_the_next_caller() {
        let ledger = ledger(1024);
        let accounts: Vec<_> = (0..100).map(|caller| named(&ledger, &caller.to_string())).collect();
        let held: Vec<_> = accounts.iter().take(10).map(fill).collect();
        let next: Vec<_> = accounts[10..60].iter().map(|account| account.take(Resource::Requests)).collect();
        assert!(next.iter().all(Result::is_ok));
        drop(next);
        drop(held);
        assert_eq!(ledger.used(Resource::Requests), 0);
    }

    #[test]
    fn small_limits_have_no_shares_but_callers_have_their_own_limits() {
        let ledger = ledger(3);
        assert_eq!(fill(&named(&ledger, "a")).len(), 3);
        let two = ledger.account("b", UNLIMITED.with(Resource::Requests, 2));
        assert_eq!(fill(&two).len(), 2);
    }

    #[test]
    fn bytes_go_with_what_holds_them() {
        let ledger = ledger(8);
        let account = named(&ledger, "a");
        let mut held = account.take(Resource::Requests).unwrap();
        held.hold(100 << 20).unwrap();
        assert!(held.hold(1 << 20).is_err_and(|full| full.of_caller && full.resource == Resource::Bytes));
        held.hold_anyway(1 << 20);
        assert!(account.take(Resource::Requests).is_err_and(|full| full.of_caller));
        held.release(2 << 20);
        assert!(account.take(Resource::Requests).is_ok());
        held.take_more(7).unwrap();
        assert!(held.take_more(1).is_err_and(|full| !full.of_caller));
        assert_eq!(account.used(Resource::Bytes), 99 << 20);
        held.exchange(Resource::Streams).unwrap();
        assert_eq!([ledger.used(Resource::Requests), ledger.used(Resource::Streams)], [0, 1]);
        drop(held);
        assert_eq!([ledger.used(Resource::Bytes), ledger.used(Resource::Streams)], [0, 0]);
    }

    #[test]
    fn accounts_that_nothing_holds_are_forgotten() {
        let ledger = ledger(8);
        let first = named(&ledger, "a");
        assert!(Arc::ptr_eq(&first, &named(&ledger, "a")));
        let weak = Arc::downgrade(&first);
        drop(first);
        assert_eq!(weak.strong_count(), 0);
        (0..200).for_each(|caller| drop(named(&ledger, &caller.to_string())));
        assert_eq!(ledger.used(Resource::Requests), 0);
    }
}
