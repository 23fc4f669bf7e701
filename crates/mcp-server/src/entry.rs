//! What layers see of a tool, a resource or a prompt.

use crate::info::ToolHints;

/// A tool, a resource, a resource template or a prompt of the server, as layers see it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// What it is.
    pub kind: EntryKind,
    /// The name of a tool or prompt, the URI of a resource, the text of a template.
    pub name: &'a str,
    /// The scopes that a caller needs for it, as far as a layer checks them. A resource that a template lists or matches
    /// has those of the template.
    pub scopes: Scopes<'a>,
    /// The annotations of a tool.
    pub annotations: Option<ToolHints>,
    /// Its `_meta`, a JSON object. A resource that a template lists or matches has that of the template.
    pub meta: Option<&'a str>,
}

/// What an [`Entry`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryKind {
    /// A tool.
    Tool,
    /// A resource.
    Resource,
    /// A resource template.
    Template,
    /// A prompt.
    Prompt,
}

/// Scopes, in the order in which they were declared.
#[derive(Clone, Copy, Debug)]
pub struct Scopes<'a>(Names<'a>);

#[derive(Clone, Copy, Debug)]
enum Names<'a> {
    Declared(&'a [&'static str]),
    #[cfg(feature = "jsonschema")]
    Made(&'a [String]),
}

impl<'a> Scopes<'a> {
    pub(crate) const fn declared(scopes: &'a [&'static str]) -> Self {
        Self(Names::Declared(scopes))
    }

    #[cfg(feature = "jsonschema")]
    pub(crate) const fn made(scopes: &'a [String]) -> Self {
        Self(Names::Made(scopes))
    }

    /// The scopes.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let (declared, made): (&[&'static str], &[String]) = match self.0 {
            Names::Declared(scopes) => (scopes, &[]),
            #[cfg(feature = "jsonschema")]
            Names::Made(scopes) => (&[], scopes),
        };
        declared.iter().copied().chain(made.iter().map(String::as_str))
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }
}
