//! Lists of which a caller sees only a part.

use pulseengine_mcp_protocol::{Call, Error, Reply};

use crate::Server;
use crate::cache::Cached;
use crate::entry::{Entry, EntryKind};
use crate::find_entry::listed;
use crate::lists::{List, invalid_cursor};
use crate::paging::cursor;

/// The reply to a list request with the entries that are shown, as a page of its own.
pub(crate) fn respond(
    server: &Server,
    list: &List,
    key: &str,
    of: Cached,
    call: &Call,
    shows: &dyn Fn(&Entry<'_>) -> bool,
) -> Reply {
    let shown = |at: usize| listed(server, list, of, at, &mut |entry| shows(&entry));
    match cursor(call)
        .and_then(|cursor| page(list, cursor.as_deref(), server.core().settings.page_size, &shown))
    {
        Ok((text, next)) => server.respond_with_page(&text, next.as_deref(), key, of, call, true),
        Err(error) => Reply::error(error),
    }
}

/// The text of the entries after `cursor` that are shown, at most `size`, and the cursor to what follows.
fn page(
    list: &List,
    cursor: Option<&str>,
    size: usize,
    shown: &dyn Fn(usize) -> bool,
) -> Result<(String, Option<String>), Error> {
    let mut at = match cursor {
        None => 0,
        // A cursor to a hidden entry must not reveal that it exists.
        Some(cursor) => list.find(cursor).filter(|at| shown(*at)).ok_or_else(invalid_cursor)? + 1,
    };
    let (mut text, mut last, mut count) = (String::new(), None, 0);
    while let Some((name, json)) = list.entry(at) {
        if shown(at) {
            if count == size {
                return Ok((text, last));
            }
            if count > 0 {
                text.push(',');
            }
            text.push_str(json);
            last = Some(name.to_owned());
            count += 1;
        }
        at += 1;
    }
    Ok((text, None))
}

/// The error for something that the caller may not see: that for something that is not there.
pub(crate) fn unknown(entry: &Entry<'_>, call: &Call) -> Error {
    use pulseengine_mcp_protocol::Method;
    match (entry.kind, call.method) {
        (_, Method::Complete) => Error::unknown("Unknown reference: ", entry.name),
        (EntryKind::Tool, _) => Error::unknown("Unknown tool: ", entry.name),
        (EntryKind::Prompt, _) => Error::unknown("Unknown prompt: ", entry.name),
        (EntryKind::Resource | EntryKind::Template, _) => {
            Error::resource_not_found(entry.name, call.revision)
        }
    }
}
