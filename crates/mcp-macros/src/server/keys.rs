//! The arguments of an attribute: `key`, `key = value` and `key(…)`, read against the keys that are known.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Path, Token, UnOp, parenthesized};

use crate::errors::Errors;

/// The entries of one attribute. Every key is known and, except for [`REPEATED`], there once.
pub(super) struct Keys {
    entries: Vec<Entry>,
}

struct Entry {
    key: Ident,
    value: Value,
}

enum Value {
    Flag,
    Is(Expr),
    List(TokenStream),
}

const REPEATED: &str = "icon";

impl Keys {
    /// Reads the arguments of an attribute; `attribute` is what messages call it.
    pub(super) fn read(attribute: &str, known: &[&str], tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let parsed = (|input: ParseStream<'_>| parse(input, &mut entries)).parse2(tokens);
        errors.keep(parsed);
        let mut seen: Vec<String> = Vec::new();
        entries.retain(|entry| {
            let key = entry.key.to_string();
            if !known.contains(&key.as_str()) {
                let list = known.iter().filter(|key| **key != "crate").map(|key| format!("`{key}`"));
                let list = list.collect::<Vec<_>>().join(", ");
                errors.push(&entry.key, format_args!("{attribute} has no argument `{key}`; it has {list}"));
                return false;
            }
            if key != REPEATED && seen.contains(&key) {
                errors.push(&entry.key, format_args!("`{key}` is given twice"));
                return false;
            }
            seen.push(key);
            true
        });
        Self { entries }
    }

    fn take(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }

    fn expression(&mut self, key: &str, errors: &mut Errors, example: &str) -> Option<Expr> {
        let entry = self.take(key)?;
        match entry.value {
            Value::Is(value) => Some(ungrouped(value)),
            Value::Flag | Value::List(_) => {
                errors.push(&entry.key, format_args!("`{key}` takes a value: `{key} = {example}`"));
                None
            }
        }
    }

    /// `key = "text"`.
    pub(super) fn string(&mut self, key: &str, errors: &mut Errors) -> Option<LitStr> {
        let value = self.expression(key, errors, "\"…\"")?;
        string(value, || format!("`{key}` takes a string literal: `{key} = \"…\"`"), errors)
    }

    /// `key = "text"`, or the path of a constant or a macro call that gives the text.
    pub(super) fn text(&mut self, key: &str, errors: &mut Errors) -> Option<Expr> {
        let value = self.expression(key, errors, "\"…\"")?;
        if matches!(&value, Expr::Path(_) | Expr::Macro(_) | Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) {
            return Some(value);
        }
        errors.push(value, format_args!("`{key}` takes a string, or a constant or macro that is one"));
        None
    }

    /// `key`, `key = true` or `key = false`.
    pub(super) fn switch(&mut self, key: &str, errors: &mut Errors) -> Option<bool> {
        let entry = self.take(key)?;
        let message = format!("`{key}` is a switch: write `{key}`, `{key} = true` or `{key} = false`");
        match entry.value {
            Value::Flag => return Some(true),
            Value::Is(value) => match ungrouped(value) {
                Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => return Some(value.value),
                other => errors.push(other, message),
            },
            Value::List(_) => errors.push(entry.key, message),
        }
        None
    }

    /// Where a key stands.
    pub(super) fn place(&self, key: &str) -> Option<Ident> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| entry.key.clone())
    }

    /// Whether `key` stands alone; it is left where it is.
    pub(super) fn is_flag(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key && matches!(entry.value, Value::Flag))
    }

    /// `key = "word"` with one of the words.
    pub(super) fn choice(
        &mut self,
        key: &str,
        words: &[&'static str],
        errors: &mut Errors,
    ) -> Option<&'static str> {
        let entry = self.take(key)?;
        let listed: Vec<String> = words.iter().map(|word| format!("`{key} = \"{word}\"`")).collect();
        let message = format!("write {}", listed.join(" or "));
        match entry.value {
            Value::Is(value) => match ungrouped(value) {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                    let word = words.iter().find(|word| text.value() == **word).copied();
                    if word.is_none() {
                        errors.push(text, message);
                    }
                    return word;
                }
                other => errors.push(other, message),
            },
            Value::Flag | Value::List(_) => errors.push(entry.key, message),
        }
        None
    }

    /// `key = name`.
    pub(super) fn name(&mut self, key: &str, errors: &mut Errors) -> Option<Ident> {
        let value = self.expression(key, errors, "method_name")?;
        match &value {
            Expr::Path(path) if path.path.get_ident().is_some() => path.path.get_ident().cloned(),
            other => {
                errors.push(other, format_args!("`{key}` takes the name of a method: `{key} = method_name`"));
                None
            }
        }
    }

    /// `key = ["a", "b"]`.
    pub(super) fn strings(&mut self, key: &str, errors: &mut Errors) -> Vec<LitStr> {
        let example = "[\"…\"]";
        let message = || format!("`{key}` takes a list of string literals: `{key} = {example}`");
        match self.expression(key, errors, example) {
            Some(Expr::Array(list)) => {
                list.elems.into_iter().filter_map(|item| string(ungrouped(item), message, errors)).collect()
            }
            Some(other) => {
                errors.push(other, message());
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// `key("a", "b")`, with one string or more.
    pub(super) fn strings_in_parentheses(
        &mut self,
        key: &str,
        example: &str,
        errors: &mut Errors,
    ) -> Vec<LitStr> {
        let Some(entry) = self.take(key) else { return Vec::new() };
        let message = || format!("`{key}` takes one or more string literals: `{key}(\"{example}\")`");
        let tokens = match entry.value {
            Value::List(tokens) if !tokens.is_empty() => tokens,
            _ => {
                errors.push(&entry.key, message());
                return Vec::new();
            }
        };
        match Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens) {
            Ok(items) => {
                items.into_iter().filter_map(|item| string(ungrouped(item), message, errors)).collect()
            }
            Err(fault) => {
                errors.add(syn::Error::new(fault.span(), message()));
                Vec::new()
            }
        }
    }

    /// `key = [path, other::path]`.
    pub(super) fn paths(&mut self, key: &str, errors: &mut Errors) -> Vec<Path> {
        let mut paths = Vec::new();
        let items = match self.expression(key, errors, "[path]") {
            Some(Expr::Array(list)) => list.elems.into_iter().collect(),
            Some(other) => vec![other],
            None => Vec::new(),
        };
        for item in items {
            match ungrouped(item) {
                Expr::Path(item) if item.qself.is_none() => paths.push(item.path),
                other => errors.push(
                    other,
                    format_args!("`{key}` takes a list of paths of `#[tool]` functions: `{key} = [echo]`"),
                ),
            }
        }
        paths
    }

    /// `key = number`, with its sign; the text is a JSON number's.
    pub(super) fn number(&mut self, key: &str, errors: &mut Errors) -> Option<(String, Expr)> {
        let value = self.expression(key, errors, "1")?;
        let text = match &value {
            Expr::Lit(literal) => number(literal),
            Expr::Unary(unary) => match (&unary.op, &*unary.expr) {
                (UnOp::Neg(_), Expr::Lit(literal)) => number(literal).map(|text| format!("-{text}")),
                _ => None,
            },
            _ => None,
        };
        if text.is_none() {
            errors.push(&value, format_args!("`{key}` takes a number"));
        }
        text.map(|text| (text, value))
    }

    /// `crate = "path"`.
    pub(super) fn krate(&mut self, errors: &mut Errors) -> Path {
        let given = self.string("crate", errors).and_then(|path| errors.keep(path.parse()));
        given.unwrap_or_else(|| syn::parse_quote!(::pulseengine_mcp))
    }

    /// The contents of every `key(…)`.
    pub(super) fn lists(&mut self, key: &str, errors: &mut Errors) -> Vec<(Ident, TokenStream)> {
        let mut lists = Vec::new();
        while let Some(entry) = self.take(key) {
            match entry.value {
                Value::List(tokens) => lists.push((entry.key, tokens)),
                Value::Flag | Value::Is(_) => errors.push(
                    entry.key,
                    format_args!("`{key}` takes its own arguments: `{key}(src = \"https://…\")`"),
                ),
            }
        }
        lists
    }
}

/// Splits `"text", rest` into the literal and the rest.
pub(super) fn leading_string(tokens: TokenStream) -> (Option<LitStr>, TokenStream) {
    let parser = |input: ParseStream<'_>| {
        let first = if input.peek(LitStr) { Some(input.parse()?) } else { None };
        if first.is_some() && !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        input.parse::<TokenStream>().map(|rest| (first, rest))
    };
    parser.parse2(tokens.clone()).unwrap_or((None, tokens))
}

fn parse(input: ParseStream<'_>, entries: &mut Vec<Entry>) -> syn::Result<()> {
    while !input.is_empty() {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected the name of an argument, such as `name = \"…\"`"));
        }
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Is(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            Value::List(content.parse()?)
        } else {
            Value::Flag
        };
        entries.push(Entry { key, value });
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// Without the invisible groups that `macro_rules!` puts around what it was given.
fn ungrouped(mut value: Expr) -> Expr {
    while let Expr::Group(group) = value {
        value = *group.expr;
    }
    value
}

fn string(value: Expr, message: impl Fn() -> String, errors: &mut Errors) -> Option<LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        other => {
            errors.push(other, message());
            None
        }
    }
}

fn number(literal: &ExprLit) -> Option<String> {
    match &literal.lit {
        Lit::Int(number) if number.suffix().is_empty() => Some(number.base10_digits().to_owned()),
        Lit::Float(number) if number.suffix().is_empty() => {
            let digits = number.base10_digits();
            Some(if digits.ends_with('.') { format!("{digits}0") } else { digits.to_owned() })
        }
        _ => None,
    }
}
