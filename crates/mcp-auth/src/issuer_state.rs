//! An issuer at run time: its keys, its metadata, and what it says of opaque tokens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pulseengine_mcp_runtime::{spawn, sync};
use zeroize::Zeroizing;

use crate::access_token::AccessToken;
use crate::fetch::{Fetch, Wanted};
use crate::introspection;
use crate::invalid::InvalidToken;
use crate::key_cache::{COOL_DOWN, FRESH, KeyCache, Lookup, STALE};
use crate::key_set::KeySet;
use crate::metadata::{IssuerMetadata, metadata_urls};
use crate::token::TokenRules;

/// The time since 1970.
pub(crate) type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Opaque tokens that one issuer is asked about at once.
const ASKED: usize = 32;

/// Where keys come from.
pub(crate) enum Keys {
    Fixed(KeySet),
    Url(String),
    Metadata,
}

/// How an issuer is asked about opaque tokens.
pub(crate) struct Introspection {
    /// `None`: what the metadata says.
    pub(crate) url: Option<String>,
    pub(crate) authorization: Zeroizing<String>,
}

/// An issuer at run time.
pub(crate) struct IssuerState {
    pub(crate) rules: TokenRules,
    keys: Keys,
    introspection: Option<Introspection>,
    fetch: Arc<dyn Fetch>,
    clock: Clock,
    key_cache: Mutex<KeyCache>,
    metadata: Mutex<MetadataCache>,
    /// Held while keys or metadata are fetched.
    flight: sync::Mutex<()>,
    asked: sync::Semaphore,
}

#[derive(Default)]
struct MetadataCache {
    fetched: Option<(IssuerMetadata, Duration)>,
    attempted: Option<Duration>,
}

/// The issuer does not answer, or answers nothing that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable;

impl IssuerState {
    pub(crate) fn new(
        rules: TokenRules,
        keys: Keys,
        introspection: Option<Introspection>,
        (fetch, clock): (Arc<dyn Fetch>, Clock),
    ) -> Arc<Self> {
        Arc::new(Self {
            rules,
            keys,
            introspection,
            fetch,
            clock,
            key_cache: Mutex::default(),
            metadata: Mutex::default(),
            flight: sync::Mutex::new(()),
            asked: sync::Semaphore::new(ASKED),
        })
    }

    /// Whether it is asked about opaque tokens.
    pub(crate) const fn introspects(&self) -> bool {
        self.introspection.is_some()
    }

    /// The keys for a token that names that key, and the time at which they have to be looked at again.
    pub(crate) async fn keys(
        self: &Arc<Self>,
        key_id: Option<&str>,
    ) -> Result<(KeySet, Duration), Unavailable> {
        if let Keys::Fixed(keys) = &self.keys {
            return Ok((keys.clone(), Duration::MAX));
        }
        let mut lookup = self.look(key_id);
        if matches!(lookup, Lookup::Fetch) {
            let (state, wanted) = (Arc::clone(self), key_id.map(str::to_owned));
            // A task of its own: a client that leaves must not end what others wait for.
            let _ = spawn(async move { state.refresh(wanted.as_deref()).await }).await;
            lookup = self.look(key_id);
        }
        match lookup {
            Lookup::Keys(keys, until) => Ok((keys, until)),
            Lookup::Fetch | Lookup::Unavailable => Err(Unavailable),
        }
    }

    fn look(&self, key_id: Option<&str>) -> Lookup {
        lock(&self.key_cache).look(key_id, (self.clock)())
    }

    /// Fetches the keys, unless another request has just done so.
    async fn refresh(&self, key_id: Option<&str>) {
        let _flight = self.flight.lock().await;
        let now = (self.clock)();
        {
            let mut cache = lock(&self.key_cache);
            if !cache.is_due(key_id, now) {
                return;
            }
            cache.begin(now);
        }
        let keys = self.fetch_keys().await;
        lock(&self.key_cache).end(keys, now);
    }

    async fn fetch_keys(&self) -> Option<KeySet> {
        let url = match &self.keys {
            Keys::Fixed(keys) => return Some(keys.clone()),
            Keys::Url(url) => url.clone(),
            Keys::Metadata => self.fetch_metadata().await?.keys?,
        };
        let text = self.fetch.fetch(Wanted { url: &url, form: None }).await.ok()?;
        KeySet::parse(&text).ok()
    }

    /// The metadata, fetched if it is not fresh. The caller holds `flight`.
    async fn fetch_metadata(&self) -> Option<IssuerMetadata> {
        let now = (self.clock)();
        {
            let mut cache = lock(&self.metadata);
            let age = cache.fetched.as_ref().map(|(_, at)| now.saturating_sub(*at));
            let cools = cache.attempted.is_some_and(|at| now.abs_diff(at) < COOL_DOWN);
            if age.is_some_and(|age| age < FRESH) || cools {
                let usable = cache.fetched.as_ref().filter(|_| age.is_some_and(|age| age < STALE));
                return usable.map(|(metadata, _)| metadata.clone());
            }
            cache.attempted = Some(now);
        }
        for url in metadata_urls(&self.rules.issuer) {
            let Ok(text) = self.fetch.fetch(Wanted { url: &url, form: None }).await else { continue };
            if let Some(metadata) = IssuerMetadata::read(&text, &self.rules.issuer) {
                lock(&self.metadata).fetched = Some((metadata.clone(), now));
                return Some(metadata);
            }
        }
        let cache = lock(&self.metadata);
        let usable = cache.fetched.as_ref().filter(|(_, at)| now.saturating_sub(*at) < STALE);
        usable.map(|(metadata, _)| metadata.clone())
    }

    /// Asks the issuer about an opaque token.
    pub(crate) async fn introspect(
        self: &Arc<Self>,
        token: &str,
    ) -> Result<Result<AccessToken, InvalidToken>, Unavailable> {
        let introspection = self.introspection.as_ref().ok_or(Unavailable)?;
        let _permit = self.asked.try_acquire().map_err(|_| Unavailable)?;
        let url = match &introspection.url {
            Some(url) => url.clone(),
            None => {
                let state = Arc::clone(self);
                let fetching = spawn(async move {
                    let _flight = state.flight.lock().await;
                    state.fetch_metadata().await
                });
                fetching
                    .await
                    .ok()
                    .flatten()
                    .and_then(|metadata| metadata.introspection)
                    .ok_or(Unavailable)?
            }
        };
        let form = (introspection::form(token), Some(introspection.authorization.clone()));
        let text = self.fetch.fetch(Wanted { url: &url, form: Some(form) }).await.map_err(|_| Unavailable)?;
        introspection::verdict(&text, &self.rules, (self.clock)()).ok_or(Unavailable)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
