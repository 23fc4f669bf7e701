//! One public key, and what it verifies.

use rsa::BoxedUint;
use rsa::traits::PublicKeyParts;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::algorithm::Algorithm;
use crate::base64url;
use crate::members::Members;

/// Bits of an RSA modulus, at least and at most. Longer keys cost more time than they are worth.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;

/// Bytes of the id of a key.
pub(crate) const KEY_ID: usize = 256;

/// Members that only private or shared keys have.
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A public key that verifies signatures.
pub(crate) struct Key {
    id: Option<String>,
    /// The only algorithm that it is for, where it names one.
    algorithm: Option<Algorithm>,
    material: Material,
}

enum Material {
    P256(Box<p256::ecdsa::VerifyingKey>),
    P384(Box<p384::ecdsa::VerifyingKey>),
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    Rsa(Box<rsa::PublicKey>),
}

impl Key {
    /// Reads a JSON Web Key (RFC 7517). `None`: it is not for signatures, private, shared, too short, not on its curve, malformed, or of a
    /// kind that is not known. A set may hold such keys for others.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let members = Members::read(text).ok()?;
        if PRIVATE.iter().any(|name| members.has(name)) || !is_for_signatures(&members)? {
            return None;
        }
        let id = members.string("kid").ok()?;
        if id.as_ref().is_some_and(|id| id.len() > KEY_ID) {
            return None;
        }
        let algorithm = match members.string("alg").ok()? {
            Some(name) => Some(Algorithm::from_name(&name)?),
            None => None,
        };
        let material = Material::read(&members)?;
        let key = Self { id: id.map(|id| id.into_owned()), algorithm, material };
        // A key that names the algorithm of another kind of key is a mistake.
        algorithm.is_none_or(|algorithm| key.material.suits(algorithm)).then_some(key)
    }

    /// Whether it may verify a token that names that key and that algorithm.
    pub(crate) fn serves(&self, id: Option<&str>, algorithm: Algorithm) -> bool {
        id.is_none_or(|id| self.id.as_deref() == Some(id))
            && self.algorithm.is_none_or(|only| only == algorithm)
            && self.material.suits(algorithm)
    }

    /// Whether it is the key of that id.
    pub(crate) fn is_named(&self, id: &str) -> bool {
        self.id.as_deref() == Some(id)
    }

    /// Whether that is its signature of the message.
    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match (&self.material, algorithm) {
            (Material::P256(key), Algorithm::Es256) => {
                use p256::ecdsa::signature::hazmat::PrehashVerifier;
                let signature = p256::ecdsa::Signature::from_slice(signature);
                signature
                    .is_ok_and(|signature| key.verify_prehash(&Sha256::digest(message), &signature).is_ok())
            }
            (Material::P384(key), Algorithm::Es384) => {
                use p384::ecdsa::signature::hazmat::PrehashVerifier;
                let signature = p384::ecdsa::Signature::from_slice(signature);
                signature
                    .is_ok_and(|signature| key.verify_prehash(&Sha384::digest(message), &signature).is_ok())
            }
            (Material::Ed25519(key), Algorithm::EdDsa) => {
                let signature = ed25519_dalek::Signature::from_slice(signature);
                signature.is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
            }
            (Material::Rsa(key), algorithm) => rsa_verifies(key, algorithm, message, signature),
            _ => false,
        }
    }
}

/// `use` and `key_ops`, where they are there, have to admit signatures; `None`: they are malformed.
fn is_for_signatures(members: &Members<'_>) -> Option<bool> {
    let used = members.string("use").ok()?.is_none_or(|used| used == "sig");
    let operations = match members.raw("key_ops") {
        Some(_) => {
            members.array("key_ops").ok()?.is_some_and(|operations| operations.contains(&"\"verify\""))
        }
        None => true,
    };
    Some(used && operations)
}

impl Material {
    fn read(members: &Members<'_>) -> Option<Self> {
        let kind = members.string("kty").ok()??;
        let curve = members.string("crv").ok()?;
        match (&*kind, curve.as_deref()) {
            ("RSA", None) => rsa_key(members).map(|key| Self::Rsa(Box::new(key))),
            ("EC", Some("P-256")) => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point(members, 32)?).ok()?;
                Some(Self::P256(Box::new(key)))
            }
            ("EC", Some("P-384")) => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(&point(members, 48)?).ok()?;
                Some(Self::P384(Box::new(key)))
            }
            ("OKP", Some("Ed25519")) => {
                let bytes = bytes(members, "x")?;
                let key = ed25519_dalek::VerifyingKey::from_bytes(bytes.as_slice().try_into().ok()?).ok()?;
                (!key.is_weak()).then(|| Self::Ed25519(Box::new(key)))
            }
            _ => None,
        }
    }

    const fn suits(&self, algorithm: Algorithm) -> bool {
        matches!(
            (self, algorithm),
            (Self::P256(_), Algorithm::Es256)
                | (Self::P384(_), Algorithm::Es384)
                | (Self::Ed25519(_), Algorithm::EdDsa)
                | (
                    Self::Rsa(_),
                    Algorithm::Rs256
                        | Algorithm::Rs384
                        | Algorithm::Rs512
                        | Algorithm::Ps256
                        | Algorithm::Ps384
                        | Algorithm::Ps512,
                )
        )
    }
}

fn bytes(members: &Members<'_>, name: &str) -> Option<Vec<u8>> {
    base64url::decode(&members.string(name).ok()??)
}

/// An uncompressed point: both coordinates have the full length of the curve (RFC 7518, 6.2.1.2).
fn point(members: &Members<'_>, length: usize) -> Option<Vec<u8>> {
    let (x, y) = (bytes(members, "x")?, bytes(members, "y")?);
    (x.len() == length && y.len() == length).then(|| [&[4], x.as_slice(), y.as_slice()].concat())
}

fn rsa_key(members: &Members<'_>) -> Option<rsa::PublicKey> {
    let integer = |name| {
        let bytes = bytes(members, name)?;
        let bits = u32::try_from(bytes.len() * 8).ok().filter(|bits| *bits <= 8_192)?;
        BoxedUint::from_be_slice(&bytes, bits).ok()
    };
    let key = rsa::PublicKey::new_with_size_limits(integer("n")?, integer("e")?, RSA_BITS).ok()?;
    // 1 signs nothing.
    (key.e().bit_width() > 1).then_some(key)
}

fn rsa_verifies(key: &rsa::PublicKey, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
    let verified = match algorithm {
        Algorithm::Rs256 => key.pkcs1v15_verify::<Sha256>(message, signature),
        Algorithm::Rs384 => key.pkcs1v15_verify::<Sha384>(message, signature),
        Algorithm::Rs512 => key.pkcs1v15_verify::<Sha512>(message, signature),
        Algorithm::Ps256 => key.pss_verify::<Sha256>(message, signature),
        Algorithm::Ps384 => key.pss_verify::<Sha384>(message, signature),
        Algorithm::Ps512 => key.pss_verify::<Sha512>(message, signature),
        _ => return false,
    };
    verified.is_ok()
}
