//! Where limits stand in the code: the constants, the fields of struct literals and the calls of one Rust file.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Ident, Meta, Type, Visibility};

use super::value::{Value, evaluate};

/// What a file holds, without its tests.
#[derive(Default)]
pub struct RustFile {
    constants: Vec<Constant>,
    /// Fields in struct literals: type, field, value.
    fields: Vec<(String, String, Expr)>,
    /// Calls of methods with one argument: method, argument.
    calls: Vec<(String, Expr)>,
    /// The documentation of public fields and of methods: type, name, text.
    documents: Vec<(String, String, String)>,
    /// The public fields: type, field.
    public: Vec<(String, String)>,
    /// All fields: type, field.
    declared: Vec<(String, String)>,
    /// The type of the `impl` that is being visited.
    of: String,
}

/// A constant or a static.
struct Constant {
    name: String,
    kind: String,
    value: Expr,
}

impl RustFile {
    /// Reads a file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file = syn::parse_file(text).map_err(|error| format!("it is no Rust: {error}"))?;
        let mut found = Self::default();
        found.visit_file(&file);
        Ok(found)
    }

    /// The value that a symbol names: `CONSTANT`, `Type.field` of a struct literal, or `method()` for its argument.
    pub fn value(&self, symbol: &str) -> Result<Value, String> {
        let values: Vec<Value> = if let Some(method) = symbol.strip_suffix("()") {
            let calls = self.calls.iter().filter(|(name, _)| name == method);
            calls.filter_map(|(_, argument)| self.evaluate(argument)).collect()
        } else if let Some((of, field)) = symbol.split_once('.') {
            let fields = self.fields.iter().filter(|(kind, name, _)| kind == of && name == field);
            fields.filter_map(|(.., value)| self.evaluate(value)).collect()
        } else {
            let constants = self.constants.iter().filter(|constant| constant.name == symbol);
            constants.filter_map(|constant| self.evaluate(&constant.value)).collect()
        };
        match values[..] {
            [] => Err(format!("`{symbol}` names nothing that has a value")),
            [first, ..] if values.iter().all(|value| *value == first) => Ok(first),
            _ => Err(format!("`{symbol}` has several values")),
        }
    }

    /// The constants that are numbers or times.
    pub fn bounds(&self) -> impl Iterator<Item = &str> {
        const KINDS: [&str; 6] = ["usize", "u8", "u16", "u32", "u64", "Duration"];
        let numbers = self.constants.iter().filter(|constant| KINDS.contains(&constant.kind.as_str()));
        numbers.filter(|it| self.evaluate(&it.value).is_some()).map(|constant| constant.name.as_str())
    }

    /// The fields of a struct: the public ones or, if it has none, all.
    pub fn fields_of(&self, of: &str) -> Vec<&str> {
        let has_public = self.public.iter().any(|(kind, _)| kind == of);
        let list = if has_public { &self.public } else { &self.declared };
        list.iter().filter(|(kind, _)| kind == of).map(|(_, field)| field.as_str()).collect()
    }

    /// What the documentation says of a field, or of the method with the name of the field.
    pub fn document(&self, of: &str, field: &str) -> String {
        let texts = self.documents.iter().filter(|(kind, name, _)| kind == of && name == field);
        texts.map(|(.., text)| text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn evaluate(&self, value: &Expr) -> Option<Value> {
        let by_name: BTreeMap<&str, &Expr> =
            self.constants.iter().map(|constant| (constant.name.as_str(), &constant.value)).collect();
        evaluate(value, &|name| by_name.get(name).copied())
    }

    fn constant(&mut self, name: &Ident, kind: &Type, value: &Expr) {
        self.constants.push(Constant { name: name.to_string(), kind: type_name(kind), value: value.clone() });
    }
}

impl<'ast> Visit<'ast> for RustFile {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(it) => &it.attrs,
            syn::Item::Fn(it) => &it.attrs,
            syn::Item::Const(it) => &it.attrs,
            syn::Item::Static(it) => &it.attrs,
            syn::Item::Impl(it) => &it.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.constant(&item.ident, &item.ty, &item.expr);
        visit::visit_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.constant(&item.ident, &item.ty, &item.expr);
        visit::visit_item_static(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.constant(&item.ident, &item.ty, &item.expr);
        visit::visit_impl_item_const(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let around = std::mem::replace(&mut self.of, type_name(&item.self_ty));
        visit::visit_item_impl(self, item);
        self.of = around;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.documents.push((self.of.clone(), item.sig.ident.to_string(), documentation(&item.attrs)));
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let of = item.ident.to_string();
        for field in &item.fields {
            let Some(name) = field.ident.as_ref().map(Ident::to_string) else { continue };
            self.declared.push((of.clone(), name.clone()));
            if matches!(field.vis, Visibility::Public(_)) {
                self.public.push((of.clone(), name.clone()));
                self.documents.push((of.clone(), name, documentation(&field.attrs)));
            }
        }
    }

    fn visit_expr_struct(&mut self, literal: &'ast syn::ExprStruct) {
        let name = literal.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let of = if name == "Self" { self.of.clone() } else { name };
        for field in &literal.fields {
            if let syn::Member::Named(name) = &field.member {
                self.fields.push((of.clone(), name.to_string(), field.expr.clone()));
            }
        }
        visit::visit_expr_struct(self, literal);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if let (1, Some(argument)) = (call.args.len(), call.args.first()) {
            self.calls.push((call.method.to_string(), argument.clone()));
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// Whether an item is there in tests only.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        let Meta::List(list) = &attribute.meta else { return false };
        let condition: String =
            list.tokens.to_string().chars().filter(|character| !character.is_whitespace()).collect();
        condition == "test" || condition.starts_with("all(test,")
    })
}

fn type_name(of: &Type) -> String {
    match of {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

fn documentation(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(line) = &literal.lit
        {
            text.push_str(&line.value());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::value::Unit;
    use super::RustFile;

    const TEXT: &str = r#"
        const A: usize = 2;
        #[cfg(not(all(test, loom)))] const B: u32 = A * 3;
        #[cfg(all(test, loom))] const B: u32 = 1;
        static PLACES: Semaphore = Semaphore::const_new(384);
        const TEXT: &str = "x";
        pub struct Limits { /** Bytes. Default 5. */ pub most: usize, hidden: usize }
        struct Private { one: usize }
        impl Limits {
            pub const URI: usize = 7;
            pub const DEFAULT: Self = Self { most: 5, hidden: 6 };
            pub fn hidden(self, hidden: usize) -> Self { const INNER: usize = 8; Self { hidden, ..self } }
        }
        fn f() { g(Limits { most: A, ..Limits::DEFAULT }).size_limit(1 << 20) }
        #[cfg(test)] mod tests { const C: usize = 1; fn f() { Limits { hidden: 9 }; } }
    "#;

    #[test]
    fn symbols_are_found() {
        let file = RustFile::parse(TEXT).unwrap();
        for (symbol, expected) in [
            ("A", Ok("2")),
            ("B", Ok("6")),
            ("PLACES", Ok("384")),
            ("URI", Ok("7")),
            ("INNER", Ok("8")),
            ("Limits.hidden", Ok("6")),
            ("size_limit()", Ok("1,048,576")),
            ("Limits.most", Err("`Limits.most` has several values")),
            ("C", Err("`C` names nothing that has a value")),
            ("TEXT", Err("`TEXT` names nothing that has a value")),
            ("Limits.other", Err("`Limits.other` names nothing that has a value")),
            ("g()", Err("`g()` names nothing that has a value")),
        ] {
            let found = file.value(symbol).map(|value| value.show(Unit::Count).unwrap());
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{symbol}");
        }
        assert_eq!(file.bounds().collect::<Vec<_>>(), ["A", "B", "URI", "INNER"]);
    }

    #[test]
    fn fields_have_documentation() {
        let file = RustFile::parse(TEXT).unwrap();
        assert_eq!(file.fields_of("Limits"), ["most"]);
        assert_eq!(file.fields_of("Private"), ["one"]);
        assert_eq!(file.document("Limits", "most").trim(), "Bytes. Default 5.");
        assert!(RustFile::parse("fn").is_err());
    }
}
