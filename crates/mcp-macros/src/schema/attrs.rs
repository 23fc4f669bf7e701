//! `#[schema(...)]` on fields, parameters, variants and types.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, LitStr, Path, Token};

use super::doc;
use crate::errors::Errors;

/// What carries the attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Type,
    Variant,
    /// A field or a parameter.
    Field,
}

impl Place {
    /// What can be said of it, in the words of a message.
    fn known(self) -> (&'static str, &'static str) {
        match self {
            Self::Type => (
                "a type",
                "`title`, `description`, `example`, `examples`, `deprecated`, `rename`, `inline`, `crate`",
            ),
            Self::Variant => ("a variant", "`title`, `description`, `example`, `examples`, `deprecated`"),
            Self::Field => (
                "a field or parameter",
                "`title`, `description`, `default`, `example`, `examples`, `deprecated`, `range`, `minimum`, `maximum`, \
                 `exclusive_minimum`, `exclusive_maximum`, `multiple_of`, `length`, `min_length`, `max_length`, `min_items`, \
                 `max_items`, `unique_items`, `pattern`, `format`, `header`, `serde`, `json`",
            ),
        }
    }
}

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
    /// Reads the attributes of what stands at `place`.
    pub(super) fn parse(attrs: &[Attribute], place: Place) -> syn::Result<Self> {
        let mut all = Self::default();
        let mut seen: Vec<String> = Vec::new();
        let mut errors = Errors::default();
        for attr in attrs {
            if attr.path().is_ident("deprecated") {
                all.deprecated = true;
            }
            if !attr.path().is_ident("schema") {
                continue;
            }
            if let Err(error) = attr.parse_nested_meta(|meta| {
                once(&meta, &mut seen)?;
                all.one(&meta, place)
            }) {
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

    fn one(&mut self, meta: &ParseNestedMeta<'_>, place: Place) -> syn::Result<()> {
        let field = place == Place::Field;
        let ty = place == Place::Type;
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            "title" => self.title = Some(meta.value()?.parse()?),
            "description" => self.description = Some(meta.value()?.parse()?),
            "example" => self.examples.push(meta.value()?.parse()?),
            "examples" => self.examples.extend(list(meta)?),
            "deprecated" => self.deprecated = true,
            "rename" | "name" if ty => self.rename = Some(type_name(meta)?),
            "crate" if ty => self.krate = Some(path(meta)?),
            "inline" if ty => self.inline = Some(syn::spanned::Spanned::span(&meta.path)),
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
            "json" if field => self.json = Some(json(meta)?),
            name => {
                let (place, known) = place.known();
                return Err(meta.error(format!("unknown `schema` attribute `{name}`: {place} has {known}")));
            }
        }
        Ok(())
    }

    fn limit(&mut self, meta: &ParseNestedMeta<'_>, limit: Limit) -> syn::Result<()> {
        let value = meta.value()?.parse()?;
        self.bound(limit, value)
    }

    fn bound(&mut self, limit: Limit, value: Expr) -> syn::Result<()> {
        if self.limits.iter().any(|(other, _)| *other == limit) {
            return Err(syn::Error::new_spanned(value, "this bound is given twice"));
        }
        self.limits.push((limit, value));
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
                self.bound(min, value.clone())?;
                self.bound(max, value)
            } else if number {
                Err(inner.error("expected `min`, `max`, `exclusive_min`, `exclusive_max` or `equal`"))
            } else {
                Err(inner.error("expected `min`, `max` or `equal`"))
            }
        })
    }
}

/// Refuses a key that is there already; the second would replace the first in silence.
fn once(meta: &ParseNestedMeta<'_>, seen: &mut Vec<String>) -> syn::Result<()> {
    let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
    // Of these each adds something; a bound is compared with the others by what it bounds.
    let adds = ["example", "examples", "range", "length"].contains(&name.as_str());
    if !adds && seen.contains(&name) {
        return Err(meta.error(format!("`{name}` is given twice")));
    }
    seen.push(name);
    Ok(())
}

/// The text of a schema, without the space between its tokens.
fn json(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let text: LitStr = meta.value()?.parse()?;
    match text.value().trim() {
        // Clients refuse the short form.
        "true" => Ok(LitStr::new("{}", text.span())),
        schema => match crate::json::object(schema) {
            Ok(schema) => Ok(LitStr::new(&schema, text.span())),
            Err(error) => Err(syn::Error::new(text.span(), format!("not a JSON schema: {error}"))),
        },
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
