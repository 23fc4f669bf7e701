//! Requests as bytes, one case per line, tried natively and on components in each way their host can use them.
//!
//! A table is a file `tests/http/*.tsv`; blank lines and lines that start with `#` are comments, but for
//! `# call: TOOL ARGUMENTS`, the call that the requests of the file carry (default `test_simple_text {}`, in
//! 2026-07-28, to the program `everything`), and `# (WORD) text`, a reason. A case has tab-separated fields:
//!
//! ```text
//! name    verdict    change    change…
//! ```
//!
//! A verdict is the responses in their order, each a status and the code of the JSON-RPC error if it has one, and what
//! becomes of the connection: `200 usable`, `403 -32600 closed`, `200 400 -32020 usable`; `none closed` is no response.
//! `usable` is proved by a good request on the same connection, `closed` by its end. Then another connection has to be
//! answered. Without a `!` all of this is the same everywhere. What differs is said, with the reason why:
//!
//! ```text
//! 403 -32600 closed ! host usable (drained)    … on every component; the status is the same
//! 403 -32600 closed ! 0.3 200 usable (hidden)  … on WASI 0.3; also `0.2`, `brief`: instances that do not last
//! ```
//!
//! A change is made to the good request:
//!
//! ```text
//! Name: value      this field in place of those of that name
//! - Name           no such field
//! + text           one more line of the head, whatever it is
//! = text           this request line
//! > text           this body; Content-Length is changed with it
//! * text           these bytes instead of it all
//! ~ 7              sent in pieces of 7 bytes
//! ! half           the client sends nothing more afterwards, or (`! gone`) leaves
//! ```
//!
//! In all of these `%0A` and `%{1000*x}` stand for what they do in `corpus`, and of the good request `{body}` is the
//! body, `{n}`, `{hex}` and `{HEX}` its length, `{head}` the fields but for Content-Length, `{good}` all; `{nl}` ends a
//! line.

use std::fmt;
use std::path::Path;

use super::draft::{Draft, End, Good};
use super::raw::Raw;
use super::served::{Place, Served};

/// The cases of one file.
#[derive(Debug)]
pub struct Table {
    /// In the order of the file.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug)]
pub struct Case {
    /// What it is reported under.
    pub name: String,
    verdict: Verdict,
    elsewhere: Vec<(String, Verdict)>,
    bytes: Vec<u8>,
    piece: usize,
    end: End,
    /// Its response has no body.
    bare: bool,
}

/// What came of a case: statuses with codes (0: none), and the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Verdict {
    answers: Vec<(u16, i64)>,
    fate: Fate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Usable,
    Closed,
    /// The client has left first.
    Gone,
}

impl Table {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::parse(&text).map_err(|message| format!("{}:{message}", path.display()))
    }

    /// Understands a table; an error starts with its line number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut good, mut reasons) = (Good::plain(), Vec::new());
        let mut cases: Vec<Case> = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(call) = line.strip_prefix("# call: ") {
                let (tool, arguments) = call.split_once(' ').unwrap_or((call, "{}"));
                good = Good::calling(tool, arguments);
            } else if let Some((reason, _)) = line.strip_prefix("# (").and_then(|line| line.split_once(") "))
            {
                reasons.push(reason);
            } else if !line.trim().is_empty() && !line.starts_with('#') {
                let case =
                    Case::parse(line, &good, &reasons).map_err(|message| format!("{number}: {message}"))?;
                if cases.iter().any(|earlier| earlier.name == case.name) {
                    return Err(format!("{number}: a second case `{}`", case.name));
                }
                cases.push(case);
            }
        }
        Ok(Self { cases })
    }
}

impl Case {
    fn parse(line: &str, good: &Good, reasons: &[&str]) -> Result<Self, String> {
        let mut fields = line.split('\t').filter(|field| !field.is_empty());
        let name = fields.next().unwrap_or_default().to_owned();
        let mut verdicts = fields.next().ok_or("no verdict (fields are separated by tabs)")?.split(" ! ");
        let verdict = Verdict::parse(verdicts.next().unwrap_or_default(), None)?;
        let elsewhere = verdicts.map(|text| elsewhere(text, &verdict, reasons)).collect::<Result<_, _>>()?;
        let mut draft = Draft::of(good);
        fields.try_for_each(|change| draft.change(change, good))?;
        let bytes = draft.bytes();
        let bare = bytes.starts_with(b"HEAD ");
        Ok(Self { name, verdict, elsewhere, bytes, piece: draft.piece, end: draft.end, bare })
    }

    /// Tries it there; an error says what differs from the verdict.
    pub fn run(&self, place: Place, served: &Served) -> Result<(), String> {
        let expected = self.elsewhere.iter().rfind(|(whom, _)| place.is(whom));
        let expected = expected.map_or(&self.verdict, |(_, verdict)| verdict);
        let found = self.verdict_of(served, expected.answers.len())?;
        if found != *expected {
            return Err(format!("expected `{expected}`, but it was `{found}`"));
        }
        let mut other = Raw::to(served.address())?;
        other.send(&Good::plain().all());
        match other.answer(false)? {
            Some(answer) if answer.status == 200 => Ok(()),
            answer => Err(format!("another connection is not served afterwards: {answer:?}")),
        }
    }

    fn verdict_of(&self, served: &Served, expected: usize) -> Result<Verdict, String> {
        let mut client = Raw::to(served.address())?;
        self.bytes.chunks(self.piece).for_each(|piece| client.send(piece));
        if self.end == End::Half {
            client.end();
        }
        let mut verdict = Verdict { answers: Vec::new(), fate: Fate::Closed };
        if self.end == End::Gone {
            verdict.fate = Fate::Gone;
            return Ok(verdict);
        }
        while verdict.answers.len() < expected {
            let Some(answer) = client.answer(self.bare)? else { return Ok(verdict) };
            verdict.answers.push((answer.status, answer.code()));
        }
        client.send(&Good::plain().all());
        match client.answer(false)? {
            Some(answer) if answer.status == 200 => verdict.fate = Fate::Usable,
            Some(answer) => verdict.answers.push((answer.status, answer.code())),
            None => {}
        }
        Ok(verdict)
    }
}

/// The verdict in some places: `host usable (drained)`.
fn elsewhere(text: &str, verdict: &Verdict, reasons: &[&str]) -> Result<(String, Verdict), String> {
    let wrong = || format!("`{text}` is not: WHERE, what is other there, (REASON)");
    let (rest, reason) =
        text.trim_end().strip_suffix(')').and_then(|t| t.split_once(" (")).ok_or_else(wrong)?;
    if !reasons.contains(&reason) {
        return Err(format!("there is no reason `# ({reason}) …` above"));
    }
    let (whom, other) = rest.split_once(' ').ok_or_else(wrong)?;
    if !Place::ALL.iter().any(|place| place.is(whom)) {
        return Err(format!("nothing is at `{whom}`"));
    }
    Ok((whom.to_owned(), Verdict::parse(other, Some(verdict))?))
}

impl Verdict {
    /// Reads a verdict; what it does not say is as in `base`.
    fn parse(text: &str, base: Option<&Self>) -> Result<Self, String> {
        let (mut answers, mut fate, mut none) = (Vec::new(), None, false);
        for word in text.split_whitespace() {
            match word {
                "usable" => fate = Some(Fate::Usable),
                "closed" => fate = Some(Fate::Closed),
                "gone" => fate = Some(Fate::Gone),
                "none" => none = true,
                _ => match (word.parse(), word.parse(), answers.last_mut()) {
                    (Ok(status @ 100..1000), ..) => answers.push((status, 0)),
                    (_, Ok(code), Some((_, last))) => *last = code,
                    _ => return Err(format!("`{word}` is no part of a verdict")),
                },
            }
        }
        if let (true, false, Some(base)) = (answers.is_empty(), none, base) {
            answers.clone_from(&base.answers);
        }
        let fate = fate.or(base.map(|base| base.fate)).ok_or("what becomes of the connection?")?;
        Ok(Self { answers, fate })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.answers.is_empty() {
            f.write_str("none ")?;
        }
        for (status, code) in &self.answers {
            match code {
                0 => write!(f, "{status} ")?,
                code => write!(f, "{status} {code} ")?,
            }
        }
        f.write_str(match self.fate {
            Fate::Usable => "usable",
            Fate::Closed => "closed",
            Fate::Gone => "gone",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_read_and_mistakes_name_their_line() {
        let text = "# (why) because\n\na\t403 -32600 closed ! host usable (why) ! 0.3 200 usable (why)\n";
        let table = Table::parse(text).unwrap();
        let case = table.cases.first().unwrap();
        let others: Vec<_> = case.elsewhere.iter().map(|(whom, other)| format!("{whom} {other}")).collect();
        assert_eq!(case.verdict.to_string(), "403 -32600 closed");
        assert_eq!(others, ["host 403 -32600 usable", "0.3 200 usable"]);
        for (text, message) in [
            ("a", "1: no verdict"),
            ("a\t200", "1: what becomes"),
            ("a\tfine usable", "1: `fine` is no part"),
            ("a\t200 usable ! host closed", "1: `host closed` is not"),
            ("a\t200 usable ! host closed (why)", "1: there is no reason"),
            ("# (why) x\na\t200 usable ! moon closed (why)", "2: nothing is at `moon`"),
            ("a\t200 usable\tx", "1: `x` is no change"),
            ("a\t200 usable\na\t200 usable", "2: a second case `a`"),
        ] {
            let error = Table::parse(text).unwrap_err();
            assert!(error.starts_with(message), "{text:?}: {error}");
        }
    }
}
