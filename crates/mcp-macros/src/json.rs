//! A check of JSON written as a literal, for `meta` and `json`.

const DEPTH: usize = 32;

/// The text without the space between its tokens (and so without line breaks), if it is one JSON object.
pub(crate) fn object(text: &str) -> Result<String, String> {
    let mut reader = Reader { rest: text, out: String::new() };
    reader.space();
    if !reader.rest.starts_with('{') {
        return Err("a JSON object is expected, for example {\"key\": 1}".into());
    }
    reader.value(0)?;
    if reader.rest.is_empty() { Ok(reader.out) } else { Err(reader.fault("the end")) }
}

/// The keys of an object as [`object`] gives it, each with the text of its value.
pub(crate) fn members(text: &str) -> Vec<(&str, &str)> {
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
    let (mut depth, mut quoted, mut escaped, mut start) = (0, false, false, 0);
    let mut all = Vec::new();
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                let member = inner.get(start..at).and_then(|member| member.strip_prefix('"'));
                all.extend(member.and_then(|member| member.split_once("\":")));
                start = at + 1;
            }
            _ => {}
        }
    }
    all
}

struct Reader<'a> {
    rest: &'a str,
    out: String,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<(), String> {
        if depth > DEPTH {
            return Err(format!("more than {DEPTH} levels of nesting"));
        }
        match self.rest.bytes().next() {
            Some(b'{') => self.list('{', '}', depth, true)?,
            Some(b'[') => self.list('[', ']', depth, false)?,
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => {
                let Some(word) =
                    ["true", "false", "null"].into_iter().find(|word| self.rest.starts_with(word))
                else {
                    return Err(self.fault("a value"));
                };
                self.keep(word.len());
            }
        }
        self.space();
        Ok(())
    }

    fn list(&mut self, open: char, close: char, depth: usize, keyed: bool) -> Result<(), String> {
        let mut keys: Vec<String> = Vec::new();
        self.symbol(open)?;
        if self.rest.starts_with(close) {
            return self.symbol(close);
        }
        loop {
            if keyed {
                let before = self.out.len();
                self.string()?;
                let key = self.out.get(before..).unwrap_or_default().to_owned();
                if keys.contains(&key) {
                    return Err(format!("the key {key} stands in one object twice"));
                }
                keys.push(key);
                self.space();
                self.symbol(':')?;
            }
            self.value(depth + 1)?;
            if !self.rest.starts_with(',') {
                return self.symbol(close);
            }
            self.symbol(',')?;
        }
    }

    fn string(&mut self) -> Result<(), String> {
        if !self.rest.starts_with('"') {
            return Err(self.fault("a string"));
        }
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if c.is_control() && c < ' ' => return Err("a control character inside a string".into()),
                _ if escaped && !matches!(c, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') => {
                    return Err(format!("unknown escape \\{c}"));
                }
                'u' if escaped && !self.hexadecimal(at + 1) => return Err("\\u takes four hex digits".into()),
                '"' if !escaped => {
                    self.keep(at + 1);
                    return Ok(());
                }
                _ => {}
            }
            escaped = c == '\\' && !escaped;
        }
        Err("a string without its end".into())
    }

    fn hexadecimal(&self, at: usize) -> bool {
        self.rest.get(at..at + 4).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }

    fn number(&mut self) -> Result<(), String> {
        let text = self.rest;
        let end =
            text.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).unwrap_or(text.len());
        let (number, _) = text.split_at(end);
        if !is_number(number) {
            return Err(format!("{number} is not a JSON number"));
        }
        self.keep(end);
        Ok(())
    }

    fn symbol(&mut self, symbol: char) -> Result<(), String> {
        if !self.rest.starts_with(symbol) {
            return Err(self.fault(&format!("`{symbol}`")));
        }
        self.keep(1);
        self.space();
        Ok(())
    }

    fn keep(&mut self, bytes: usize) {
        let (token, rest) = self.rest.split_at(bytes);
        self.out.push_str(token);
        self.rest = rest;
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn fault(&self, expected: &str) -> String {
        match self.rest.chars().next() {
            Some(found) => format!("{expected} is expected before {found:?}"),
            None => format!("{expected} is expected at the end"),
        }
    }
}

/// Whether `text` is a number by the JSON grammar.
pub(crate) fn is_number(text: &str) -> bool {
    fn digits(text: &str) -> bool {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_lose_their_space() {
        let table = [
            ("{}", "{}"),
            (" { } ", "{}"),
            (
                "{\n  \"a b\" : [ 1 , -2.5e+3 , null ],\n \"c\": {\"d\": \"\\\"\\u00e9 x\"}\n}",
                "{\"a b\":[1,-2.5e+3,null],\"c\":{\"d\":\"\\\"\\u00e9 x\"}}",
            ),
            ("{\"a\":[],\"b\":true,\"c\":false}", "{\"a\":[],\"b\":true,\"c\":false}"),
        ];
        for (text, expected) in table {
            assert_eq!(object(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn members_are_those_of_the_outermost_object() {
        let text = r#"{"a":{"b":[1,2]},"c":"\\\",\"d\":{","e":null}"#;
        assert_eq!(members(text), [("a", r#"{"b":[1,2]}"#), ("c", r#""\\\",\"d\":{""#), ("e", "null")]);
        assert_eq!(members("{}"), []);
    }

    #[test]
    fn faults() {
        let table = [
            "",
            "1",
            "[]",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":01}",
            "{\"a\":1.}",
            "{\"a\":.5}",
            "{\"a\":+1}",
            "{\"a\":1} x",
            "{\"a\":1,\"a\":2}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12g4\"}",
            "{\"a\":\"",
            "{\"a\":\"\n\"}",
            "{\"a\":tru}",
            "{\"a\":[1 2]}",
        ];
        for text in table {
            assert!(object(text).is_err(), "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(40), "]".repeat(40));
        assert!(object(&deep).is_err());
    }
}
