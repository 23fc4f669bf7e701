//! Arguments against schemas, known at run time and at compile time.

use std::sync::LazyLock;

use pulseengine_mcp::Schema;
use pulseengine_mcp_protocol::json::{Reader, Writer};
use pulseengine_mcp_protocol::schema::{
    Bounds, FromJson, Schema as Described, ToJson, Validator, check_text, to_text,
};
use serde_json::Value;

use crate::pieces::two_texts;

/// Arguments with most of the keywords that a type can have.
#[derive(Debug, PartialEq, Schema)]
struct Arguments {
    name: String,
    #[schema(range(min = 1, max = 9))]
    count: Option<u8>,
    ratio: Option<f64>,
    tags: Option<Vec<String>>,
    inner: Option<Box<Arguments>>,
    kind: Option<Kind>,
    loose: Option<Value>,
}

#[derive(Debug, PartialEq, Schema)]
enum Kind {
    Small,
    Large { size: i32 },
}

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| Validator::new(&to_text::<Arguments>(), Bounds::default()).unwrap());

/// `data` is a schema, a NUL, and a value. Every schema is taken or refused with a reason, and every value is valid or has a place that
/// is not; and the check of a type says what the validator says of the type's schema, and what it lets pass can be read.
pub fn schema(data: &[u8]) {
    let Some((schema, value)) = two_texts(data) else { return };
    match Validator::new(schema, Bounds::default()) {
        Ok(validator) => {
            verdict(&validator, value);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    typed(value);
    typed(schema);
}

fn verdict(validator: &Validator, text: &str) -> bool {
    let verdict = validator.validate(text);
    assert_eq!(validator.validate(text), verdict);
    match (&verdict, serde_json::from_str::<Value>(text)) {
        (Ok(()), Err(error)) => panic!("{error}, and yet it is valid"),
        (Err(mismatch), Ok(value)) => {
            assert!(!mismatch.message().is_empty());
            assert!(value.pointer(mismatch.pointer()).is_some(), "{mismatch} is nowhere in {text}");
        }
        _ => {}
    }
    verdict.is_ok()
}

fn typed(text: &str) {
    let checked = check_text(const { &<Arguments as Described>::SHAPE }, text);
    if !is_long_number(text) {
        assert_eq!(checked.is_ok(), verdict(&VALIDATOR, text), "{checked:?}: {text}");
    }
    if checked.is_ok() {
        let read = |text: &str| Arguments::from_json(&mut Reader::new(text)).unwrap();
        let arguments = read(text);
        let mut w = Writer::default();
        arguments.to_json(&mut w);
        check_text(const { &<Arguments as Described>::SHAPE }, w.text()).unwrap();
        assert_eq!(read(w.text()), arguments);
    }
}

/// Whether there is a number that the validator, which knows numbers in binary, may take for another one.
fn is_long_number(text: &str) -> bool {
    let mut words = text.split(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c)));
    words.any(|word| {
        word.len() > 15 || (word.contains(['e', 'E']) && word.contains(|c: char| c.is_ascii_digit()))
    })
}
