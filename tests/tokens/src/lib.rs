//! Tokens for tests, made by the table `tests/auth/tokens.tsv`: right ones, and attacks.
//!
//! A row has six columns, separated by tabs: the name; the status and the error code that are expected, `-` for none; the key that signs,
//! by its name in `tests/auth/keys.json`; the header; the claims; how the token is changed and sent, words of [`mint`] and [`send`].
//! Header and claims are objects whose members replace those of a right token (`null` removes one), or the word `raw` and all of the
//! text. `@now`, `@now+60` and `@now-60` stand for times.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

pub mod mint;
pub mod send;
mod sign;

use std::collections::BTreeMap;

use serde_json::Value;

/// The server that tokens are for.
pub const RESOURCE: &str = "https://mcp.example.com/mcp";

/// The issuer of the keys in `tests/auth/jwks.json`.
pub const ISSUER: &str = "https://as.example.com";

/// The issuer of the keys in `tests/auth/other.jwks.json`.
pub const OTHER_ISSUER: &str = "https://other.example.com/tenant";

/// The public keys of [`ISSUER`], with some that must not be used.
pub const JWKS: &str = include_str!("../../auth/jwks.json");

/// The public keys of [`OTHER_ISSUER`].
pub const OTHER_JWKS: &str = include_str!("../../auth/other.jwks.json");

const KEYS: &str = include_str!("../../auth/keys.json");
const TABLE: &str = include_str!("../../auth/tokens.tsv");

/// One row.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is.
    pub name: String,
    /// The status that is expected.
    pub status: u16,
    /// The error code of the challenge that is expected; `None`: there is no code.
    pub code: Option<String>,
    key: String,
    header: String,
    claims: String,
    how: Vec<String>,
}

impl Case {
    /// A right token with these claims, as JSON, in place of the usual ones.
    pub fn right(claims: &str) -> Self {
        Self {
            name: "right".to_owned(),
            status: 200,
            code: None,
            key: "es256".to_owned(),
            header: "-".to_owned(),
            claims: claims.to_owned(),
            how: Vec::new(),
        }
    }

    /// The same with these parameters of the header, as JSON, in place of the usual ones.
    pub fn set_header(&mut self, header: &str) {
        header.clone_into(&mut self.header);
    }
}

/// All rows.
pub fn cases() -> Vec<Case> {
    let rows = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        let [name, expected, key, header, claims, how] = columns[..] else {
            panic!("a row has six columns: {row}")
        };
        let (status, code) = expected.split_once(' ').expect("a status and a code");
        Case {
            name: name.to_owned(),
            status: status.parse().expect("a status"),
            code: (code != "-").then(|| code.to_owned()),
            key: key.to_owned(),
            header: header.to_owned(),
            claims: claims.to_owned(),
            how: how.split(' ').filter(|word| *word != "-").map(str::to_owned).collect(),
        }
    })
    .collect()
}

/// The private keys, by name.
fn keys() -> BTreeMap<String, Value> {
    serde_json::from_str(KEYS).unwrap()
}

/// Replaces `@now`, `@now+N` and `@now-N`.
fn with_times(text: &str, now: u64) -> String {
    let mut parts = text.split("@now");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part
            .get(1..)
            .map_or(0, |rest| rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len());
        let offset = part.get(1..=digits).and_then(|digits| digits.parse::<u64>().ok()).unwrap_or_default();
        let (time, used) = match part.as_bytes().first() {
            Some(b'+') if digits > 0 => (now + offset, digits + 1),
            Some(b'-') if digits > 0 => (now - offset, digits + 1),
            _ => (now, 0),
        };
        out.push_str(&time.to_string());
        out.push_str(&part[used..]);
    }
    out
}

/// The text of a part of a token: the usual members and the changes, or all of the text.
fn part(usual: Value, changes: &str, now: u64) -> String {
    if let Some(text) = changes.strip_prefix("raw ") {
        return with_times(text, now);
    }
    let mut members = usual;
    if changes != "-" {
        // A time stands in a string, or outside of one.
        let changes: Value = serde_json::from_str(&with_times(changes, now)).expect(changes);
        for (name, value) in changes.as_object().expect("an object") {
            match value {
                Value::Null => drop(members.as_object_mut().unwrap().remove(name)),
                value => members[name] = value.clone(),
            }
        }
    }
    members.to_string()
}
