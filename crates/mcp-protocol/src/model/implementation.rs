//! The identity that a client or server sends, and icons.

use super::macros::{constructors, setters};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Name and version of a client or server program. It is not verified: use it for display and logs, not for decisions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Implementation {
    /// Name for programs, and for people where there is no title.
    pub name: String,
    /// Name for people. Since 2025-06-18.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Version of the program, not of the protocol.
    pub version: String,
    /// What the program does. Since 2025-11-25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// URL of its web site. Since 2025-11-25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    /// Icons to show beside it. Since 2025-11-25.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icons: Option<Vec<Icon>>,
}

impl Implementation {
    constructors! {
        /// A program with the two members every revision has.
        new(name: impl Into<String>, version: impl Into<String>);
    }

    setters! { title: String, description: String, website_url: String, icons: Vec<Icon> }
}

/// A picture for a user interface. Since 2025-11-25.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Icon {
    /// `https:` or `data:` URI of the picture.
    pub src: String,
    /// MIME type, if that of the source is missing or too general.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Sizes it is good for, each `WIDTHxHEIGHT` in pixels or `any`; absent means all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Vec<String>>,
    /// Background it is drawn for; absent means both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<IconTheme>,
}

impl Icon {
    constructors! {
        /// An icon at a URI.
        new(src: impl Into<String>);
    }

    setters! { mime_type: String, sizes: Vec<String>, theme: IconTheme }
}

/// The background an icon is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum IconTheme {
    /// Light backgrounds.
    Light,
    /// Dark backgrounds.
    Dark,
}
