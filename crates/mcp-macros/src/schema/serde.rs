//! The `#[serde(...)]` attributes, as serde reads them.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, ExprPath, LitStr, Token};

use super::case::Case;
use crate::errors::Errors;

/// Names for reading and for writing.
pub(super) struct PerDirection<T> {
    pub(super) de: Option<T>,
    pub(super) ser: Option<T>,
}

impl<T> Default for PerDirection<T> {
    fn default() -> Self {
        Self { de: None, ser: None }
    }
}

/// Where a value that is left out comes from.
pub(super) enum DefaultValue {
    /// `Default::default()`
    Trait,
    /// A function.
    Path(ExprPath),
}

/// The attributes of a type, variant or field; each uses what it can have.
#[derive(Default)]
pub(super) struct Serde {
    pub(super) rename: PerDirection<String>,
    pub(super) rename_all: PerDirection<Case>,
    pub(super) rename_all_fields: PerDirection<Case>,
    pub(super) aliases: Vec<String>,
    pub(super) default: Option<DefaultValue>,
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
pub(super) enum AttributeOwner {
    Type,
    Variant,
    /// A field; `true` when serde itself reads and writes it.
    Field(bool),
}

impl Serde {
    pub(super) fn parse(attrs: &[Attribute], place: AttributeOwner) -> syn::Result<Self> {
        let mut all = Self::default();
        let mut errors = Errors::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
            let mut push = |error| errors.add(error);
            let parsed = attr.parse_nested_meta(|meta| all.one(&meta, place, &mut push));
            if let Err(error) = parsed {
                push(error);
            }
        }
        errors.into_result(all)
    }

    /// Reads one attribute. What cannot be honoured goes to `refuse`, so that the rest is read too.
    fn one(
        &mut self,
        meta: &ParseNestedMeta<'_>,
        place: AttributeOwner,
        refuse: &mut dyn FnMut(syn::Error),
    ) -> syn::Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match (name.as_str(), place) {
            ("rename", _) => self.rename.read(meta, |text| Ok(text.value()))?,
            ("rename_all", AttributeOwner::Type | AttributeOwner::Variant) => {
                self.rename_all.read(meta, Case::parse)?
            }
            ("rename_all_fields", AttributeOwner::Type) => self.rename_all_fields.read(meta, Case::parse)?,
            ("alias", AttributeOwner::Variant | AttributeOwner::Field(_)) => {
                self.aliases.push(text(meta)?.value())
            }
            ("default", AttributeOwner::Type | AttributeOwner::Field(_)) => {
                self.default = Some(absent(meta)?)
            }
            ("deny_unknown_fields", AttributeOwner::Type) => self.deny = true,
            ("transparent", AttributeOwner::Type) => self.transparent = true,
            ("tag", AttributeOwner::Type) => self.tag = Some(text(meta)?.value()),
            ("content", AttributeOwner::Type) => self.content = Some(text(meta)?.value()),
            ("untagged", AttributeOwner::Type) => self.untagged = true,
            ("skip", AttributeOwner::Variant | AttributeOwner::Field(_)) => {
                (self.skip_de, self.skip_ser) = (true, true)
            }
            ("skip_deserializing", AttributeOwner::Variant | AttributeOwner::Field(_)) => self.skip_de = true,
            ("skip_serializing", AttributeOwner::Variant | AttributeOwner::Field(_)) => self.skip_ser = true,
            ("skip_serializing_if", AttributeOwner::Field(_)) => self.skip_if = Some(text(meta)?.parse()?),
            ("flatten", AttributeOwner::Field(_)) => self.flatten = true,
            ("with", AttributeOwner::Field(true)) => {
                let module: ExprPath = text(meta)?.parse()?;
                self.deserialize_with = Some(syn::parse_quote!(#module::deserialize));
                self.serialize_with = Some(syn::parse_quote!(#module::serialize));
            }
            ("deserialize_with", AttributeOwner::Field(true)) => {
                self.deserialize_with = Some(text(meta)?.parse()?)
            }
            ("serialize_with", AttributeOwner::Field(true)) => {
                self.serialize_with = Some(text(meta)?.parse()?)
            }
            // Nothing that shows in JSON.
            ("bound" | "borrow", _) => ignore(meta)?,
            ("expecting" | "crate", AttributeOwner::Type) => ignore(meta)?,
            ("with" | "deserialize_with" | "serialize_with", AttributeOwner::Field(false)) => {
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

impl<T> PerDirection<T> {
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

fn absent(meta: &ParseNestedMeta<'_>) -> syn::Result<DefaultValue> {
    if meta.input.peek(Token![=]) {
        Ok(DefaultValue::Path(text(meta)?.parse()?))
    } else {
        Ok(DefaultValue::Trait)
    }
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
