//! The rounds of one call (2026-07-28): earlier answers, and the questions of this round.

use pulseengine_mcp_protocol::json::{Reader, Writer};
use pulseengine_mcp_protocol::{Method, VecMap};

/// Questions asked and answers given, by key, as JSON text.
#[derive(Debug, Default)]
pub(crate) struct InputRound {
    answers: VecMap<String, String>,
    pub questions: VecMap<String, String>,
}

impl InputRound {
    /// Adds the members of an object to the answers. Anything but an object has no answers.
    pub fn take(&mut self, object: &str) {
        let mut r = Reader::new(object);
        let Ok(mut members) = r.object() else { return };
        while let Ok(Some(key)) = members.next(&mut r) {
            let Ok(value) = r.raw() else { return };
            self.answers.remove(&*key);
            self.answers.insert(key.into_owned(), value.into());
        }
    }

    /// The answer to the question `key`, if it is there and `fits`.
    pub fn answer(&self, key: &str, fits: impl FnOnce(&str) -> bool) -> Option<&str> {
        self.answers.get(key).map(String::as_str).filter(|answer| fits(answer))
    }

    /// Asks `key` in this round.
    pub fn ask(&mut self, key: &str, method: Method, params: &str) {
        self.answers.remove(key);
        self.questions.remove(key);
        self.questions.insert(key.into(), question(method, params));
    }

    pub fn answers_json(&self) -> String {
        let mut w = Writer::default();
        w.begin_object();
        for (key, answer) in self.answers.iter() {
            w.key(key).raw(answer);
        }
        w.end_object();
        w.into_text()
    }
}

/// A question as clients are sent it: an object with `method` and `params`.
pub(super) fn question(method: Method, params: &str) -> String {
    let mut w = Writer::with_capacity(params.len() + 64);
    w.begin_object();
    w.key("method").string(method.name());
    if !params.is_empty() {
        w.key("params").raw(params);
    }
    w.end_object();
    w.into_text()
}
