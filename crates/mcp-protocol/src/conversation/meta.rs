//! The params of a request that a client sends, with what the protocol adds to `_meta`.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::json::{JsonKind, Reader, SyntaxError, Writer};
use crate::{Error, Limits};

/// A member of `_meta`: its name and its value, JSON text.
pub(super) type Member<'a> = (&'static str, Cow<'a, str>);

/// `params`, a JSON object or empty, with these members in its `_meta`. A member that is there already stays as it is.
pub(super) fn with_meta(params: &str, added: &[Member<'_>], limits: &Limits) -> Result<String, Error> {
    if params.is_empty() && added.is_empty() {
        return Ok(String::new());
    }
    let params = if params.is_empty() { "{}" } else { params };
    match merge(params, added, limits) {
        Ok(Some(merged)) => Ok(merged),
        Ok(None) => Err(Error::invalid_params("Invalid params: _meta appears twice or is not an object")),
        Err(_) => Err(Error::invalid_params("Invalid params: params is not a JSON object")),
    }
}

fn merge(params: &str, added: &[Member<'_>], limits: &Limits) -> Result<Option<String>, SyntaxError> {
    let mut r = Reader::with_limits(params, limits);
    let room = added.iter().map(|(name, value)| name.len() + value.len() + 4).sum::<usize>();
    let mut w = Writer::with_capacity(params.len() + room + 16);
    let mut meta = None;
    w.begin_object();
    let mut members = r.object()?;
    while let Some(key) = members.next(&mut r)? {
        if key != "_meta" {
            w.key(&key).raw(r.raw()?);
        } else if r.peek()? != JsonKind::Object || meta.replace(r.raw()?).is_some() {
            return Ok(None);
        }
    }
    r.end()?;
    if meta.is_some() || !added.is_empty() {
        write_meta(w.key("_meta"), meta.unwrap_or("{}"), added)?;
    }
    w.end_object();
    Ok(Some(w.into_text()))
}

fn write_meta(w: &mut Writer, meta: &str, added: &[Member<'_>]) -> Result<(), SyntaxError> {
    let mut present = 0_u32;
    w.begin_object();
    let mut r = Reader::new(meta);
    let mut members = r.object()?;
    while let Some(key) = members.next(&mut r)? {
        if let Some(at) = added.iter().position(|(name, _)| *name == key) {
            present |= 1 << at;
        }
        w.key(&key).raw(r.raw()?);
    }
    for (at, (name, value)) in added.iter().enumerate() {
        if present & (1 << at) == 0 {
            w.key(name).raw(value);
        }
    }
    w.end_object();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::with_meta;
    use crate::Limits;

    #[test]
    fn members_of_the_caller_win() {
        let merged = |params| {
            let added = [("a", "1".into()), ("b", "2".into())];
            with_meta(params, &added, &Limits::DEFAULT).map_err(|error| error.code().0)
        };
        let table: [(&str, Result<&str, i64>); 7] = [
            ("", Ok(r#"{"_meta":{"a":1,"b":2}}"#)),
            ("{}", Ok(r#"{"_meta":{"a":1,"b":2}}"#)),
            (r#"{"x":[1, 2]}"#, Ok(r#"{"x":[1, 2],"_meta":{"a":1,"b":2}}"#)),
            (r#"{"_meta":{"b":{},"c":3},"x":0}"#, Ok(r#"{"x":0,"_meta":{"b":{},"c":3,"a":1}}"#)),
            (r#"{"_meta":[]}"#, Err(-32602)),
            (r#"{"_meta":{},"_meta":{}}"#, Err(-32602)),
            ("[]", Err(-32602)),
        ];
        for (params, expected) in table {
            assert_eq!(merged(params).as_deref().map_err(|code| *code), expected, "{params}");
        }
        assert_eq!(with_meta("", &[], &Limits::DEFAULT).as_deref(), Ok(""));
    }
}
