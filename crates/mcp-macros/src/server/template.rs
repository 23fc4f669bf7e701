//! URIs and URI templates of resources: the part of RFC 6570 that can be matched without ambiguity.

/// The variables of a URI in their order; none for a plain URI.
///
/// A variable is `{name}`, one path segment, or `{+name}`, which takes slashes as well.
pub(super) fn variables(uri: &str) -> Result<Vec<String>, String> {
    check_scheme(uri)?;
    let mut names: Vec<String> = Vec::new();
    let mut rest = uri;
    let mut adjacent = false;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, tail) = rest.split_at(at);
        let Some(tail) = tail.strip_prefix('{') else {
            return Err("`}` without a `{` before it".into());
        };
        if adjacent && before.is_empty() {
            return Err(format!(
                "`{{{}` follows another variable: put text between the two",
                first_name(tail)
            ));
        }
        let Some((expression, after)) = tail.split_once('}') else {
            return Err("`{` without a `}` after it".into());
        };
        let name = variable(expression)?;
        if names.iter().any(|known| known == name) {
            return Err(format!("the variable `{{{name}}}` stands in the template twice"));
        }
        names.push(name.to_owned());
        adjacent = true;
        rest = after;
    }
    Ok(names)
}

/// What a message calls the variable that `tail` begins with.
fn first_name(tail: &str) -> &str {
    tail.split_inclusive('}').next().unwrap_or(tail)
}

fn check_scheme(uri: &str) -> Result<(), String> {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    let mut bytes = scheme.bytes();
    let starts = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !starts || !bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
        return Err("a resource's URI starts with a scheme, for example `note://{id}`".into());
    }
    match uri.chars().find(|&c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"')) {
        Some(c) => Err(format!("a URI cannot hold the character {c:?}: percent-encode it")),
        None => Ok(()),
    }
}

fn variable(expression: &str) -> Result<&str, String> {
    if expression.is_empty() {
        return Err("`{}` names no variable".into());
    }
    let name = expression.strip_prefix('+').unwrap_or(expression);
    let starts = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if starts && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(name);
    }
    Err(format!(
        "`{{{expression}}}` is not a variable: write `{{name}}`, or `{{+name}}` to match slashes too"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_in_order() {
        let table: &[(&str, &[&str])] = &[
            ("note:all", &[]),
            ("note://{id}", &["id"]),
            ("db://{table}/rows/{row_id}.json", &["table", "row_id"]),
            ("file:///{+path}", &["path"]),
            ("x+y-1.z:{_a}-{b2}", &["_a", "b2"]),
        ];
        for (uri, expected) in table {
            assert_eq!(variables(uri).as_deref(), Ok(expected.map_owned().as_slice()), "{uri}");
        }
    }

    #[test]
    fn faults() {
        let table = [
            ("", "scheme"),
            ("note", "scheme"),
            ("1note://a", "scheme"),
            ("{scheme}://a", "scheme"),
            ("note://a b", "percent-encode"),
            ("note://{}", "names no variable"),
            ("note://{id", "without a `}`"),
            ("note://id}", "without a `{`"),
            ("note://{a}{b}", "`{b}` follows"),
            ("note://{a}/{a}", "twice"),
            ("note://{?q}", "not a variable"),
            ("note://{a,b}", "not a variable"),
            ("note://{a*}", "not a variable"),
            ("note://{1}", "not a variable"),
            ("note://{{a}}", "not a variable"),
            ("note://{größe}", "not a variable"),
        ];
        for (uri, expected) in table {
            let fault = variables(uri).unwrap_err();
            assert!(fault.contains(expected), "{uri}: {fault}");
        }
    }

    trait MapOwned {
        fn map_owned(&self) -> Vec<String>;
    }

    impl MapOwned for [&str] {
        fn map_owned(&self) -> Vec<String> {
            self.iter().map(|&name| name.to_owned()).collect()
        }
    }
}
