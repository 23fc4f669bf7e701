//! Replies to list requests, page by page.

use pulseengine_mcp_protocol::params::Key;
use pulseengine_mcp_protocol::{Call, Error, Outcome, Reply};

use crate::Server;
use crate::cache::{Cached, write_hints};
use crate::lists::{List, invalid_cursor};
use crate::request::ServedCall;
use crate::response::Response;

/// The beginning of a cursor; the name of the last entry seen follows. Cursors are opaque to clients.
const AFTER: &str = "after:";

impl Server {
    /// The reply to a list request: the page that the cursor names, under `key`.
    pub(crate) fn respond_with_list(&self, list: &List, key: &str, of: Cached, call: &ServedCall) -> Reply {
        self.respond_with_listed(list, key, of, call, false)
    }

    /// The same; `private`: the list depends on the caller.
    pub(crate) fn respond_with_listed(
        &self,
        list: &List,
        key: &str,
        of: Cached,
        call: &ServedCall,
        private: bool,
    ) -> Reply {
        if let Some(reply) = call.list(list, key, of) {
            return reply;
        }
        let size = self.core().settings.page_size;
        match cursor(call).and_then(|cursor| list.page(cursor.as_deref(), size)) {
            Ok((text, next)) => self.respond_with_page(text, next, key, of, call, private),
            Err(error) => Reply::error(error),
        }
    }

    /// The reply with one page; `private`: its entries depend on the caller.
    pub(crate) fn respond_with_page(
        &self,
        text: &str,
        next: Option<&str>,
        key: &str,
        of: Cached,
        call: &Call,
        private: bool,
    ) -> Reply {
        let mut response = Response::begin(call, self.result_meta(), text.len());
        response.private = private;
        let w = &mut response.result.w;
        w.key(key).begin_array();
        w.members(text);
        w.end_array();
        if let Some(next) = next {
            let mut cursor = String::from(AFTER);
            cursor.push_str(next);
            w.key("nextCursor").string(&cursor);
        }
        write_hints(&mut response, self.hints(of));
        response.end(Outcome::Complete)
    }
}

/// The name of the last entry that the client has seen.
pub(crate) fn cursor(call: &Call) -> Result<Option<String>, Error> {
    if call.text(Key::Cursor).is_empty() {
        return Ok(None);
    }
    let cursor = call.string(Key::Cursor).ok_or_else(invalid_cursor)?;
    // No list has an empty cursor: with one, clients ask for the first page.
    if cursor.is_empty() {
        return Ok(None);
    }
    cursor.strip_prefix(AFTER).map(|name| Some(name.into())).ok_or_else(invalid_cursor)
}
