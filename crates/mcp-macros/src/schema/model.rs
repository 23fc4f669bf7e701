//! A type as the derive sees it: names settled, attributes read.

use syn::{Data, DeriveInput, Fields, Ident, Member, Path, Type, spanned::Spanned};

use super::attrs::{Attrs, Place, check_name};
use super::case::Case;
use super::serde::{AttributeOwner, DefaultValue, Serde};
use crate::errors::Errors;

/// How the fields of a struct or variant stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Unit,
    Newtype,
    Tuple,
    Named,
}

pub(super) struct Field {
    pub(super) member: Member,
    pub(super) ty: Type,
    pub(super) de: String,
    pub(super) ser: String,
    pub(super) serde: Serde,
    pub(super) attrs: Attrs,
}

pub(super) struct Body {
    pub(super) style: Style,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Variant {
    pub(super) ident: Ident,
    pub(super) de: String,
    pub(super) ser: String,
    pub(super) serde: Serde,
    pub(super) attrs: Attrs,
    pub(super) body: Body,
}

pub(super) enum DataKind {
    Struct(Body),
    Enum(Vec<Variant>),
}

/// How an enum tells its variants apart.
pub(super) enum Tagging {
    External,
    Internal(String),
    Adjacent(String, String),
    Untagged,
}

pub(super) struct Model {
    pub(super) ident: Ident,
    pub(super) name: String,
    pub(super) serde: Serde,
    pub(super) attrs: Attrs,
    pub(super) kind: DataKind,
    pub(super) tagging: Tagging,
    /// It has parameters, so what its fields are is known late.
    pub(super) generic: bool,
    /// The module `schema`.
    pub(super) s: Path,
}

impl Model {
    pub(super) fn read(input: &DeriveInput) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let serde = errors.keep_or_default(Serde::parse(&input.attrs, AttributeOwner::Type));
        let attrs = errors.keep_or_default(Attrs::parse(&input.attrs, Place::Type));
        let kind = match &input.data {
            Data::Struct(data) => {
                let rule = (serde.rename_all.de, serde.rename_all.ser);
                DataKind::Struct(body(&data.fields, rule, &mut errors))
            }
            Data::Enum(data) => {
                DataKind::Enum(data.variants.iter().map(|v| variant(v, &serde, &mut errors)).collect())
            }
            Data::Union(data) => {
                errors.add(syn::Error::new(data.union_token.span(), "a union has no JSON form"));
                DataKind::Enum(Vec::new())
            }
        };
        let rename = attrs.rename.as_ref().map(syn::LitStr::value);
        let name = rename.or(serde.rename.de.clone()).unwrap_or_else(|| plain(&input.ident));
        errors.keep_or_default(check_name(&name, &input.ident));
        let tagging = match (&serde.tag, &serde.content, serde.untagged) {
            (None, None, false) => Tagging::External,
            (None, None, true) => Tagging::Untagged,
            (Some(tag), None, false) => Tagging::Internal(tag.clone()),
            (Some(tag), Some(content), false) => Tagging::Adjacent(tag.clone(), content.clone()),
            _ => {
                errors
                    .add(syn::Error::new_spanned(&input.ident, "`tag`, `content` and `untagged` contradict"));
                Tagging::External
            }
        };
        let s = match &attrs.krate {
            Some(krate) => syn::parse_quote!(#krate::__private::schema),
            None => syn::parse_quote!(::pulseengine_mcp::__private::schema),
        };
        let (ident, generic) = (input.ident.clone(), !input.generics.params.is_empty());
        let model = Self { ident, name, serde, attrs, kind, tagging, generic, s };
        model.verify(&mut errors);
        errors.into_result(model)
    }

    fn verify(&self, errors: &mut Errors) {
        match &self.kind {
            DataKind::Struct(body) => {
                if self.serde.tag.is_some() {
                    errors.add(syn::Error::new_spanned(
                        &self.ident,
                        "`serde(tag)` on a struct cannot be honoured",
                    ));
                }
                let live = body.fields.iter().filter(|f| !f.serde.skip_de).count();
                if self.serde.transparent && (live != 1 || body.fields.is_empty()) {
                    errors.add(syn::Error::new_spanned(
                        &self.ident,
                        "`serde(transparent)` needs exactly one field",
                    ));
                }
                let plain = body.style == Style::Named && !self.serde.transparent;
                if let Some(at) = self.attrs.inline.filter(|_| !plain) {
                    errors.add(syn::Error::new(at, "`inline` is for structs with named fields"));
                }
                verify_headers(body, plain, errors);
                verify_body(body, self.serde.deny, errors);
            }
            DataKind::Enum(variants) => {
                let spans = variants.iter().filter_map(|v| v.attrs.inline).chain(self.attrs.inline);
                spans.for_each(|at| {
                    errors.add(syn::Error::new(at, "`inline` is for structs with named fields"));
                });
                if self.serde.transparent || self.serde.default.is_some() {
                    let text = "`serde(transparent)` and `serde(default)` are for structs";
                    errors.add(syn::Error::new_spanned(&self.ident, text));
                }
                for variant in variants {
                    let tuple = variant.body.style == Style::Tuple;
                    if tuple && matches!(self.tagging, Tagging::Internal(_)) {
                        let text = "a variant with several values cannot hold the tag";
                        errors.add(syn::Error::new_spanned(&variant.ident, text));
                    }
                    verify_headers(&variant.body, false, errors);
                    verify_body(&variant.body, self.serde.deny, errors);
                }
            }
        }
    }
}

/// A header is for what is found by its name alone.
fn verify_headers(body: &Body, plain: bool, errors: &mut Errors) {
    for field in &body.fields {
        let Some(header) = &field.attrs.header else { continue };
        let serde = &field.serde;
        if !plain || serde.flatten || serde.skip_de || field.attrs.serde.is_some() {
            let text = "`header` is for named fields of structs that are read as they stand";
            errors.add(syn::Error::new_spanned(header, text));
        }
    }
}

fn verify_body(body: &Body, deny: bool, errors: &mut Errors) {
    for field in &body.fields {
        let flatten = field.serde.flatten;
        if flatten && deny {
            let text = "`serde(flatten)` and `serde(deny_unknown_fields)` exclude each other";
            errors.add(syn::Error::new_spanned(&field.ty, text));
        }
        if flatten && body.style != Style::Named {
            errors.add(syn::Error::new_spanned(&field.ty, "`serde(flatten)` is for named fields"));
        }
        if body.style != Style::Named && (field.serde.skip_de || field.serde.skip_ser) {
            errors.add(syn::Error::new_spanned(&field.ty, "only named fields can be skipped"));
        }
        let through = field.attrs.serde.is_some();
        if through != field.attrs.json.is_some() {
            errors.add(syn::Error::new_spanned(&field.ty, "`serde` and `json = \"…\"` go together"));
        }
        if let Some(json) = &field.attrs.json {
            verify_json(&field.attrs, json, errors);
        }
        if through && body.style != Style::Named {
            errors.add(syn::Error::new_spanned(&field.ty, "`schema(serde)` is for named fields"));
        }
    }
}

/// Bounds would be ignored beside a schema that is given as text, and a keyword must not be there twice.
fn verify_json(attrs: &Attrs, json: &syn::LitStr, errors: &mut Errors) {
    let bounds =
        !attrs.limits.is_empty() || attrs.pattern.is_some() || attrs.format.is_some() || attrs.unique;
    if bounds {
        errors.add(syn::Error::new_spanned(json, "bounds, `pattern` and `format` belong into this schema"));
    }
    let given = json.value();
    for (key, _) in crate::json::members(&given) {
        let twice = match key {
            "title" => attrs.title.is_some(),
            "examples" => !attrs.examples.is_empty(),
            "deprecated" => attrs.deprecated,
            _ => false,
        };
        if twice {
            errors.add(syn::Error::new_spanned(json, format!("`{key}` is in this schema and beside it")));
        }
    }
}

fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

type RenameRules = (Option<Case>, Option<Case>);

fn variant(v: &syn::Variant, container: &Serde, errors: &mut Errors) -> Variant {
    let serde = errors.keep_or_default(Serde::parse(&v.attrs, AttributeOwner::Variant));
    let attrs = errors.keep_or_default(Attrs::parse(&v.attrs, Place::Variant));
    let name = plain(&v.ident);
    let named = |case: Option<Case>| case.map_or_else(|| name.clone(), |case| case.variant(&name));
    let rule = (
        serde.rename_all.de.or(container.rename_all_fields.de),
        serde.rename_all.ser.or(container.rename_all_fields.ser),
    );
    Variant {
        ident: v.ident.clone(),
        de: serde.rename.de.clone().unwrap_or_else(|| named(container.rename_all.de)),
        ser: serde.rename.ser.clone().unwrap_or_else(|| named(container.rename_all.ser)),
        body: body(&v.fields, rule, errors),
        serde,
        attrs,
    }
}

fn body(fields: &Fields, rule: RenameRules, errors: &mut Errors) -> Body {
    let style = match fields {
        Fields::Unit => Style::Unit,
        Fields::Named(_) => Style::Named,
        Fields::Unnamed(all) if all.unnamed.len() == 1 => Style::Newtype,
        Fields::Unnamed(_) => Style::Tuple,
    };
    let fields =
        fields.iter().zip(fields.members()).map(|(f, member)| field(f, member, rule, errors)).collect();
    Body { style, fields }
}

fn field(f: &syn::Field, member: Member, rule: RenameRules, errors: &mut Errors) -> Field {
    let mut attrs = errors.keep_or_default(Attrs::parse(&f.attrs, Place::Field));
    let serde = errors.keep_or_default(Serde::parse(&f.attrs, AttributeOwner::Field(attrs.serde.is_some())));
    if serde.default.is_some() && attrs.default.is_some() {
        attrs.default = None;
        errors
            .add(syn::Error::new_spanned(&f.ty, "`serde(default)` and `schema(default)` exclude each other"));
    }
    if attrs
        .json
        .as_ref()
        .is_some_and(|json| crate::json::members(&json.value()).iter().any(|(key, _)| *key == "description"))
    {
        // The schema's own words; the comment is for readers of the code.
        attrs.description = None;
    }
    // For its errors: the entries are made later, and only for types without any.
    errors.keep_or_default(super::keyword::keywords(&attrs, Some(&f.ty), &syn::parse_quote!(schema)));
    let name = f.ident.as_ref().map(plain).unwrap_or_default();
    let named = |case: Option<Case>| case.map_or_else(|| name.clone(), |case| case.field(&name));
    Field {
        member,
        ty: f.ty.clone(),
        de: serde.rename.de.clone().unwrap_or_else(|| named(rule.0)),
        ser: serde.rename.ser.clone().unwrap_or_else(|| named(rule.1)),
        serde,
        attrs,
    }
}

impl Field {
    /// Whether the field is read as its type, and not by serde.
    pub(super) fn is_known(&self) -> bool {
        !self.serde.skip_de && self.attrs.serde.is_none()
    }

    /// The value of the field when it is left out, as an expression, where an attribute says so.
    pub(super) fn absent(&self) -> Option<proc_macro2::TokenStream> {
        let ty = &self.ty;
        match (&self.attrs.default, &self.serde.default) {
            (Some(expr), _) => Some(super::keyword::default_value(expr, ty)),
            (None, Some(DefaultValue::Trait)) => {
                Some(quote::quote!(<#ty as ::core::default::Default>::default()))
            }
            (None, Some(DefaultValue::Path(path))) => {
                Some(quote::quote!({ let default: #ty = #path(); default }))
            }
            (None, None) => None,
        }
    }
}
