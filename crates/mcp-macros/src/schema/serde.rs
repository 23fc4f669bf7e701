//! The `#[serde(...)]` attributes, as serde reads them.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, ExprPath, LitStr, Token};

use super::case::Case;

/// Names for reading and for writing.
pub(super) struct Two<T> {
    pub(super) de: Option<T>,
    pub(super) ser: Option<T>,
}

impl<T> Default for Two<T> {
    fn default() -> Self {
        Self { de: None, ser: None }
    }
}

/// Where a value that is left out comes from.
pub(super) enum Absent {
    /// `Default::default()`
    Trait,
    /// A function.
    Path(ExprPath),
}

/// The attributes of a type, variant or field; each uses what it can have.
#[derive(Default)]
pub(super) struct Serde {
    pub(super) rename: Two<String>,
    pub(super) rename_all: Two<Case>,
    pub(super) rename_all_fields: Two<Case>,
    pub(super) aliases: Vec<String>,
    pub(super) default: Option<Absent>,
    pub(super) deny: bool,
    pub(super) transparent: bool,
    pub(super) tag: Option<String>,
    pub(super) content: Option<String>,
    pub(super) untagged: bool,
    pub(super) skip_de: bool,
    pub(super) skip_ser: bool,
    pub(super) skip_if: Option<ExprPath>,
    pub(super) flatten: bool,
    pub(super) deserialize_with: Option<ExprPath>,
    pub(super) serialize_with: Option<ExprPath>,
}

/// What carries the attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Type,
    Variant,
    /// A field; `true` when serde itself reads and writes it.
    Field(bool),
}

impl Serde {
    pub(super) fn parse(attrs: &[Attribute], place: Place) -> syn::Result<Self> {
        let mut all = Self::default();
        let mut errors: Option<syn::Error> = None;
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
            let mut push = |error| match &mut errors {
                Some(all) => syn::Error::combine(all, error),
                None => errors = Some(error),
            };
            let parsed = attr.parse_nested_meta(|meta| all.one(&meta, place, &mut push));
            if let Err(error) = parsed {
                push(error);
            }
        }
        errors.map_or(Ok(all), Err)
    }

    /// Reads one attribute. What cannot be honoured goes to `refuse`, so that the rest is read too.
    fn one(
        &mut self,
        meta: &ParseNestedMeta<'_>,
        place: Place,
        refuse: &mut dyn FnMut(syn::Error),
    ) -> syn::Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match (name.as_str(), place) {
            ("rename", _) => self.rename.read(meta, |text| Ok(text.value()))?,
            ("rename_all", Place::Type | Place::Variant) => self.rename_all.read(meta, Case::parse)?,
            ("rename_all_fields", Place::Type) => self.rename_all_fields.read(meta, Case::parse)?,
            ("alias", Place::Variant | Place::Field(_)) => self.aliases.push(text(meta)?.value()),
            ("default", Place::Type | Place::Field(_)) => self.default = Some(absent(meta)?),
            ("deny_unknown_fields", Place::Type) => self.deny = true,
            ("transparent", Place::Type) => self.transparent = true,
            ("tag", Place::Type) => self.tag = Some(text(meta)?.value()),
            ("content", Place::Type) => self.content = Some(text(meta)?.value()),
            ("untagged", Place::Type) => self.untagged = true,
            ("skip", Place::Variant | Place::Field(_)) => (self.skip_de, self.skip_ser) = (true, true),
            ("skip_deserializing", Place::Variant | Place::Field(_)) => self.skip_de = true,
            ("skip_serializing", Place::Variant | Place::Field(_)) => self.skip_ser = true,
            ("skip_serializing_if", Place::Field(_)) => self.skip_if = Some(text(meta)?.parse()?),
            ("flatten", Place::Field(_)) => self.flatten = true,
            ("with", Place::Field(true)) => {
                let module: ExprPath = text(meta)?.parse()?;
                self.deserialize_with = Some(syn::parse_quote!(#module::deserialize));
                self.serialize_with = Some(syn::parse_quote!(#module::serialize));
            }
            ("deserialize_with", Place::Field(true)) => self.deserialize_with = Some(text(meta)?.parse()?),
            ("serialize_with", Place::Field(true)) => self.serialize_with = Some(text(meta)?.parse()?),
            // Nothing that shows in JSON.
            ("bound" | "borrow", _) => ignore(meta)?,
            ("expecting" | "crate", Place::Type) => ignore(meta)?,
            ("with" | "deserialize_with" | "serialize_with", Place::Field(false)) => {
                ignore(meta)?;
                refuse(meta.error(format!(
                    "`#[derive(Schema)]` cannot see what `serde({name})` does; add `#[schema(serde, json = r#\"…\"#)]` \
                     with the schema of the field"
                )));
            }
            _ => {
                ignore(meta)?;
                refuse(meta.error(format!("`#[derive(Schema)]` cannot honour `serde({name})` here")));
            }
        }
        Ok(())
    }
}

impl<T> Two<T> {
    fn read(
        &mut self,
        meta: &ParseNestedMeta<'_>,
        parse: impl Fn(&LitStr) -> syn::Result<T>,
    ) -> syn::Result<()> {
        if meta.input.peek(Token![=]) {
            let text = text(meta)?;
            self.de = Some(parse(&text)?);
            self.ser = Some(parse(&text)?);
            return Ok(());
        }
        meta.parse_nested_meta(|inner| {
            if inner.path.is_ident("deserialize") {
                self.de = Some(parse(&text(&inner)?)?);
            } else if inner.path.is_ident("serialize") {
                self.ser = Some(parse(&text(&inner)?)?);
            } else {
                return Err(inner.error("expected `serialize` or `deserialize`"));
            }
            Ok(())
        })
    }
}

fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    meta.value()?.parse()
}

fn absent(meta: &ParseNestedMeta<'_>) -> syn::Result<Absent> {
    if meta.input.peek(Token![=]) { Ok(Absent::Path(text(meta)?.parse()?)) } else { Ok(Absent::Trait) }
}

/// Passes over the value of an attribute.
fn ignore(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        let _: syn::Expr = meta.value()?.parse()?;
    } else if meta.input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in meta.input);
        let _: proc_macro2::TokenStream = content.parse()?;
    }
    Ok(())
}
