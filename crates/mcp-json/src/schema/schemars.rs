//! Types that describe themselves with schemars and travel with serde.

extern crate std;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use core::any::{TypeId, type_name};
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::portable::portable;
use super::validator::{Bounds, Validator};
use super::{Foreign, FromJson, Keyword, Mismatch, Schema, Shape, ToJson, from_serde, to_serde};
use crate::json::{Reader, Writer};

/// Any type with `schemars::JsonSchema` and serde, as an argument or an output. Its schema is made at run time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Schemars<T>(pub T);

impl<T: JsonSchema + 'static> Schema for Schemars<T> {
    const SHAPE: Shape = Shape::of(&[Keyword::Foreign(&Foreign {
        write: |w, input| {
            let mut schema = schema::<T>();
            portable(&mut schema, input);
            w.raw(&schema.to_string());
        },
        check: check::<T>,
    })]);
    const OPTIONAL: bool = false;
}

impl<T: DeserializeOwned> FromJson for Schemars<T> {
    fn from_json(r: &mut Reader<'_>) -> Result<Self, Mismatch> {
        from_serde(r).map(Self)
    }
}

impl<T: Serialize> ToJson for Schemars<T> {
    fn to_json(&self, w: &mut Writer) {
        to_serde(&self.0, w);
    }
}

/// The schema with everything in place, since it may become a part of another. One that contains itself cannot be
/// inlined: it gets an `$id`, so that its references stay its own.
fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    if schema.as_value().to_string().contains("\"$ref\"") {
        let name: alloc::string::String =
            type_name::<T>().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        schema.insert("$id".into(), format!("urn:type:{name}").into());
    }
    schema.to_value()
}

fn check<T: JsonSchema + 'static>(text: &str) -> Result<(), Mismatch> {
    static VALIDATORS: Mutex<BTreeMap<TypeId, Arc<Validator>>> = Mutex::new(BTreeMap::new());
    let id = TypeId::of::<T>();
    let known = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
    let validator = match known {
        Some(validator) => validator,
        None => {
            let bounds = Bounds { depth: 64, subschemas: u32::MAX, ..Bounds::default() };
            let made = Validator::new(&schema::<T>().to_string(), bounds)
                .map_err(|error| Mismatch::with_text(error.to_string()))?;
            let made = Arc::new(made);
            VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner).insert(id, made.clone());
            made
        }
    };
    validator.validate(text)
}
