//! The schema of a form: what `elicitation/create` admits, made from the same types as other schemas.
#![allow(missing_docs, clippy::panic, reason = "a test fails by panicking")]

use pulseengine_mcp::Schema; // the derive macro
use pulseengine_mcp::schema::{self, Schema, Writer};

#[derive(Schema)]
enum Kind {
    Cat,
    Dog,
}

#[derive(Schema)]
enum Colour {
    /// Like a crow.
    Black,
    /// Like a swan.
    White,
}

/// Not part of a form.
#[derive(Schema)]
struct Form {
    /// How it is called.
    #[schema(length(min = 1), title = "Name")]
    name: String,
    #[schema(minimum = 1)]
    age: Option<u8>,
    #[schema(default = true)]
    tame: bool,
    /// Which it is.
    kind: Kind,
    other: Option<Kind>,
    colour: Colour,
    kinds: Vec<Kind>,
    #[schema(format = "email")]
    mail: String,
    #[schema(format = "hostname")]
    host: String,
}

#[test]
fn members_are_simple() {
    let expected = [
        r#"{"type":"object","properties":{"#,
        r#""name":{"title":"Name","description":"How it is called.","type":"string","minLength":1},"#,
        r#""age":{"type":"integer","minimum":1,"maximum":255},"#,
        r#""tame":{"type":"boolean","default":true},"#,
        r#""kind":{"description":"Which it is.","type":"string","enum":["Cat","Dog"]},"#,
        r#""other":{"type":"string","enum":["Cat","Dog"]},"#,
        r#""colour":{"type":"string","enum":["Black","White"]},"#,
        r#""kinds":{"type":"array","items":{"type":"string","enum":["Cat","Dog"]}},"#,
        r#""mail":{"type":"string","format":"email"},"#,
        r#""host":{"type":"string"}"#,
        r#"},"required":["name","kind","colour","kinds","mail","host"]}"#,
    ];
    let mut w = Writer::default();
    schema::write_form(const { &Form::SHAPE }, &mut w);
    assert_eq!(w.into_text(), expected.concat());
}
