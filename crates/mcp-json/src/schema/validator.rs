//! Validation against a schema that is only known at run time, by the jsonschema crate within bounds.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use serde_json::{Map, Value};

use super::Mismatch;
use super::explain::explain;
use crate::json::{Reader, SyntaxError, SyntaxErrorKind};
use crate::{JsonError, Limits};

/// Bounds on a schema, so that one from elsewhere cannot exhaust the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Nesting of the schema text. Default 32.
    pub depth: u32,
    /// Subschemas, counted as objects and booleans where a schema can stand. Default 2,000.
    pub subschemas: u32,
    /// How many `$ref` may lead to one another before a schema is reached. Default 32.
    pub hops: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { depth: 32, subschemas: 2_000, hops: 32 }
    }
}

/// Why a schema cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum SchemaError {
    /// The text is not JSON, or exceeds one of [`Limits`] other than the depth.
    Syntax(SyntaxError),
    /// The text is JSON that `serde_json` does not read, such as a number beyond `f64`.
    Json(JsonError),
    /// The text is nested deeper than [`Bounds::depth`].
    Depth,
    /// The schema has more subschemas than [`Bounds::subschemas`].
    Subschemas,
    /// The references from this one on form a circle, or a chain that is longer than [`Bounds::hops`].
    Hops(String),
    /// This reference leads outside of the schema.
    External(String),
    /// The schema is written in this dialect, which is not supported.
    Dialect(String),
    /// The text is not a schema of its dialect.
    Invalid(InvalidSchema),
}

/// What the jsonschema crate says of a text that is not a schema.
#[derive(Debug)]
pub struct InvalidSchema(Box<jsonschema::ValidationError<'static>>);

impl fmt::Display for InvalidSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for InvalidSchema {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&*self.0)
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(cause) => write!(f, "the schema is not acceptable JSON: {cause}"),
            Self::Json(cause) => write!(f, "the schema is not acceptable JSON: {cause}"),
            Self::Depth => f.write_str("the schema is nested too deeply"),
            Self::Subschemas => f.write_str("the schema has too many subschemas"),
            Self::Hops(at) => {
                write!(f, "the references from {at:?} form a chain that is too long or a circle")
            }
            Self::External(uri) => {
                write!(f, "the reference {uri:?} leads outside the schema, which is not followed")
            }
            Self::Dialect(uri) => write!(f, "the JSON Schema dialect {uri:?} is not supported"),
            Self::Invalid(error) => write!(f, "the schema is not valid: {error}"),
        }
    }
}

impl core::error::Error for SchemaError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Syntax(cause) => Some(cause),
            Self::Json(cause) => Some(cause),
            Self::Invalid(cause) => Some(cause),
            _ => None,
        }
    }
}

/// Checks values against one schema. Nothing is ever fetched.
pub struct Validator {
    inner: jsonschema::Validator,
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Validator")
    }
}

impl Validator {
    /// Reads a schema, in the dialect 2020-12 unless `$schema` names draft-07.
    ///
    /// # Errors
    /// The text is not JSON, exceeds a bound, refers outside itself, names another dialect or is not a schema.
    pub fn new(schema: &str, bounds: Bounds) -> Result<Self, SchemaError> {
        let limits = Limits { depth: bounds.depth, ..Limits::DEFAULT };
        let mut reader = Reader::with_limits(schema, &limits);
        reader.skip().and_then(|()| reader.end()).map_err(|error| {
            let limit = error.kind == SyntaxErrorKind::Limit;
            if limit { SchemaError::Depth } else { SchemaError::Syntax(error) }
        })?;
        let root: Value = serde_json::from_str(schema).map_err(|error| SchemaError::Json(error.into()))?;
        let draft = dialect(&root)?;
        Survey { root: &root, bounds, subschemas: 0 }.schema(&root)?;
        let patterns = jsonschema::PatternOptions::fancy_regex().backtrack_limit(100_000).size_limit(1 << 20);
        let inner = jsonschema::options()
            .with_draft(draft)
            .offline()
            .with_pattern_options(patterns)
            .build(&root)
            .map_err(|error| SchemaError::Invalid(InvalidSchema(Box::new(error))))?;
        Ok(Self { inner })
    }

    /// Checks a JSON text.
    ///
    /// # Errors
    /// The text is not JSON within the default [`Limits`], or the first thing that does not fit.
    pub fn validate(&self, text: &str) -> Result<(), Mismatch> {
        let mut reader = Reader::new(text);
        super::check(&super::Shape::ANY, &mut reader)?;
        reader.end()?;
        let value: Value = serde_json::from_str(text)?;
        self.inner.validate(&value).map_err(|error| explain(&error))
    }
}

fn dialect(root: &Value) -> Result<jsonschema::Draft, SchemaError> {
    let Some(uri) = root.get("$schema") else { return Ok(jsonschema::Draft::Draft202012) };
    let uri = uri.as_str().unwrap_or_default();
    match uri.trim_end_matches('#') {
        "https://json-schema.org/draft/2020-12/schema" => Ok(jsonschema::Draft::Draft202012),
        "http://json-schema.org/draft-07/schema" | "https://json-schema.org/draft-07/schema" => {
            Ok(jsonschema::Draft::Draft7)
        }
        _ => Err(SchemaError::Dialect(uri.into())),
    }
}

/// A walk over all places where a schema can stand.
struct Survey<'a> {
    root: &'a Value,
    bounds: Bounds,
    subschemas: u32,
}

impl Survey<'_> {
    fn schema(&mut self, schema: &Value) -> Result<(), SchemaError> {
        self.subschemas += 1;
        if self.subschemas > self.bounds.subschemas {
            return Err(SchemaError::Subschemas);
        }
        let Value::Object(keywords) = schema else { return Ok(()) };
        for (keyword, value) in keywords {
            match (keyword.as_str(), value) {
                ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(uri)) => self.reference(uri)?,
                ("const" | "enum" | "default" | "examples", _) => {}
                (
                    "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas"
                    | "dependencies",
                    Value::Object(all),
                ) => self.schemas(all)?,
                (_, Value::Array(all)) => {
                    all.iter().filter(|v| v.is_object()).try_for_each(|v| self.schema(v))?
                }
                (_, Value::Object(_)) => self.schema(value)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn schemas(&mut self, all: &Map<String, Value>) -> Result<(), SchemaError> {
        all.values().try_for_each(|schema| self.schema(schema))
    }

    /// A reference must stay inside, and lead to something in a few steps.
    fn reference(&self, uri: &str) -> Result<(), SchemaError> {
        let mut next = uri;
        for _ in 0..self.bounds.hops {
            let Some(fragment) = next.strip_prefix('#') else {
                return Err(SchemaError::External(next.into()));
            };
            // Anchors and percent-encoded pointers are left to the build, which fetches nothing either.
            let target = self.root.pointer(fragment).and_then(|target| target.get("$ref"));
            let Some(Value::String(further)) = target.filter(|_| fragment.starts_with('/')) else {
                return Ok(());
            };
            next = further;
        }
        Err(SchemaError::Hops(uri.into()))
    }
}
