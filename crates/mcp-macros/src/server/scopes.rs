//! The key `scopes`: the OAuth scopes that a caller needs.

use proc_macro2::TokenStream;
use quote::quote;

use super::keys::Keys;
use crate::errors::Errors;

/// The key `scopes` as a `&'static [&'static str]`.
pub(super) fn read(keys: &mut Keys, errors: &mut Errors) -> TokenStream {
    let scopes = keys.strings_in_parentheses("scopes", "files:read", errors);
    let mut seen: Vec<String> = Vec::new();
    for scope in &scopes {
        let text = scope.value();
        if text.is_empty() {
            errors.push(scope, "a scope cannot be empty: name one, such as \"files:read\"");
        } else if text.contains(char::is_whitespace) {
            errors.push(
                scope,
                "a scope has no spaces: write each on its own, `scopes(\"files:read\", \"files:write\")`",
            );
        } else if !text.bytes().all(is_allowed) {
            errors.push(
                scope,
                "a scope is made of visible ASCII characters without `\"` and `\\`: \
                 write the name that the authorization server gives it, such as \"files:read\"",
            );
        } else if seen.contains(&text) {
            errors.push(scope, format_args!("the scope `{text}` is given twice: name it once"));
        }
        seen.push(text);
    }
    quote!(&[#(#scopes),*])
}

/// Whether a byte may be in a `scope-token` of RFC 6749, section 3.3.
fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"' && byte != b'\\'
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn characters_of_scopes() {
        let allowed = |byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        for byte in 0..=255 {
            assert_eq!(is_allowed(byte), allowed(byte), "{byte:#x}");
        }
    }
}
