//! Whether the items of an array differ from each other.

use alloc::string::String;
use alloc::vec::Vec;

use super::number::parts;
use crate::json::{JsonKind, Reader, SyntaxError, Writer};

/// Whether no two items of the array in `text` are equal as JSON values. Text that is not an array has none.
pub fn unique(text: &str) -> bool {
    let mut r = Reader::new(text);
    let Ok(mut items) = items(&mut r) else { return true };
    items.sort_unstable();
    items.windows(2).all(|pair| pair.first() != pair.last())
}

fn items(r: &mut Reader<'_>) -> Result<Vec<String>, SyntaxError> {
    let mut all = Vec::new();
    let mut items = r.array()?;
    while items.next(r)? {
        let mut w = Writer::default();
        canonical(r, &mut w)?;
        all.push(w.into_text());
    }
    Ok(all)
}

/// Writes a value so that equal values give equal text.
fn canonical(r: &mut Reader<'_>, w: &mut Writer) -> Result<(), SyntaxError> {
    match r.peek()? {
        JsonKind::String => w.string(&r.string()?),
        JsonKind::Number => w.raw(&canonical_number(r.number()?)),
        JsonKind::Array => {
            w.begin_array();
            let mut items = r.array()?;
            while items.next(r)? {
                canonical(r, w)?;
            }
            w.end_array();
        }
        JsonKind::Object => {
            let mut all = Vec::new();
            let mut members = r.object()?;
            while let Some(key) = members.next(r)? {
                let mut member = Writer::default();
                canonical(r, member.key(&key))?;
                all.push(member.into_text());
            }
            all.sort_unstable();
            w.begin_object();
            for member in &all {
                w.raw(member);
            }
            w.end_object();
        }
        _ => w.raw(r.raw()?),
    }
    Ok(())
}

fn canonical_number(text: &str) -> String {
    let p = parts(text);
    let mut digits = String::from(p.before);
    digits.push_str(p.after);
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return String::from("0");
    }
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    let exponent = i64::from(p.exponent) - p.after.len() as i64 + zeros as i64;
    let mut w = Writer::default();
    w.integer(exponent);
    let mut out = String::from(if p.negative { "-" } else { "" });
    out.push_str(significant);
    out.push('e');
    out.push_str(w.text());
    out
}

#[cfg(test)]
mod tests {
    use super::unique;

    #[test]
    fn equal_values_are_found_however_written() {
        for same in [
            "[1,1.0]",
            "[10,1e1]",
            r#"["a","\u0061"]"#,
            r#"[{"a":1,"b":2},{"b":2.0,"a":1}]"#,
            "[0,-0.0]",
            "[[1],[1]]",
        ] {
            assert!(!unique(same), "{same}");
        }
        for different in
            ["[]", "[1,2]", "[1,10]", "[1,-1]", r#"["1",1]"#, "[null,false]", "[[],{}]", "[[1,2],[12]]"]
        {
            assert!(unique(different), "{different}");
        }
    }
}
