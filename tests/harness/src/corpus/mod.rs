//! Malformed input, one case per line, run against a program on both targets.
//!
//! A corpus is a file `tests/malformed/*.tsv`; blank lines and lines that start with `#` are comments,
//! except `# server: NAME`, which names the program (default `hello`). A case has tab-separated fields:
//!
//! ```text
//! name    era    input    expected [expected…]
//! ```
//!
//! - `name`: unique in its file, it is what a failure is reported under.
//! - `era`: a revision, `2026-07-28` or an older one. An older one has the handshake done first; `-` sends
//!   the input to a fresh program and then a 2026-07-28 request.
//! - `input`: what is sent, then a line feed. `%0A` is a byte in hex (so `%25` is a percent sign, `%09` a
//!   tab, `%0A` starts a second line), `%{1000*[}` is `[` a thousand times.
//! - `expected`: `none`, or one field per answer: JSON patterns (see `pattern`), in any order.
//!
//! After the input a valid request is sent and must be answered: the program has survived. Then standard
//! input is closed, all output is read, and the program must end with code 0. Both targets must give the
//! same answers, byte for byte (their order may differ).
//!
//! An input without a line feed is also posted over HTTP (see [`Rule`]).

mod posted;

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

pub use self::posted::{Posted, Rule};
use crate::failure::Failure;
use crate::pattern::mismatch;
use crate::{Launch, Program};

const DEADLINE: Duration = Duration::from_secs(30);
const STATELESS: &str = "2026-07-28";
const PROBE: &str = "still-there";
const HANDSHAKE: &str = "handshake";

/// The cases of one file.
#[derive(Debug)]
pub struct Corpus {
    /// The package to run.
    pub server: String,
    /// In the order of the file.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug)]
pub struct Case {
    /// What it is reported under.
    pub name: String,
    era: String,
    input: Vec<u8>,
    expected: Vec<Value>,
}

impl Corpus {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::parse(&text).map_err(|message| format!("{}:{message}", path.display()))
    }

    /// Understands a corpus; an error starts with its line number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut corpus = Self { server: "hello".to_owned(), cases: Vec::new() };
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(name) = line.strip_prefix("# server:") {
                corpus.server = name.trim().to_owned();
            } else if !line.trim().is_empty() && !line.starts_with('#') {
                let case = Case::parse(line).map_err(|message| format!("{number}: {message}"))?;
                if corpus.cases.iter().any(|earlier| earlier.name == case.name) {
                    return Err(format!("{number}: a second case `{}`", case.name));
                }
                corpus.cases.push(case);
            }
        }
        Ok(corpus)
    }
}

impl Case {
    fn parse(line: &str) -> Result<Self, String> {
        let mut fields = line.split('\t');
        let mut field =
            |what| fields.next().ok_or_else(|| format!("no {what} (fields are separated by tabs)"));
        let (name, era, input) = (field("name")?, field("era")?, decode(field("input")?)?);
        let known = ["-", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", STATELESS];
        if !known.contains(&era) {
            return Err(format!("`{era}` is no era (one of {known:?})"));
        }
        let answers: Vec<&str> = fields.filter(|field| !field.is_empty()).collect();
        let expected = match answers.as_slice() {
            [] => return Err("nothing expected: write `none` or a pattern".to_owned()),
            ["none"] => Vec::new(),
            patterns => {
                let parse = |text: &&str| serde_json::from_str(text).map_err(|e| format!("{e} in `{text}`"));
                patterns.iter().map(parse).collect::<Result<_, _>>()?
            }
        };
        Ok(Self { name: name.to_owned(), era: era.to_owned(), input, expected })
    }

    /// Runs the case; the answers, sorted.
    pub fn run(&self, program: &Program) -> Result<Vec<String>, String> {
        let talk = || -> Result<_, Failure> {
            let mut conversation = program.start(&Launch::default())?;
            if self.has_handshake() {
                conversation.send(&initialize(&self.era))?;
                let _answer = conversation.line(DEADLINE);
                conversation.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)?;
            }
            conversation.send_bytes(&self.input)?;
            conversation.send("")?;
            conversation.send(&self.probe())?;
            conversation.finish(DEADLINE)
        };
        let (mut answers, ending) = talk().map_err(|error| format!("{error}"))?;
        let stderr = || format!("; exit code {}; standard error:\n{}", ending.code, ending.stderr);
        let Some(probe) = answers.iter().position(|line| is_answer(line, PROBE)) else {
            return Err(format!("the next request was not answered{}", stderr()));
        };
        answers.swap_remove(probe);
        if ending.code != 0 {
            return Err(format!("did not end well{}", stderr()));
        }
        answers.sort();
        self.check(&answers)?;
        Ok(answers)
    }

    fn has_handshake(&self) -> bool {
        self.era != STATELESS && self.era != "-"
    }

    fn probe(&self) -> String {
        if self.has_handshake() {
            return json!({"jsonrpc": "2.0", "id": PROBE, "method": "ping"}).to_string();
        }
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientInfo": {"name": "malformed", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        json!({"jsonrpc": "2.0", "id": PROBE, "method": "server/discover", "params": {"_meta": meta}})
            .to_string()
    }

    /// Every answer fits one pattern that no other answer took.
    fn check(&self, answers: &[String]) -> Result<(), String> {
        let mut open: Vec<&Value> = self.expected.iter().collect();
        for answer in answers {
            let value: Value = serde_json::from_str(answer)
                .map_err(|e| format!("the answer is not JSON ({e}): {answer}"))?;
            let Some(index) = open.iter().position(|pattern| mismatch(pattern, &value).is_none()) else {
                let why = match open.as_slice() {
                    [pattern] => mismatch(pattern, &value).unwrap_or_default(),
                    [] => "no answer was expected".to_owned(),
                    _ => format!("it fits none of {open:?}"),
                };
                return Err(format!("{why}; the answer was {answer}"));
            };
            open.swap_remove(index);
        }
        match open.first() {
            Some(pattern) => Err(format!("no answer fits {pattern}; there were {}", answers.len())),
            None => Ok(()),
        }
    }
}

fn initialize(era: &str) -> String {
    let params = json!({"protocolVersion": era, "capabilities": {}, "clientInfo": {"name": "malformed", "version": "1"}});
    json!({"jsonrpc": "2.0", "id": HANDSHAKE, "method": "initialize", "params": params}).to_string()
}

fn is_answer(line: &str, id: &str) -> bool {
    serde_json::from_str::<Value>(line).is_ok_and(|value| value.get("id").is_some_and(|found| found == id))
}

/// Replaces `%HH` and `%{N*text}`.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let wrong =
            || format!("`%{}`: neither %HH nor %{{N*text}}", after.chars().take(10).collect::<String>());
        if let Some(repeat) = after.strip_prefix('{') {
            let (count, tail) = repeat.split_once('*').ok_or_else(wrong)?;
            let (piece, tail) = tail.split_once('}').ok_or_else(wrong)?;
            bytes.extend_from_slice(&decode(piece)?.repeat(count.parse().map_err(|_| wrong())?));
            rest = tail;
        } else {
            let (digits, tail) = after.split_at_checked(2).ok_or_else(wrong)?;
            bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
            rest = tail;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_decoded() {
        for (text, bytes) in [
            ("a", &b"a"[..]),
            ("%41%0a%25", b"A\n%"),
            ("x%{3*ab}y", b"xabababy"),
            ("%{2*%5D}", b"]]"),
            ("{\"a\":\"\\n\"}", b"{\"a\":\"\\n\"}"),
        ] {
            assert_eq!(decode(text).unwrap(), bytes, "{text}");
        }
        for text in ["%", "%4", "%zz", "%{3}", "%{x*y}", "%{3*y"] {
            assert!(decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn cases_are_read_and_mistakes_name_their_line() {
        let corpus =
            Corpus::parse("# server: calculator\n\na\t-\t{\tnone\nb\t2025-06-18\t[]\t1\t2\n").unwrap();
        assert_eq!(corpus.server, "calculator");
        let counts: Vec<usize> = corpus.cases.iter().map(|case| case.expected.len()).collect();
        assert_eq!(counts, [0, 2]);
        for (text, message) in [
            ("a\t-\t{", "1: nothing expected"),
            ("a\t1999\t{\tnone", "1: `1999` is no era"),
            ("a\t-\t{\tnone\na\t-\t{\tnone", "2: a second case `a`"),
            ("a", "1: no era"),
            ("a\t-\t{\t{", "1: EOF"),
        ] {
            let error = Corpus::parse(text).unwrap_err();
            assert!(error.starts_with(message), "{text:?}: {error}");
        }
    }

    #[test]
    fn each_answer_needs_its_own_pattern() {
        let corpus = Corpus::parse("a\t-\t{\t{\"id\":\"<any>\"}\t{\"id\":1}\n").unwrap();
        let case = corpus.cases.first().unwrap();
        let check = |lines: &[&str]| case.check(&lines.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(check(&["{\"id\":2}", "{\"id\":1}"]), Ok(()));
        assert!(check(&["{\"id\":2}", "{\"id\":3}"]).is_err());
        assert!(check(&["{\"id\":2}"]).unwrap_err().contains("no answer fits"));
    }
}
