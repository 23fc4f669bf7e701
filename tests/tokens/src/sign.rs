//! Signatures of tokens for tests.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ed25519_dalek::Signer as _;
use hmac::{KeyInit, Mac};
use rsa::BoxedUint;
use serde_json::Value;
use sha2::{Sha256, Sha384, Sha512};

fn bytes(key: &Value, name: &str) -> Vec<u8> {
    BASE64.decode(key[name].as_str().unwrap_or_default()).unwrap()
}

/// The algorithm that is usual for a key.
pub(crate) fn algorithm_of(key: &Value) -> &str {
    match (key["alg"].as_str(), key["kty"].as_str(), key["crv"].as_str()) {
        (Some(algorithm), ..) => algorithm,
        (_, Some("RSA"), _) => "RS256",
        (_, _, Some("P-256")) => "ES256",
        (_, _, Some("P-384")) => "ES384",
        _ => "EdDSA",
    }
}

/// Signs with a key, by that algorithm of RSA where the key is one.
pub(crate) fn sign(key: &Value, algorithm: &str, message: &[u8]) -> Vec<u8> {
    match key["crv"].as_str() {
        Some("P-256") => {
            let key = p256::ecdsa::SigningKey::from_slice(&bytes(key, "d")).unwrap();
            let signature: p256::ecdsa::Signature = key.sign(message);
            signature.to_bytes().to_vec()
        }
        Some("P-384") => {
            let key = p384::ecdsa::SigningKey::from_slice(&bytes(key, "d")).unwrap();
            let signature: p384::ecdsa::Signature = key.sign(message);
            signature.to_bytes().to_vec()
        }
        Some(_) => {
            let secret: [u8; 32] = bytes(key, "d").try_into().unwrap();
            ed25519_dalek::SigningKey::from_bytes(&secret).sign(message).to_bytes().to_vec()
        }
        None => sign_rsa(key, algorithm, message),
    }
}

fn sign_rsa(key: &Value, algorithm: &str, message: &[u8]) -> Vec<u8> {
    let integer = |name| {
        let bytes = bytes(key, name);
        BoxedUint::from_be_slice(&bytes, u32::try_from(bytes.len() * 8).unwrap()).unwrap()
    };
    let primes = vec![integer("p"), integer("q")];
    let key = rsa::PrivateKey::from_components(integer("n"), integer("e"), integer("d"), primes).unwrap();
    match algorithm {
        "RS384" => key.pkcs1v15_sign::<Sha384>(message).unwrap(),
        "RS512" => key.pkcs1v15_sign::<Sha512>(message).unwrap(),
        "PS256" => key.pss_sign::<Sha256>(message).unwrap(),
        "PS384" => key.pss_sign::<Sha384>(message).unwrap(),
        "PS512" => key.pss_sign::<Sha512>(message).unwrap(),
        _ => key.pkcs1v15_sign::<Sha256>(message).unwrap(),
    }
}

/// HS256 with those bytes as the secret.
pub(crate) fn sign_shared(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = hmac::Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// The other signature of ECDSA that is right for the same message: s is negated.
pub(crate) fn negated(signature: &[u8]) -> Vec<u8> {
    let signature = p256::ecdsa::Signature::from_slice(signature).unwrap();
    let (r, s) = signature.split_scalars();
    p256::ecdsa::Signature::from_scalars(r, -*s).unwrap().to_bytes().to_vec()
}

/// The signature of Ed25519 with the order of the group added to S.
pub(crate) fn above_order(signature: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut out = signature.to_vec();
    let mut carry = 0;
    for (byte, add) in out[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    out
}
