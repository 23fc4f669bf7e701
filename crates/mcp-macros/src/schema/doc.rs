//! Doc comments, as schemars 1.2 reads them.

use syn::{Attribute, Expr, ExprLit, Lit};

/// The doc comment of an item: lines joined, one leading space of each line dropped.
pub(super) fn text(attrs: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("doc"))
        .filter_map(|attr| match &attr.meta.require_name_value().ok()?.value {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => {
                let line = line.value();
                Some(line.strip_prefix(' ').map(str::to_owned).unwrap_or(line))
            }
            _ => None,
        })
        .collect();
    if lines.is_empty() { None } else { Some(lines.join("\n")) }
}

/// Title and description in a doc comment: a first line that starts with `#` is the title.
pub(super) fn split(doc: &str) -> (Option<String>, Option<String>) {
    let doc = doc.trim_matches(|c: char| c.is_ascii_whitespace());
    let some = |text: &str| {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        if text.is_empty() { None } else { Some(text.to_owned()) }
    };
    if !doc.starts_with('#') {
        return (None, some(doc));
    }
    let (title, rest) = doc.split_once('\n').unwrap_or((doc, ""));
    (some(title.trim_start_matches('#')), some(rest))
}
