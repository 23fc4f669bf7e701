//! What several attributes say in the same way: names, icons, `meta`, texts.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Ident, LitStr};

use super::doc;
use super::keys::Keys;
use crate::errors::Errors;

/// A name and the place to report it at.
pub(super) struct Name {
    pub(super) text: String,
    at: TokenStream,
}

impl Name {
    /// The name given by the key `name`, else the name of the method.
    pub(super) fn read(keys: &mut Keys, method: &Ident, errors: &mut Errors) -> Self {
        match keys.string("name", errors) {
            Some(given) => {
                let name = Self { text: given.value(), at: given.to_token_stream() };
                if name.text.is_empty() {
                    errors.push(&name.at, "a name cannot be empty");
                }
                name
            }
            None => Self { text: method.unraw().to_string(), at: method.to_token_stream() },
        }
    }

    /// Reports what the protocol does not allow in the name of a tool.
    pub(super) fn check_tool(&self, errors: &mut Errors) {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        if self.text.len() > 128 {
            errors.push(&self.at, "a tool's name has at most 128 characters");
        } else if !self.text.bytes().all(allowed) {
            errors.push(
                &self.at,
                "a tool's name is made of the letters a-z and A-Z, digits, `_`, `-` and `.`: \
                 give another with `name = \"…\"`",
            );
        }
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.at.to_tokens(tokens);
    }
}

/// An `Option` as an expression of generated code.
pub(super) fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The key `title` as an `Option<&'static str>`.
pub(super) fn title(keys: &mut Keys, errors: &mut Errors) -> TokenStream {
    option(keys.text("title", errors))
}

/// The key `description`, else the doc comments, as an `Option<&'static str>`.
pub(super) fn description(keys: &mut Keys, attrs: &[Attribute], errors: &mut Errors) -> TokenStream {
    match keys.text("description", errors) {
        Some(text) => option(Some(text)),
        None => option(doc::text(attrs)),
    }
}

/// The key `meta` as an `Option<&'static str>` of compact JSON.
pub(super) fn meta(keys: &mut Keys, errors: &mut Errors) -> TokenStream {
    let text = keys.string("meta", errors).and_then(|given| match crate::json::object(&given.value()) {
        Ok(text) => Some(text),
        Err(fault) => {
            errors.push(given, format_args!("`meta` takes a JSON object: {fault}"));
            None
        }
    });
    option(text)
}

/// Every `icon(…)` as a `&'static [IconInfo]`.
pub(super) fn icons(keys: &mut Keys, mcp: &TokenStream, errors: &mut Errors) -> TokenStream {
    let icons: Vec<_> =
        keys.lists("icon", errors).into_iter().map(|(key, tokens)| icon(&key, tokens, mcp, errors)).collect();
    quote!(&[#(#icons),*])
}

fn icon(key: &Ident, tokens: TokenStream, mcp: &TokenStream, errors: &mut Errors) -> TokenStream {
    let before = errors.count();
    let mut keys = Keys::read("`icon`", &["src", "mime_type", "sizes", "theme"], tokens, errors);
    let src = keys.string("src", errors);
    match &src {
        Some(src) if src.value().is_empty() => errors.push(src, "an icon's `src` cannot be empty"),
        None if errors.count() == before => {
            errors.push(key, "an icon has a source: `icon(src = \"https://…\")`");
        }
        _ => {}
    }
    let mime_type = option(keys.string("mime_type", errors));
    let sizes = keys.strings("sizes", errors);
    for size in sizes.iter().filter(|size| !is_size(&size.value())) {
        errors.push(size, "a size of an icon is a width and a height such as \"48x48\", or \"any\"");
    }
    let theme = keys.string("theme", errors);
    one_of(theme.as_ref(), &["light", "dark"], errors);
    let theme = option(theme);
    quote!(#mcp::IconInfo { src: #src, mime_type: #mime_type, sizes: &[#(#sizes),*], theme: #theme })
}

fn is_size(text: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text == "any" || text.split_once('x').is_some_and(|(width, height)| number(width) && number(height))
}

/// Reports a string that is not one of `known`.
pub(super) fn one_of(given: Option<&LitStr>, known: &[&str], errors: &mut Errors) {
    if let Some(given) = given.filter(|given| !known.contains(&given.value().as_str())) {
        let known = known.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" or ");
        errors.push(given, format_args!("expected {known}"));
    }
}

/// `HTTPServer2` as `http-server2`: what a server is called if it was given no name.
pub(super) fn kebab(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let follows_lower = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        let starts_word = before.is_some_and(|before| before.is_uppercase())
            && chars.get(at + 1).is_some_and(|after| after.is_lowercase());
        if c == '_' {
            if !out.is_empty() && !out.ends_with('-') {
                out.push('-');
            }
            continue;
        }
        if c.is_uppercase() && (follows_lower || starts_word) && !out.ends_with('-') {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// How long a result may be kept, and by whom: a `CacheHints` expression. The keys are for the time and for the scope.
pub(super) fn cache(
    keys: &mut Keys,
    (ttl, scope): (&str, &str),
    mcp: &TokenStream,
    errors: &mut Errors,
) -> TokenStream {
    let (said, at) = (keys.number(ttl, errors), keys.place(scope));
    let chosen = keys.choice(scope, &["private", "public"], errors);
    let Some((text, expression)) = said else {
        if let (Some(at), Some(_)) = (at, chosen) {
            errors.push(
                at,
                format_args!("`{scope}` is said of what may be kept: say how long with `{ttl} = 60000`"),
            );
        }
        return quote!(#mcp::CacheHints::NONE);
    };
    let Ok(millis) = text.parse::<u64>() else {
        errors.push(expression, format_args!("`{ttl}` is a number of milliseconds"));
        return quote!(#mcp::CacheHints::NONE);
    };
    let duration = quote!(::core::time::Duration::from_millis(#millis));
    match chosen {
        Some("public") => quote!(#mcp::CacheHints::public(#duration)),
        _ => quote!(#mcp::CacheHints::private(#duration)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_servers() {
        let table = [
            ("Calculator", "calculator"),
            ("NoteBook", "note-book"),
            ("HTTPServer", "http-server"),
            ("MyHTTP", "my-http"),
            ("Http2Server", "http2-server"),
            ("A", "a"),
            ("snake_Case", "snake-case"),
        ];
        for (name, expected) in table {
            assert_eq!(kebab(name), expected, "{name}");
        }
    }
}
