//! The record of a task in the store: a line for the task manager, and the members that clients receive.

use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::model::TaskStatus;
use pulseengine_mcp_protocol::params::string;

/// The part of a task that does not change. Times are milliseconds, `made` since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TaskHeader {
    pub id: String,
    /// The run of the program that made it.
    pub run: String,
    pub made: u64,
    pub ttl: u64,
    pub poll: u64,
    /// The id of the principal that it belongs to, with authentication.
    pub owner: Option<String>,
}

/// The status of a task and the members that come with it, as JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TaskState {
    Working,
    /// The questions, an object.
    InputRequired(String),
    /// The result, an object.
    Completed(String),
    /// The error object, and its message.
    Failed(String, String),
    Cancelled,
}

impl TaskState {
    const fn status(&self) -> TaskStatus {
        match self {
            Self::Working => TaskStatus::Working,
            Self::InputRequired(_) => TaskStatus::InputRequired,
            Self::Completed(_) => TaskStatus::Completed,
            Self::Failed(..) => TaskStatus::Failed,
            Self::Cancelled => TaskStatus::Cancelled,
        }
    }
}

const fn name(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Working => "working",
        TaskStatus::InputRequired => "input_required",
        TaskStatus::Completed => "completed",
        TaskStatus::Failed => "failed",
        TaskStatus::Cancelled => "cancelled",
    }
}

/// The members of a `DetailedTask`, without braces.
pub(super) fn members(header: &TaskHeader, state: &TaskState, now: u64) -> String {
    let mut w = Writer::with_capacity(256);
    w.key("taskId").string(&header.id);
    w.key("status").string(name(state.status()));
    w.key("createdAt").string(&iso(header.made));
    w.key("lastUpdatedAt").string(&iso(now));
    w.key("ttlMs").unsigned(header.ttl);
    w.key("pollIntervalMs").unsigned(header.poll);
    match state {
        TaskState::Working | TaskState::Cancelled => {}
        TaskState::InputRequired(questions) => w.key("inputRequests").raw(questions),
        TaskState::Completed(result) => w.key("result").raw(result),
        TaskState::Failed(error, message) => {
            w.key("statusMessage").string(message);
            w.key("error").raw(error);
        }
    }
    w.into_text()
}

/// The whole record.
pub(super) fn write(header: &TaskHeader, state: &TaskState, now: u64) -> String {
    let mut text = header.run.clone();
    text.push_str(if state.status().is_final() { " done" } else { " open" });
    for number in [header.made, header.ttl, header.poll] {
        text.push(' ');
        let mut w = Writer::resume(text, false);
        w.unsigned(number);
        text = w.into_text();
    }
    if let Some(owner) = &header.owner {
        // As a JSON string it has no line breaks.
        text.push(' ');
        let mut w = Writer::resume(text, false);
        w.string(owner);
        text = w.into_text();
    }
    text.push('\n');
    text.push_str(&members(header, state, now));
    text
}

/// A record that was read: its header, whether it is final, and the members.
pub(super) struct Read {
    pub header: TaskHeader,
    pub done: bool,
    pub members: String,
}

/// Reads a record; `None` when it is none.
pub(super) fn read(id: &str, value: Vec<u8>) -> Option<Read> {
    let text = String::from_utf8(value).ok()?;
    let (line, members) = text.split_once('\n')?;
    let mut words = line.splitn(6, ' ');
    let (run, last) = (words.next()?, words.next()?);
    let mut number = || words.next()?.parse::<u64>().ok();
    let (made, ttl, poll) = (number()?, number()?, number()?);
    let owner = match words.next() {
        Some(owner) => Some(string(owner)?.into_owned()),
        None => None,
    };
    let header = TaskHeader { id: id.into(), run: run.into(), made, ttl, poll, owner };
    Some(Read { header, done: last == "done", members: members.into() })
}

/// A time in milliseconds since 1970 as ISO 8601, in UTC.
fn iso(millis: u64) -> String {
    let (days, rest) = (millis / 86_400_000, millis % 86_400_000);
    // Years begin in March here, so that the leap day is the last one of its year.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day_of_month = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let fields = [
        (year + era * 400 + next, 4, "-"),
        (month, 2, "-"),
        (day_of_month, 2, "T"),
        (rest / 3_600_000, 2, ":"),
        (rest / 60_000 % 60, 2, ":"),
        (rest / 1000 % 60, 2, "."),
        (rest % 1000, 3, "Z"),
    ];
    let mut text = String::with_capacity(24);
    for (value, digits, after) in fields {
        let mut place = 10u64.pow(digits - 1);
        while place > 0 {
            text.push(char::from(b'0' + (value / place % 10) as u8));
            place /= 10;
        }
        text.push_str(after);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{TaskHeader, TaskState, iso, read, write};

    #[test]
    fn times() {
        let table = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_764_066_600_123, "2025-11-25T10:30:00.123Z"),
            (1_767_225_599_000, "2025-12-31T23:59:59.000Z"),
            (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ];
        for (millis, text) in table {
            assert_eq!(iso(millis), text);
        }
    }

    #[test]
    fn what_was_written_is_read() {
        for owner in [None, Some("alice"), Some("a b\n\"c\"")] {
            check(owner.map(String::from));
        }
    }

    fn check(owner: Option<String>) {
        let header = TaskHeader { id: "t".into(), run: "r".into(), made: 1, ttl: 2, poll: 3, owner };
        let states = [
            (TaskState::Working, false),
            (TaskState::InputRequired("{}".into()), false),
            (TaskState::Completed("{\"content\":[]}".into()), true),
            (TaskState::Failed("{\"code\":1}".into(), "no\nwell".into()), true),
            (TaskState::Cancelled, true),
        ];
        for (state, done) in states {
            let record = read("t", write(&header, &state, 9).into_bytes()).unwrap();
            assert_eq!((record.header, record.done), (header.clone(), done));
            assert!(record.members.starts_with("\"taskId\":\"t\",\"status\":"));
        }
        for text in ["", "r done 1 2 3", "r open 1 2\n", "r open a 2 3\n", "r open 1 2 3 a\n"] {
            assert!(read("t", text.into()).is_none());
        }
    }
}
