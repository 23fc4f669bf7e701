//! Replies to list requests, page by page.

use pulseengine_mcp_protocol::params::Key;
use pulseengine_mcp_protocol::{Call, Error, Outcome, Reply};

use crate::Server;
use crate::cache::{Cached, write_hints};
use crate::lists::{List, invalid_cursor};
use crate::response::Response;

/// What a cursor begins with; the name of the last entry seen follows. Clients are not to look into it.
const AFTER: &str = "after:";

impl Server {
    /// The reply to a list request: the page that the cursor names, under `key`.
    pub(crate) fn respond_with_list(&self, list: &List, key: &str, of: Cached, call: &Call) -> Reply {
        let size = self.core().settings.page_size;
        let page = cursor(call).and_then(|cursor| list.page(cursor.as_deref(), size));
        let (text, next) = match page {
            Ok(page) => page,
            Err(error) => return Reply::error(error),
        };
        let mut response = Response::begin(call, self.result_meta(), text.len());
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

fn cursor(call: &Call) -> Result<Option<String>, Error> {
    if call.text(Key::Cursor).is_empty() {
        return Ok(None);
    }
    let cursor = call.string(Key::Cursor).ok_or_else(invalid_cursor)?;
    cursor.strip_prefix(AFTER).map(|name| Some(name.into())).ok_or_else(invalid_cursor)
}
