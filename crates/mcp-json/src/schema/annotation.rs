//! `x-mcp-header` in a schema that is only known at run time: a tool of a server that is made then, or any tool of a
//! client. The rules are those of [`header`](super::header).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde_json::{Map, Value};

use super::is_header_name;
use crate::JsonError;
use crate::json::member;

const KEYWORD: &str = "x-mcp-header";

/// Why the `x-mcp-header` annotations of a schema cannot be used. A client leaves out a tool with such a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnnotationError {
    /// The schema is not JSON.
    Json(JsonError),
    /// The name of a header is not a token of HTTP.
    Name,
    /// An annotation is at a place that a client cannot reach through `properties` alone.
    Place,
    /// The annotated value is not a string, an integer or a boolean.
    Type,
    /// Two annotations give the same name, in upper or lower case.
    Repeated,
}

impl fmt::Display for AnnotationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(cause) => return write!(f, "the schema is not acceptable JSON: {cause}"),
            Self::Name => {
                "an x-mcp-header of the schema is no token of HTTP: letters, digits and !#$%&'*+-.^_`|~"
            }
            Self::Place => {
                "an x-mcp-header of the schema is at a place where clients do not find it: only `properties` may lead there"
            }
            Self::Type => "an x-mcp-header of the schema is not at a string, an integer or a boolean",
            Self::Repeated => "an x-mcp-header of the schema is there twice with one name",
        })
    }
}

impl core::error::Error for AnnotationError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Json(cause) => Some(cause),
            _ => None,
        }
    }
}

/// The properties of a schema whose values HTTP repeats in header fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    all: Vec<Annotation>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Annotation {
    header: String,
    /// The keys that lead to the value.
    path: Vec<String>,
}

impl Annotations {
    /// Reads the annotations of a tool's input schema.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or an annotation is not as the protocol wants it.
    pub fn read(schema: &str) -> Result<Self, AnnotationError> {
        let root: Value =
            serde_json::from_str(schema).map_err(|error| AnnotationError::Json(error.into()))?;
        let mut survey = Survey { found: Self::default(), path: Vec::new() };
        survey.schema(&root, true)?;
        Ok(survey.found)
    }

    /// Each header, and the value in the arguments that it mirrors.
    pub fn values<'a>(&'a self, arguments: &'a str) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        self.all.iter().map(move |annotation| {
            let value = annotation.path.iter().try_fold(arguments, |text, key| member(text, key));
            (annotation.header.as_str(), value)
        })
    }
}

/// A walk over all places where a schema can stand.
struct Survey {
    found: Annotations,
    path: Vec<String>,
}

impl Survey {
    /// `reachable`: nothing but `properties` leads here.
    fn schema(&mut self, schema: &Value, reachable: bool) -> Result<(), AnnotationError> {
        let Value::Object(keywords) = schema else { return Ok(()) };
        if let Some(header) = keywords.get(KEYWORD) {
            self.annotation(header, keywords, reachable)?;
        }
        for (keyword, value) in keywords {
            match (keyword.as_str(), value) {
                ("const" | "enum" | "default" | "examples" | KEYWORD, _) => {}
                ("properties", Value::Object(all)) => {
                    for (name, value) in all {
                        self.path.push(name.clone());
                        self.schema(value, reachable)?;
                        self.path.pop();
                    }
                }
                (
                    "patternProperties" | "$defs" | "definitions" | "dependentSchemas" | "dependencies",
                    Value::Object(all),
                ) => all.values().try_for_each(|value| self.schema(value, false))?,
                (_, Value::Array(all)) => all.iter().try_for_each(|value| self.schema(value, false))?,
                (_, Value::Object(_)) => self.schema(value, false)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn annotation(
        &mut self,
        header: &Value,
        keywords: &Map<String, Value>,
        reachable: bool,
    ) -> Result<(), AnnotationError> {
        let Some(header) = header.as_str().filter(|name| is_header_name(name)) else {
            return Err(AnnotationError::Name);
        };
        if self.path.is_empty() || !reachable {
            return Err(AnnotationError::Place);
        }
        if !keywords.get("type").is_some_and(can_mirror) {
            return Err(AnnotationError::Type);
        }
        if self.found.all.iter().any(|other| other.header.eq_ignore_ascii_case(header)) {
            return Err(AnnotationError::Repeated);
        }
        self.found.all.push(Annotation { header: header.to_string(), path: self.path.clone() });
        Ok(())
    }
}

/// Whether `type` names one type that a header can repeat, and at most `null` besides.
fn can_mirror(types: &Value) -> bool {
    let fits = |name: &Value| matches!(name.as_str(), Some("string" | "integer" | "boolean"));
    match types {
        Value::Array(names) => {
            let mut others = names.iter().filter(|name| name.as_str() != Some("null"));
            others.next().is_some_and(fits) && others.next().is_none()
        }
        name => fits(name),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use std::format;

    use super::*;

    #[test]
    fn annotations_stand_where_clients_find_them() {
        let property = |schema: &str| format!(r#"{{"type":"object","properties":{{"a":{schema}}}}}"#);
        let good = r#"{"type":"string","x-mcp-header":"A"}"#;
        let table = [
            (property(good), None),
            (property(&property(good)), None),
            (property(r#"{"type":["integer","null"],"x-mcp-header":"A-1"}"#), None),
            (property(r#"{"type":"boolean","x-mcp-header":"Method"}"#), None),
            // A property of that name is no annotation, and neither is a value.
            (r#"{"properties":{"x-mcp-header":{"type":"array"}}}"#.into(), None),
            (property(r#"{"enum":[{"x-mcp-header":""}],"default":{"x-mcp-header":1}}"#), None),
            (property(r#"{"type":"string","x-mcp-header":""}"#), Some("token")),
            (property(r#"{"type":"string","x-mcp-header":"My Region"}"#), Some("token")),
            (property(r#"{"type":"string","x-mcp-header":"Region:Primary"}"#), Some("token")),
            (property(r#"{"type":"string","x-mcp-header":"Région"}"#), Some("token")),
            (property(r#"{"type":"string","x-mcp-header":"Region\t1"}"#), Some("token")),
            (property(r#"{"type":"string","x-mcp-header":7}"#), Some("token")),
            (property(r#"{"type":"string","x-mcp-header":null}"#), Some("token")),
            (property(r#"{"type":"number","x-mcp-header":"A"}"#), Some("integer")),
            (property(r#"{"type":"array","x-mcp-header":"A"}"#), Some("integer")),
            (property(r#"{"type":"object","x-mcp-header":"A"}"#), Some("integer")),
            (property(r#"{"type":"null","x-mcp-header":"A"}"#), Some("integer")),
            (property(r#"{"type":["string","integer"],"x-mcp-header":"A"}"#), Some("integer")),
            (property(r##"{"$ref":"#/$defs/a","x-mcp-header":"A"}"##), Some("integer")),
            (property(r#"{"x-mcp-header":"A"}"#), Some("integer")),
            (r#"{"type":"string","x-mcp-header":"A"}"#.into(), Some("place")),
            (property(&format!(r#"{{"type":"array","items":{good}}}"#)), Some("place")),
            (property(&format!(r#"{{"type":"array","items":{}}}"#, property(good))), Some("place")),
            (property(&format!(r#"{{"anyOf":[{good}]}}"#)), Some("place")),
            (format!(r#"{{"allOf":[{}]}}"#, property(good)), Some("place")),
            (format!(r#"{{"if":{}}}"#, property(good)), Some("place")),
            (format!(r#"{{"not":{}}}"#, property(good)), Some("place")),
            (format!(r#"{{"$defs":{{"a":{good}}}}}"#), Some("place")),
            (format!(r#"{{"additionalProperties":{good}}}"#), Some("place")),
            (format!(r#"{{"properties":{{"a":{good},"b":{good}}}}}"#), Some("twice")),
            (format!(r#"{{"properties":{{"a":{},"b":{good}}}}}"#, property(good)), Some("twice")),
            (
                r#"{"properties":{"a":{"type":"string","x-mcp-header":"Region"},"b":{"type":"string","x-mcp-header":"REGION"}}}"#.into(),
                Some("twice"),
            ),
        ];
        for (schema, wrong) in table {
            match (Annotations::read(&schema), wrong) {
                (Ok(_), None) => {}
                (Err(error), Some(wrong)) => {
                    let text = error.to_string();
                    assert!(text.starts_with("an x-mcp-header") && text.contains(wrong), "{schema}: {text}");
                }
                (result, _) => panic!("{schema}: {result:?}"),
            }
        }
    }
}
