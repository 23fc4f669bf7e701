//! The head of a request, and the header fields that MCP uses, read in one pass.

use alloc::vec::Vec;
use core::net::SocketAddr;

use super::cut::part;
use super::header_name::{NAMES, PARAM_PREFIX, REPEATABLE, SINGLE};
use super::{HeaderName, HttpLimits, HttpRejection, cut, media};

/// The head of a request, as any driver sees it.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    /// The method, upper case as a rule.
    pub method: &'a str,
    /// The path, without the query.
    pub path: &'a str,
    /// The query, without the question mark.
    pub query: Option<&'a str>,
    /// The authority that does not come from `Host`: HTTP/2's `:authority`, that of a target in absolute form, that of
    /// `wasi:http`.
    pub authority: Option<&'a str>,
    /// The header fields.
    pub fields: &'a dyn Fields,
    /// The address of the client, where the driver knows it: the other end of the connection or, if that is a trusted proxy, the
    /// address that it names. The port is 0 if it names none.
    pub peer: Option<SocketAddr>,
    /// The certificate that the other end of the connection has authenticated itself with, in DER: the client, or a proxy.
    pub client_certificate: Option<&'a [u8]>,
}

impl<'a> Head<'a> {
    /// A field that may be there once at most; its name in lower case.
    pub fn field(&self, name: &str) -> SingleValue<'a> {
        let mut found = SingleValue::Absent;
        self.fields.each(&mut |given, value| {
            if given == name {
                found.see(value.trim_ascii());
            }
        });
        found
    }

    /// The token of `Authorization: Bearer …` (RFC 6750, 2.1); `None` when there is none, or more than one.
    pub fn bearer(&self) -> Option<&'a str> {
        let (scheme, token) = cut(self.field("authorization").text()?, b' ')?;
        let token = token.trim_ascii();
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
    }
}

/// The header fields of a request or a response.
pub trait Fields: Sync {
    /// Shows every field in its order, its name in lower case; one that was sent twice is shown twice.
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8]));
}

/// A field that may be there once at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SingleValue<'a> {
    /// It is not there.
    #[default]
    Absent,
    /// Its value, without white space around it.
    Is(&'a [u8]),
    /// It is there more than once; of fields whose repetition is harmless, with different values.
    Repeated,
}

impl<'a> SingleValue<'a> {
    pub(super) fn see(&mut self, value: &'a [u8]) {
        *self = match self {
            Self::Absent => Self::Is(value),
            _ => Self::Repeated,
        };
    }

    /// The same, where the value that is there already may come again.
    fn see_again(&mut self, value: &'a [u8]) {
        if *self != Self::Is(value) {
            self.see(value);
        }
    }

    /// The value, if there is exactly one and it is visible ASCII.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Is(value) => core::str::from_utf8(value).ok().filter(|text| text.is_ascii()),
            _ => None,
        }
    }
}

const ACCEPT: &str = HeaderName::Accept.as_str();
const CONTENT_ENCODING: &str = HeaderName::ContentEncoding.as_str();

/// The header fields of a request that MCP uses.
#[derive(Clone, Debug, Default)]
pub struct Headers<'a> {
    once: [SingleValue<'a>; SINGLE],
    /// `Content-Encoding`, when it is not `identity`.
    pub encoded: bool,
    /// What `Accept` admits, over all its fields.
    pub accepts: media::Accepts,
    /// The fields `Mcp-Param-…`: the name after the prefix, and the value.
    pub params: Vec<(&'a str, &'a [u8])>,
    /// A field that is there twice is refused, whatever its values.
    strict: bool,
}

impl<'a> Headers<'a> {
    /// Reads a head's fields; `strict`: by the letter of the specification.
    ///
    /// # Errors
    ///
    /// 431 when they exceed a bound.
    pub(crate) fn read(
        fields: &'a dyn Fields,
        limits: &HttpLimits,
        strict: bool,
    ) -> Result<Self, HttpRejection> {
        let mut given = Self { strict, ..Self::default() };
        let (mut count, mut bytes, mut longest) = (0usize, 0usize, 0usize);
        fields.each(&mut |name, value| {
            count += 1;
            bytes += name.len() + value.len();
            longest = longest.max(value.len());
            if count <= limits.fields {
                given.see(name, value.trim_ascii());
            }
        });
        if count > limits.fields || bytes > limits.head || longest > limits.value {
            return Err(HttpRejection::new(431, "the header fields are too many or too long"));
        }
        given.accepts.finish(strict);
        Ok(given)
    }

    /// A field that a request has once at most; [`SingleValue::Absent`] for any other.
    pub fn field(&self, name: HeaderName) -> SingleValue<'a> {
        self.once.get(name as usize).copied().unwrap_or_default()
    }

    fn see(&mut self, name: &'a str, value: &'a [u8]) {
        let known = NAMES.iter().take(SINGLE).position(|known| *known == name);
        if let Some((at, field)) = known.and_then(|at| Some((at, self.once.get_mut(at)?))) {
            if self.strict || at < REPEATABLE {
                return field.see(value);
            }
            // A name may hold a comma; the values of the others never do, and a proxy may have joined equal lines.
            let separator = if at == HeaderName::McpName as usize { 0 } else { b',' };
            let mut values = Some(value);
            while let Some(value) = part(&mut values, separator) {
                field.see_again(value.trim_ascii());
            }
            return;
        }
        match name {
            ACCEPT => self.accepts.add(value),
            CONTENT_ENCODING => self.encoded |= !value.eq_ignore_ascii_case(b"identity"),
            _ => {
                if let Some(param) = name.strip_prefix(PARAM_PREFIX)
                    && (self.strict || !self.params.contains(&(param, value)))
                {
                    self.params.push((param, value));
                }
            }
        }
    }
}
