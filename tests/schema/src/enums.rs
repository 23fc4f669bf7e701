//! Enums.

use std::collections::BTreeMap;

use pulseengine_mcp_macros::Schema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::structs::{Closed, Meters, Point, Tree};
use crate::{Case, cases};

macro_rules! derived {
    ($($item:item)*) => {$(
        #[derive(Schema, JsonSchema, Serialize, Deserialize)]
        #[schema(crate = "pulseengine_mcp_protocol")]
        $item
    )*};
}

derived! {
    pub enum Never {}

    pub enum Color {
        Red,
        Green,
        #[serde(rename = "BLUE!")]
        Blue,
    }

    /// How loud.
    #[serde(rename_all = "kebab-case")]
    pub enum Level {
        /// Not at all.
        VeryQuiet,
        Normal,
        /// # Loud
        ///
        /// Too loud.
        VeryLoud,
        #[serde(skip)]
        Hidden,
    }

    pub enum External {
        Unit,
        Newtype(u8),
        Tuple(u8, String),
        /// Described.
        Struct {
            /// A field.
            a: u8,
            b: Option<bool>,
        },
        Nested(Box<External>),
        Point(Point),
        #[serde(alias = "Maybe")]
        Perhaps(Option<u8>),
    }

    #[serde(rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
    pub enum ExternalClosed {
        FirstOne { a_field: u8, another_field: Option<u8> },
        #[serde(rename_all = "UPPERCASE")]
        SecondOne { loud_field: u8 },
        Empty {},
    }

    #[serde(tag = "kind")]
    pub enum Internal {
        Unit,
        Struct { a: u8, b: Option<String> },
        Newtype(Point),
        ClosedNewtype(Closed),
        Map(BTreeMap<String, u8>),
        /// Described.
        #[serde(rename = "tree-like")]
        Tree(Tree),
        Child { child: Box<Internal>, kinds: Vec<Internal> },
    }

    #[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
    pub enum InternalClosed {
        Unit,
        Struct { a: u8 },
    }

    #[serde(tag = "t", content = "c")]
    pub enum Adjacent {
        Unit,
        Newtype(u8),
        Tuple(u8, bool),
        /// Described.
        Struct { a: u8 },
        Many(Vec<Adjacent>),
    }

    #[serde(tag = "t", content = "c", deny_unknown_fields)]
    pub enum AdjacentClosed {
        Unit,
        Struct { a: u8 },
    }

    #[serde(untagged)]
    pub enum Untagged {
        Unit,
        Number(u8),
        /// Text.
        Text(String),
        Struct { a: u8 },
        Pair(u8, u8),
        Deep(Vec<Untagged>),
    }

    #[serde(tag = "op")]
    pub enum Generic<T> {
        Set { value: T },
        Clear,
    }

    pub struct Holder {
        color: Color,
        level: Option<Level>,
        #[serde(default = "green")]
        shade: Color,
        external: External,
        internal: Option<Internal>,
        untagged: Vec<Untagged>,
        meters: Option<Meters>,
    }
}

fn green() -> Color {
    Color::Green
}

pub fn cases() -> Vec<Case> {
    cases![
        Never,
        Color,
        Level,
        External,
        ExternalClosed,
        Internal,
        InternalClosed,
        Adjacent,
        AdjacentClosed,
        Untagged,
        Generic<u8>,
        Generic<Point>,
        Holder,
        Option<Color>,
        Vec<Internal>,
    ]
}
