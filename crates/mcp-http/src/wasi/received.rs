//! The head of a request, as the host passes it on.

use pulseengine_mcp_protocol::http::{Fields, Head, cut};

use crate::RequestHead;

/// The head of a request.
pub(super) struct WasiHead {
    method: &'static str,
    target: Option<String>,
    authority: Option<String>,
    fields: Vec<(String, Vec<u8>)>,
}

impl WasiHead {
    /// `method` is empty where nothing is served by it; the names of fields may come in any case.
    pub(super) fn new(
        method: &'static str,
        target: Option<String>,
        authority: Option<String>,
        mut fields: Vec<(String, Vec<u8>)>,
    ) -> Self {
        fields.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
        Self { method, target, authority, fields }
    }
}

impl RequestHead for WasiHead {
    fn head(&self) -> Head<'_> {
        let target = self.target.as_deref().unwrap_or("/");
        let (path, query) = match cut(target, b'?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        Head {
            method: self.method,
            path,
            query,
            authority: self.authority.as_deref(),
            fields: self,
            // wasi:http has neither.
            peer: None,
            client_certificate: None,
        }
    }
}

impl Fields for WasiHead {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        self.fields.iter().for_each(|(name, value)| visit(name, value));
    }
}
