//! `#[schema(...)]` on fields, parameters, variants and types.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, LitStr, Path, Token};

use super::doc;
use crate::errors::Errors;

/// Which keyword an expression is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    Minimum,
    Maximum,
    Above,
    Below,
    MultipleOf,
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
}

/// What `#[schema(...)]` says, with the doc comment.
#[derive(Default)]
pub(super) struct Attrs {
    pub(super) title: Option<Expr>,
    pub(super) description: Option<Expr>,
    pub(super) default: Option<Expr>,
    pub(super) examples: Vec<Expr>,
    pub(super) limits: Vec<(Limit, Expr)>,
    pub(super) pattern: Option<LitStr>,
    pub(super) format: Option<LitStr>,
    pub(super) unique: bool,
    pub(super) deprecated: bool,
    pub(super) rename: Option<LitStr>,
    pub(super) krate: Option<Path>,
    /// `serde`: read and write with serde.
    pub(super) serde: Option<Span>,
    /// `json = "…"`: the schema text that goes with it.
    pub(super) json: Option<LitStr>,
    /// `header = "…"`: the HTTP header that repeats the value.
    pub(super) header: Option<LitStr>,
    /// `inline`: the type is written where it is used.
    pub(super) inline: Option<Span>,
}

impl Attrs {
    /// Reads the attributes; `field` admits what only a field can have.
    pub(super) fn parse(attrs: &[Attribute], field: bool) -> syn::Result<Self> {
        let mut all = Self::default();
        let mut errors = Errors::default();
        for attr in attrs {
            if attr.path().is_ident("deprecated") {
                all.deprecated = true;
            }
            if !attr.path().is_ident("schema") {
                continue;
            }
            if let Err(error) = attr.parse_nested_meta(|meta| all.one(&meta, field)) {
                errors.add(error);
            }
        }
        if let Some(doc) = doc::text(attrs) {
            let (title, description) = doc::split(&doc);
            let literal = |text: String| -> Expr { syn::parse_quote!(#text) };
            all.title = all.title.or(title.map(literal));
            all.description = all.description.or(description.map(literal));
        }
        errors.into_result(all)
    }

    fn one(&mut self, meta: &ParseNestedMeta<'_>, field: bool) -> syn::Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            "title" => self.title = Some(meta.value()?.parse()?),
            "description" => self.description = Some(meta.value()?.parse()?),
            "example" => self.examples.push(meta.value()?.parse()?),
            "examples" => self.examples.extend(list(meta)?),
            "deprecated" => self.deprecated = true,
            "rename" | "name" if !field => self.rename = Some(type_name(meta)?),
            "crate" if !field => self.krate = Some(path(meta)?),
            "inline" if !field => self.inline = Some(syn::spanned::Spanned::span(&meta.path)),
            "header" if field => self.header = Some(header(meta)?),
            "default" if field => self.default = Some(meta.value()?.parse()?),
            "range" if field => self.pair(meta, Limit::Minimum, Limit::Maximum)?,
            "length" if field => self.pair(meta, Limit::MinLength, Limit::MaxLength)?,
            "minimum" if field => self.limit(meta, Limit::Minimum)?,
            "maximum" if field => self.limit(meta, Limit::Maximum)?,
            "exclusive_minimum" if field => self.limit(meta, Limit::Above)?,
            "exclusive_maximum" if field => self.limit(meta, Limit::Below)?,
            "multiple_of" if field => self.limit(meta, Limit::MultipleOf)?,
            "min_length" if field => self.limit(meta, Limit::MinLength)?,
            "max_length" if field => self.limit(meta, Limit::MaxLength)?,
            "min_items" if field => self.limit(meta, Limit::MinItems)?,
            "max_items" if field => self.limit(meta, Limit::MaxItems)?,
            "unique_items" if field => self.unique = true,
            "pattern" if field => self.pattern = Some(pattern(meta)?),
            "format" if field => self.format = Some(meta.value()?.parse()?),
            "serde" if field => self.serde = Some(syn::spanned::Spanned::span(&meta.path)),
            "json" if field => self.json = Some(meta.value()?.parse()?),
            _ => return Err(meta.error("unknown `schema` attribute here")),
        }
        Ok(())
    }

    fn limit(&mut self, meta: &ParseNestedMeta<'_>, limit: Limit) -> syn::Result<()> {
        self.limits.push((limit, meta.value()?.parse()?));
        Ok(())
    }

    fn pair(&mut self, meta: &ParseNestedMeta<'_>, min: Limit, max: Limit) -> syn::Result<()> {
        let number = min == Limit::Minimum;
        meta.parse_nested_meta(|inner| {
            if inner.path.is_ident("min") {
                self.limit(&inner, min)
            } else if inner.path.is_ident("max") {
                self.limit(&inner, max)
            } else if number && inner.path.is_ident("exclusive_min") {
                self.limit(&inner, Limit::Above)
            } else if number && inner.path.is_ident("exclusive_max") {
                self.limit(&inner, Limit::Below)
            } else if inner.path.is_ident("equal") {
                let value: Expr = inner.value()?.parse()?;
                self.limits.push((min, value.clone()));
                self.limits.push((max, value));
                Ok(())
            } else {
                Err(inner.error("expected `min`, `max` or `equal`"))
            }
        })
    }
}

fn list(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Expr>> {
    if meta.input.peek(Token![=]) {
        return match meta.value()?.parse()? {
            Expr::Array(array) => Ok(array.elems.into_iter().collect()),
            other => Err(syn::Error::new_spanned(other, "expected an array")),
        };
    }
    let content;
    syn::parenthesized!(content in meta.input);
    Ok(Punctuated::<Expr, Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    let value = meta.value()?;
    match value.parse::<Lit>()? {
        Lit::Str(text) => text.parse_with(Path::parse_mod_style),
        other => Err(syn::Error::new_spanned(other, "expected a path in quotes")),
    }
}

fn type_name(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let name: LitStr = meta.value()?.parse()?;
    check_name(&name.value(), &name)?;
    Ok(name)
}

/// A name that can stand in a `$ref` as it is.
pub(super) fn check_name(name: &str, at: &impl quote::ToTokens) -> syn::Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if !name.is_empty() && name.chars().all(plain) {
        return Ok(());
    }
    Err(syn::Error::new_spanned(at, "the name of a schema may hold letters, digits, `_`, `-` and `.` only"))
}

fn header(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let name: LitStr = meta.value()?.parse()?;
    let text = name.value();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !text.is_empty() && text.bytes().all(token) {
        return Ok(name);
    }
    Err(syn::Error::new_spanned(&name, "a header's name is made of letters, digits and !#$%&'*+-.^_`|~"))
}

fn pattern(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let pattern: LitStr = meta.value()?.parse()?;
    match regex_lite::Regex::new(&pattern.value()) {
        Ok(_) => Ok(pattern),
        Err(error) => Err(syn::Error::new_spanned(&pattern, format!("not a regular expression: {error}"))),
    }
}

impl Attrs {
    /// Whether nothing is said.
    pub(super) fn is_plain(&self) -> bool {
        self.title.is_none()
            && self.description.is_none()
            && self.examples.is_empty()
            && self.limits.is_empty()
            && self.pattern.is_none()
            && self.format.is_none()
            && !self.unique
            && !self.deprecated
            && self.header.is_none()
    }
}
