//! From a row of the table to a token.
//!
//! Words that change a token: `unsigned` (the signature is empty), `zero` (its bytes are 0), `negated` (another signature of ECDSA that is
//! right), `above-order` (S of Ed25519 is too large), `flipped` (its last byte is another), `shared:WHAT` (HS256 with the public key as the
//! secret, in the form `pem`, `der` or `jwk`), `padded`, `plain-base64` (characters of base64 that base64url does not have), `spare-bits` (bits that
//! stand for nothing are set), `newline` (in the middle), `four` (a fourth part), `five`, `two`, `reparsed` (the claims are written with
//! white space after they were signed), `long` (a claim of 20 KiB).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};

use crate::{Case, ISSUER, RESOURCE, keys, part, sign};

impl Case {
    /// The token, at that time in seconds since 1970. Empty: there is none.
    pub fn token(&self, now: u64) -> String {
        let keys = keys();
        if self.key == "-" {
            return self.header.strip_prefix("raw ").unwrap_or_default().to_owned();
        }
        let key = keys.get(&self.key).unwrap_or_else(|| panic!("there is no key {}", self.key));
        let algorithm = sign::algorithm_of(key);
        let usual = json!({"typ": "at+jwt", "alg": algorithm, "kid": key["kid"]});
        let header = part(usual, &self.header, now);
        let mut usual = json!({
            "iss": ISSUER, "sub": "alice", "aud": RESOURCE, "exp": now + 600, "iat": now, "client_id": "client",
            "jti": "1", "scope": "files:read",
        });
        if self.has("long") {
            usual["note"] = Value::from("x".repeat(20 << 10));
        }
        let claims = part(usual, &self.claims, now);
        let named: Value = serde_json::from_str(&header).unwrap_or_default();
        let algorithm = named["alg"].as_str().unwrap_or(algorithm);
        let message = format!("{}.{}", BASE64.encode(&header), BASE64.encode(&claims));
        self.changed(&message, &claims, &self.signature(key, algorithm, message.as_bytes()))
    }

    fn has(&self, word: &str) -> bool {
        self.how.iter().any(|known| known == word)
    }

    fn signature(&self, key: &Value, algorithm: &str, message: &[u8]) -> Vec<u8> {
        if self.has("unsigned") {
            return Vec::new();
        }
        if let Some(form) = self.how.iter().find_map(|word| word.strip_prefix("shared:")) {
            return sign::sign_shared(&public(key, form), message);
        }
        let mut signature = sign::sign(key, algorithm, message);
        if self.has("zero") {
            signature.fill(0);
        }
        if self.has("flipped") {
            *signature.last_mut().unwrap() ^= 1;
        }
        if self.has("negated") {
            signature = sign::negated(&signature);
        }
        if self.has("above-order") {
            signature = sign::above_order(&signature);
        }
        signature
    }

    fn changed(&self, message: &str, claims: &str, signature: &[u8]) -> String {
        let signature = BASE64.encode(signature);
        let mut token = format!("{message}.{signature}");
        if self.has("padded") {
            token.push('=');
        }
        if self.has("plain-base64") {
            token = token.replace('-', "+").replace('_', "/");
        }
        if self.has("spare-bits") {
            // The last character of 64 bytes has four bits that stand for nothing.
            let last = token.pop().unwrap();
            let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let at = alphabet.find(last).unwrap();
            token.push(char::from(alphabet.as_bytes()[at + 1]));
        }
        if self.has("newline") {
            token.insert(message.len(), '\n');
        }
        if self.has("two") {
            token = message.to_owned();
        }
        if self.has("four") {
            token.push_str(".AA");
        }
        if self.has("five") {
            token.push_str(".AA.AA");
        }
        if self.has("reparsed") {
            let header = message.split('.').next().unwrap();
            token = format!("{header}.{}.{signature}", BASE64.encode(format!(" {claims}")));
        }
        token
    }
}

/// The public key in a form that a careless verifier takes for a secret.
fn public(key: &Value, form: &str) -> Vec<u8> {
    let members: serde_json::Map<String, Value> = key
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| ["kty", "crv", "x", "y", "n", "e", "kid"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if form == "jwk" {
        return Value::Object(members).to_string().into_bytes();
    }
    let coordinate = |name: &str| BASE64.decode(key[name].as_str().unwrap()).unwrap();
    // SubjectPublicKeyInfo of a point of P-256.
    let head = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];
    let der = [&head[..], &coordinate("x"), &coordinate("y")].concat();
    match form {
        "der" => der,
        _ => {
            let text = STANDARD.encode(&der);
            let (first, second) = text.split_at(64);
            format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n").into_bytes()
        }
    }
}
