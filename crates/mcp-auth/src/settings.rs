//! The settings of a resource server, checked and put to work.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pulseengine_mcp_runtime::entropy;

use crate::access_token::is_scope;
use crate::address::Address;
use crate::authenticator::TokenAuthenticator;
use crate::challenge::Challenges;
use crate::error::OAuthError;
use crate::fetch::Fetch;
use crate::hierarchy::Hierarchy;
use crate::introspection;
use crate::issuer::{Issuer, KeySource};
use crate::issuer_state::{Clock, Introspection, IssuerState, Keys};
use crate::key_set::KeySet;
use crate::metadata::{WELL_KNOWN, resource_metadata};
use crate::token::TokenRules;
use crate::token_cache::TokenHasher;

/// How far clocks may differ.
const LEEWAY: Duration = Duration::from_secs(30);

/// How long a token may be valid.
const LIFETIME: Duration = Duration::from_secs(24 * 3_600);

/// The settings of a resource server.
pub(crate) struct Settings {
    pub(crate) resource: String,
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) audiences: Vec<String>,
    pub(crate) required: Vec<String>,
    pub(crate) offered: Vec<String>,
    pub(crate) leeway: Duration,
    pub(crate) longest_lifetime: Duration,
    pub(crate) hierarchy: Hierarchy,
    pub(crate) name: Option<String>,
    /// What is wrong with the settings of the environment.
    pub(crate) error: Option<OAuthError>,
}

/// What documents are fetched with, and the clock.
pub(crate) type Shell = (Arc<dyn Fetch>, Clock);

impl Settings {
    pub(crate) fn new(resource: String) -> Self {
        Self {
            resource,
            issuers: Vec::new(),
            audiences: Vec::new(),
            required: Vec::new(),
            offered: Vec::new(),
            leeway: LEEWAY,
            longest_lifetime: LIFETIME,
            hierarchy: Hierarchy::default(),
            name: None,
            error: None,
        }
    }

    /// The paths of the metadata.
    pub(crate) fn metadata_paths(&self) -> Vec<String> {
        let path = Address::parse(&self.resource).map_or("", |address| address.path.trim_end_matches('/'));
        let mut paths = vec![WELL_KNOWN.to_owned()];
        if !path.is_empty() {
            paths.push([WELL_KNOWN, path].concat());
        }
        paths
    }

    pub(crate) fn issuer_states(&self, shell: Shell) -> Result<Vec<Arc<IssuerState>>, OAuthError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let own = Address::parse(&self.resource).filter(|own| own.is_safe() && own.query.is_none());
        own.ok_or_else(|| OAuthError::Resource(self.resource.clone()))?;
        let scopes =
            self.required.iter().chain(&self.offered).map(String::as_str).chain(self.hierarchy.scopes());
        if let Some(scope) = scopes.into_iter().find(|scope| !is_scope(scope)) {
            return Err(OAuthError::Scope(scope.to_owned()));
        }
        if self.issuers.is_empty() {
            return Err(OAuthError::NoIssuer);
        }
        let mut states: Vec<Arc<IssuerState>> = Vec::new();
        for issuer in &self.issuers {
            if states.iter().any(|state| state.rules.issuer == issuer.url) {
                return Err(OAuthError::Issuer(issuer.url.clone()));
            }
            states.push(self.issuer_state(issuer, shell.clone())?);
        }
        Ok(states)
    }

    fn issuer_state(&self, issuer: &Issuer, shell: Shell) -> Result<Arc<IssuerState>, OAuthError> {
        let wrong = || OAuthError::Issuer(issuer.url.clone());
        Address::parse(&issuer.url).filter(|url| url.is_safe() && url.query.is_none()).ok_or_else(wrong)?;
        // These were chosen by the program, so they may be anywhere.
        let checked = |url: &String| match Address::parse(url) {
            Some(address) if address.is_safe() => Ok(url.clone()),
            _ => Err(OAuthError::Address(url.clone())),
        };
        let keys = match &issuer.keys {
            KeySource::Metadata => Keys::Metadata,
            KeySource::Url(url) => Keys::Url(checked(url)?),
            KeySource::Fixed(text) => Keys::Fixed(KeySet::parse(text).map_err(OAuthError::Keys)?),
        };
        let introspection = match &issuer.client {
            Some((id, secret)) => Some(Introspection {
                url: issuer.introspection_url.as_ref().map(checked).transpose()?,
                authorization: introspection::authorization(id, secret),
            }),
            None => None,
        };
        let mut rules = TokenRules::new(&*issuer.url, &*self.resource)
            .leeway(self.leeway)
            .longest_lifetime(self.longest_lifetime);
        rules.audiences.extend(self.audiences.iter().cloned());
        rules.plain_types = issuer.plain_types;
        if let Some(algorithms) = &issuer.algorithms {
            rules.algorithms.clone_from(algorithms);
        }
        Ok(IssuerState::new(rules, keys, introspection, shell))
    }

    pub(crate) fn challenges(&self) -> Challenges {
        let metadata = Address::parse(&self.resource)
            .map(|own| [own.origin, WELL_KNOWN, own.path.trim_end_matches('/')].concat());
        let scopes = self.required.iter().filter(|scope| *scope != "offline_access").cloned().collect();
        Challenges { metadata, scopes, offered: self.offered.clone(), hierarchy: self.hierarchy.clone() }
    }

    pub(crate) fn metadata(&self) -> String {
        let issuers: Vec<&str> = self.issuers.iter().map(|issuer| issuer.url.as_str()).collect();
        let mut scopes: Vec<String> = Vec::new();
        let offered = self.required.iter().chain(&self.offered).map(String::as_str);
        for scope in offered.chain(self.hierarchy.scopes()) {
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.to_owned());
            }
        }
        resource_metadata(&self.resource, &issuers, &scopes, self.name.as_deref())
    }

    /// The authenticator, with what it fetches documents with and its clock.
    pub(crate) fn authenticator(&self, shell: Shell) -> Result<TokenAuthenticator, OAuthError> {
        let clock = Arc::clone(&shell.1);
        let issuers = self.issuer_states(shell)?;
        let mut key = [0; 16];
        entropy(&mut key).map_err(|_| OAuthError::Entropy)?;
        Ok(TokenAuthenticator {
            challenges: Arc::new(self.challenges()),
            required: self.required.clone(),
            issuers,
            clock,
            hasher: TokenHasher::new(key),
            accepted: Mutex::default(),
            refused: Mutex::default(),
        })
    }
}
