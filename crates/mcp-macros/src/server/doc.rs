//! Doc comments as text.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, Lit, Meta};

/// The text of the doc comments among `attrs` as a `&'static str` expression, `None` where there are none.
///
/// A comment is a literal; `#[doc = include_str!("…")]` stays what it is and is joined by `concat!`.
pub(super) fn text(attrs: &[Attribute]) -> Option<TokenStream> {
    let mut parts = Vec::new();
    let mut lines = Vec::new();
    for value in attrs.iter().filter_map(value) {
        match literal(value) {
            Some(line) => lines.push(line),
            None => {
                if let Some(text) = join(&std::mem::take(&mut lines)) {
                    parts.push(quote!(#text));
                }
                parts.push(quote!(#value));
            }
        }
    }
    if let Some(text) = join(&lines) {
        parts.push(quote!(#text));
    }
    match parts.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [first, rest @ ..] => Some(quote!(::core::concat!(#first #(, "\n\n", #rest)*))),
    }
}

/// The doc comments among `attrs` that are literal, as one text.
pub(super) fn literal_text(attrs: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attrs.iter().filter_map(value).filter_map(literal).collect();
    join(&lines)
}

fn value(attr: &Attribute) -> Option<&Expr> {
    match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => Some(&pair.value),
        _ => None,
    }
}

fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}

/// Joins the values of doc attributes: one value is a line, or a block of lines.
fn join(values: &[String]) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    for value in values {
        if value.contains('\n') {
            lines.extend(value.lines().map(block_line));
        } else {
            lines.push(value.strip_prefix(' ').unwrap_or(value).trim_end());
        }
    }
    let text = lines.join("\n");
    let text = text.trim_matches('\n');
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// A line of a `/** … */` block without its indentation and its star.
fn block_line(line: &str) -> &str {
    let line = line.trim();
    match line.strip_prefix('*') {
        Some(rest) => rest.strip_prefix(' ').unwrap_or(rest),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(values: &[&str]) -> Option<String> {
        let values: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
        join(&values)
    }

    #[test]
    fn lines_lose_one_space_and_paragraphs_stay() {
        let table: &[(&[&str], Option<&str>)] = &[
            (&[], None),
            (&["", "  "], None),
            (&[" Adds."], Some("Adds.")),
            (&["Adds."], Some("Adds.")),
            (&[" One", " two.", "", " Three."], Some("One\ntwo.\n\nThree.")),
            (&["", " Adds.  ", ""], Some("Adds.")),
            (&[" A list:", "  - one"], Some("A list:\n - one")),
            (&["\n     * Adds\n     * two.\n     "], Some("Adds\ntwo.")),
            (&[" Adds\n   two. "], Some("Adds\ntwo.")),
        ];
        for (values, expected) in table {
            assert_eq!(joined(values).as_deref(), *expected, "{values:?}");
        }
    }

    #[test]
    fn an_included_file_is_concatenated() {
        let item: syn::ItemStruct = syn::parse_quote! {
            /// First.
            #[doc = include_str!("a.md")]
            /// Last.
            struct A;
        };
        let text = text(&item.attrs).unwrap().to_string();
        assert_eq!(
            text,
            ":: core :: concat ! (\"First.\" , \"\\n\\n\" , include_str ! (\"a.md\") , \"\\n\\n\" , \"Last.\")"
        );
    }
}
