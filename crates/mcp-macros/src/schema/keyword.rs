//! Attributes as table entries.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprLit, ExprUnary, Lit, Path, Type, UnOp};

use super::attrs::{Attrs, Limit};

/// The entries that `attrs` add to a value of type `ty`, without the default.
pub(super) fn keywords(attrs: &Attrs, ty: Option<&Type>, s: &Path) -> syn::Result<Vec<TokenStream>> {
    let mut all = Vec::new();
    let title = attrs.title.iter().filter(|e| !empty(e));
    all.extend(title.map(|title| quote!(#s::Keyword::Title(#title))));
    let description = attrs.description.iter().filter(|e| !empty(e));
    all.extend(description.map(|text| quote!(#s::Keyword::Description(#text))));
    all.extend(attrs.format.iter().map(|format| quote!(#s::Keyword::Format(#format))));
    ordered(&attrs.limits)?;
    for (limit, value) in &attrs.limits {
        all.push(bounded(*limit, value, ty, s)?);
    }
    all.extend(attrs.pattern.iter().map(|pattern| {
        quote!(#s::Keyword::Pattern(&#s::Pattern {
            text: #pattern,
            matches: |text| {
                static EXPRESSION: ::std::sync::OnceLock<::core::option::Option<#s::Regex>> =
                    ::std::sync::OnceLock::new();
                EXPRESSION
                    .get_or_init(|| #s::Regex::new(#pattern).ok())
                    .as_ref()
                    .is_some_and(|expression| expression.is_match(text))
            },
        }))
    }));
    if attrs.unique {
        all.push(quote!(#s::Keyword::Unique(#s::unique)));
    }
    if attrs.deprecated {
        all.push(quote!(#s::Keyword::Deprecated));
    }
    all.extend(attrs.header.iter().map(|name| quote!(#s::Keyword::Header(#name))));
    all.extend(examples(&attrs.examples, s));
    Ok(all)
}

fn empty(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if text.value().is_empty())
}

fn bounded(limit: Limit, value: &Expr, ty: Option<&Type>, s: &Path) -> syn::Result<TokenStream> {
    let count = |name| {
        whole_count(value)?;
        Ok(quote!(#s::Keyword::#name((#value) as u32)))
    };
    let name = |text: &str| proc_macro2::Ident::new(text, proc_macro2::Span::call_site());
    match limit {
        Limit::MinLength => count(name("MinLength")),
        Limit::MaxLength => count(name("MaxLength")),
        Limit::MinItems => count(name("MinItems")),
        Limit::MaxItems => count(name("MaxItems")),
        Limit::MultipleOf => {
            if number(value).is_some_and(|divisor| divisor <= 0.0) {
                return Err(syn::Error::new_spanned(value, "a divisor is greater than 0"));
            }
            let bound = bound(value, ty, s)?;
            Ok(quote!(#s::Keyword::MultipleOf(#s::MultipleOf { of: #bound, divides: #s::is_multiple })))
        }
        Limit::Minimum | Limit::Maximum | Limit::Above | Limit::Below => {
            let name = name(match limit {
                Limit::Minimum => "Minimum",
                Limit::Maximum => "Maximum",
                Limit::Above => "Above",
                _ => "Below",
            });
            let bound = bound(value, ty, s)?;
            Ok(quote!(#s::Keyword::#name(#bound)))
        }
    }
}

/// Refuses a literal that would become another number.
fn whole_count(value: &Expr) -> syn::Result<()> {
    let fits = match literal(value) {
        Some((minus, Lit::Int(int))) => !minus && int.base10_parse::<u32>().is_ok(),
        Some(_) => false,
        None => true,
    };
    if fits { Ok(()) } else { Err(syn::Error::new_spanned(value, "a length is a whole number of 32 bits")) }
}

/// The value of a literal.
fn number(value: &Expr) -> Option<f64> {
    let (minus, size): (bool, f64) = match literal(value)? {
        (minus, Lit::Int(int)) => (minus, int.base10_parse().ok()?),
        (minus, Lit::Float(float)) => (minus, float.base10_parse().ok()?),
        _ => return None,
    };
    Some(if minus { -size } else { size })
}

/// Refuses bounds that exclude each other, as far as literals show it: no value would fit.
fn ordered(limits: &[(Limit, Expr)]) -> syn::Result<()> {
    const PAIRS: [(Limit, Limit, bool); 6] = [
        (Limit::Minimum, Limit::Maximum, true),
        (Limit::Minimum, Limit::Below, false),
        (Limit::Above, Limit::Maximum, false),
        (Limit::Above, Limit::Below, false),
        (Limit::MinLength, Limit::MaxLength, true),
        (Limit::MinItems, Limit::MaxItems, true),
    ];
    let find = |limit| limits.iter().find(|(other, _)| *other == limit).map(|(_, value)| value);
    for (low, high, equal) in PAIRS {
        let (Some(low), Some(high)) = (find(low), find(high)) else { continue };
        if let (Some(least), Some(most)) = (number(low), number(high))
            && (least > most || least == most && !equal)
        {
            return Err(syn::Error::new_spanned(high, "no value is within these bounds"));
        }
    }
    Ok(())
}

fn bound(value: &Expr, ty: Option<&Type>, s: &Path) -> syn::Result<TokenStream> {
    let float = match literal(value) {
        Some((_, Lit::Int(int))) => {
            let parsed: syn::Result<i64> = int.base10_parse();
            if parsed.is_err() || !int.suffix().is_empty() && int.suffix().starts_with('f') {
                return Err(syn::Error::new_spanned(value, "a bound must fit in a signed 64-bit number"));
            }
            false
        }
        Some((_, Lit::Float(_))) => true,
        Some((_, other)) => return Err(syn::Error::new_spanned(other, "a bound must be a number")),
        None => ty.is_some_and(is_float),
    };
    Ok(if float {
        quote!(#s::Bound::Float((#value) as f64, #s::write_float))
    } else {
        quote!(#s::Bound::Integer((#value) as i64))
    })
}

fn is_float(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    if last.ident == "f32" || last.ident == "f64" {
        return true;
    }
    match &last.arguments {
        syn::PathArguments::AngleBracketed(args) if last.ident == "Option" => {
            args.args.iter().any(|arg| match arg {
                syn::GenericArgument::Type(inner) => is_float(inner),
                _ => false,
            })
        }
        _ => false,
    }
}

fn literal(expr: &Expr) -> Option<(bool, &Lit)> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => Some((false, lit)),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            literal(expr).map(|(minus, lit)| (!minus, lit))
        }
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        _ => None,
    }
}

/// The JSON text of a literal.
pub(super) fn json(expr: &Expr) -> Option<String> {
    let (minus, lit) = literal(expr)?;
    let minus = if minus { "-" } else { "" };
    match lit {
        Lit::Int(int) => Some(format!("{minus}{}", int.base10_digits())),
        Lit::Float(float) => {
            let value: f64 = float.base10_parse().ok()?;
            Some(format!("{minus}{value:?}"))
        }
        Lit::Bool(boolean) => Some(boolean.value.to_string()),
        Lit::Str(text) => Some(quoted(&text.value())),
        Lit::Char(c) => Some(quoted(&c.value().to_string())),
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn examples(examples: &[Expr], s: &Path) -> Option<TokenStream> {
    if examples.is_empty() {
        return None;
    }
    let texts: Option<Vec<String>> = examples.iter().map(json).collect();
    if let Some(texts) = texts {
        return Some(quote!(#s::Keyword::Examples(&[#(#texts),*])));
    }
    let all = examples.iter().map(|example| quote!(|w| #s::ToJson::to_json(&(#example), w)));
    Some(quote!(#s::Keyword::ExamplesOf(&[#(#all),*])))
}

/// The entry of a default that an attribute gives.
pub(super) fn default(expr: &Expr, ty: &Type, s: &Path) -> TokenStream {
    if let Some(text) = json(expr) {
        return quote!(#s::Keyword::Default(#text));
    }
    let value = default_value(expr, ty);
    quote!(#s::Keyword::DefaultOf(|w| #s::ToJson::to_json(&#value, w.key("default"))))
}

/// The default that an attribute gives, as an expression of type `ty`.
pub(super) fn default_value(expr: &Expr, ty: &Type) -> TokenStream {
    match literal(expr) {
        Some((_, Lit::Str(_))) => quote!(<#ty as ::core::convert::From<&'static str>>::from(#expr)),
        _ => quote!({ let default: #ty = #expr; default }),
    }
}
