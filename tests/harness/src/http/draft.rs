//! The good request of a table, and what changes make of it.

use crate::corpus::decode;

/// A call in good order.
pub(super) struct Good {
    fields: Vec<(String, String)>,
    body: String,
}

impl Good {
    /// The one that shows that a server goes on.
    pub(super) fn plain() -> Self {
        Self::calling("test_simple_text", "{}")
    }

    pub(super) fn calling(tool: &str, arguments: &str) -> Self {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments},"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
        );
        let fields = [
            ("Host", "localhost"),
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
            ("MCP-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", "tools/call"),
            ("Mcp-Name", tool),
        ];
        Self { fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(), body }
    }

    /// All of it, as bytes.
    pub(super) fn all(&self) -> Vec<u8> {
        Draft::of(self).bytes()
    }

    fn head(&self) -> String {
        self.fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
    }

    /// Understands the text of a change.
    fn read(&self, text: &str) -> Result<Vec<u8>, String> {
        let length = self.body.len();
        let mut bytes = decode(text)?;
        for (mark, stands_for) in [
            ("{good}", String::from_utf8_lossy(&self.all()).into_owned()),
            ("{head}", self.head()),
            ("{body}", self.body.clone()),
            ("{n}", length.to_string()),
            ("{hex}", format!("{length:x}")),
            ("{HEX}", format!("{length:X}")),
            ("{nl}", "\r\n".into()),
        ] {
            bytes = replaced(&bytes, mark.as_bytes(), stands_for.as_bytes());
        }
        Ok(bytes)
    }
}

fn replaced(bytes: &[u8], mark: &[u8], stands_for: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
        let (before, after) = rest.split_at(at);
        out.extend_from_slice(before);
        out.extend_from_slice(stands_for);
        rest = after.get(mark.len()..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// What the client does when it has sent its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It waits.
    Open,
    /// It says that it will send nothing more.
    Half,
    /// It leaves.
    Gone,
}

/// A request in the making.
pub(super) struct Draft {
    line: Vec<u8>,
    /// The lines of the head, each with its name.
    fields: Vec<(String, Vec<u8>)>,
    length: bool,
    body: Vec<u8>,
    /// In place of it all.
    whole: Option<Vec<u8>>,
    pub(super) piece: usize,
    pub(super) end: End,
}

impl Draft {
    pub(super) fn of(good: &Good) -> Self {
        let line = |(name, value): &(String, String)| (name.clone(), format!("{name}: {value}").into_bytes());
        Self {
            line: b"POST /mcp HTTP/1.1".to_vec(),
            fields: good.fields.iter().map(line).collect(),
            length: true,
            body: good.body.clone().into_bytes(),
            whole: None,
            piece: usize::MAX,
            end: End::Open,
        }
    }

    /// Makes a change.
    pub(super) fn change(&mut self, change: &str, good: &Good) -> Result<(), String> {
        let (sign, text) = change.split_once(' ').unwrap_or((change, ""));
        let wrong = || format!("`{change}` is no change");
        match sign {
            "-" => drop(self.take_out(text)),
            "+" => self.fields.push((String::new(), good.read(text)?)),
            "=" => self.line = good.read(text)?,
            ">" => self.body = good.read(text)?,
            "*" => self.whole = Some(good.read(text)?),
            "~" => self.piece = text.parse().ok().filter(|piece| *piece > 0).ok_or_else(wrong)?,
            "!" if text == "half" => self.end = End::Half,
            "!" if text == "gone" => self.end = End::Gone,
            _ => {
                let (name, _) = change.split_once(':').ok_or_else(wrong)?;
                let at = self.take_out(name);
                self.fields.insert(at, (name.to_owned(), good.read(change)?));
            }
        }
        Ok(())
    }

    /// Takes out the fields of a name; where the first was.
    fn take_out(&mut self, name: &str) -> usize {
        self.length &= !name.eq_ignore_ascii_case("content-length");
        let is = |(known, _): &(String, Vec<u8>)| known.eq_ignore_ascii_case(name);
        let at = self.fields.iter().position(is).unwrap_or(self.fields.len());
        self.fields.retain(|field| !is(field));
        at
    }

    /// As it is sent.
    pub(super) fn bytes(&self) -> Vec<u8> {
        if let Some(whole) = &self.whole {
            return whole.clone();
        }
        let length = format!("Content-Length: {}", self.body.len());
        let length = self.length.then_some(length.as_bytes());
        let lines = self.fields.iter().map(|(_, line)| line.as_slice()).chain(length);
        let mut bytes = self.line.clone();
        for line in lines {
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(line);
        }
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(changes: &[&str]) -> String {
        let good =
            Good { fields: vec![("A".into(), "1".into()), ("B".into(), "2".into())], body: "xy".into() };
        let mut draft = Draft::of(&good);
        changes.iter().for_each(|change| draft.change(change, &good).unwrap());
        String::from_utf8(draft.bytes()).unwrap()
    }

    #[test]
    fn changes_are_made() {
        for (changes, request) in [
            (&[][..], "POST /mcp HTTP/1.1\r\nA: 1\r\nB: 2\r\nContent-Length: 2\r\n\r\nxy"),
            (&["a: 3", "- b"], "POST /mcp HTTP/1.1\r\na: 3\r\nContent-Length: 2\r\n\r\nxy"),
            (&["= GET /", "> xyz", "- A", "- B"], "GET /\r\nContent-Length: 3\r\n\r\nxyz"),
            (
                &["Content-Length: 1", "+ C", "- A"],
                "POST /mcp HTTP/1.1\r\nB: 2\r\nContent-Length: 1\r\nC\r\n\r\nxy",
            ),
            (&["* {head}{hex}{nl}{body}%41"], "A: 1\r\nB: 2\r\n2\r\nxyA"),
        ] {
            assert_eq!(made(changes), request, "{changes:?}");
        }
    }
}
