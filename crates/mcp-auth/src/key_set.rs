//! The public keys of an issuer.

use std::sync::Arc;

use crate::algorithm::Algorithm;
use crate::key::Key;
use crate::members::Members;

/// Keys of one issuer, at most.
const KEYS: usize = 32;

/// Keys that are tried for one token, at most: an issuer that names several keys alike pays with time.
const TRIED: usize = 4;

/// The public keys of an issuer: a JSON Web Key Set (RFC 7517). Cheap to clone.
#[derive(Clone)]
pub struct KeySet {
    keys: Arc<[Key]>,
}

/// The text is no JSON Web Key Set, or has too many keys, or none that can verify tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidKeySet;

impl std::fmt::Display for InvalidKeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no JSON Web Key Set with up to 32 keys, at least one of which verifies signatures")
    }
}

impl std::error::Error for InvalidKeySet {}

impl KeySet {
    /// Reads a JSON Web Key Set. Left out are keys that are not for signatures (`use`, `key_ops`), private or shared keys, RSA
    /// keys with less than 2,048 bits or more than 8,192, points that are not on their curve, and kinds that are not known.
    ///
    /// # Errors
    ///
    /// When it is malformed, or no key is left.
    pub fn parse(text: &str) -> Result<Self, InvalidKeySet> {
        let members = Members::read(text).map_err(|_| InvalidKeySet)?;
        let keys = members.array("keys").ok().flatten().ok_or(InvalidKeySet)?;
        if keys.len() > KEYS {
            return Err(InvalidKeySet);
        }
        let keys: Arc<[Key]> = keys.into_iter().filter_map(Key::read).collect();
        if keys.is_empty() { Err(InvalidKeySet) } else { Ok(Self { keys }) }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none. There is always one.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether a key has that id.
    pub(crate) fn names(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.is_named(id))
    }

    /// The keys for a token that names that key and that algorithm. Without an id there has to be one only.
    pub(crate) fn candidates(&self, id: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &Key> {
        let serving = move |key: &&Key| key.serves(id, algorithm);
        let most = match id {
            Some(_) => TRIED,
            None if self.keys.iter().filter(serving).count() == 1 => 1,
            None => 0,
        };
        self.keys.iter().filter(serving).take(most)
    }
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySet").field("keys", &self.len()).finish()
    }
}
