//! Structs.

use std::collections::BTreeMap;

use pulseengine_mcp_macros::Schema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Case, cases};

macro_rules! derived {
    ($($item:item)*) => {$(
        #[derive(Schema, JsonSchema, Serialize, Deserialize)]
        #[schema(crate = "pulseengine_mcp_protocol")]
        $item
    )*};
}

fn seven() -> u8 {
    7
}

fn limits() -> Limited {
    Limited { a: 3, b: "x".to_owned() }
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

derived! {
    pub struct Empty {}

    pub struct Unit;

    /// A point.
    #[derive(Clone)]
    pub struct Point {
        /// How far right.
        pub x: i32,
        /// How far up.
        ///
        /// Negative is down.
        pub y: i32,
    }

    /// # A title
    ///
    /// And a text
    /// of two lines.
    pub struct Titled {
        /// # Only a title
        a: u8,
        #[doc = "no space"]
        b: Option<String>,
    }

    #[serde(rename_all = "camelCase")]
    pub struct Camel {
        first_name: String,
        #[serde(rename = "LAST")]
        last_name: String,
        r#type: bool,
        maybe_this: Option<u8>,
    }

    #[serde(rename_all = "SCREAMING-KEBAB-CASE", deny_unknown_fields)]
    pub struct Closed {
        one_two: u8,
        three: Option<Vec<u8>>,
    }

    #[serde(rename = "Another.Name")]
    pub struct Renamed {
        this: Box<Option<u8>>,
    }

    pub struct Defaults {
        #[serde(default)]
        a: u8,
        #[serde(default = "seven")]
        b: u8,
        #[serde(default)]
        c: Option<String>,
        #[serde(default)]
        d: Vec<u8>,
        #[serde(default, skip_serializing_if = "is_zero")]
        e: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        f: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        g: Option<Point>,
    }

    pub struct Skips {
        kept: u8,
        #[serde(skip)]
        gone: u8,
        #[serde(skip_deserializing)]
        out: u8,
        #[serde(skip_serializing, default)]
        into: u8,
    }

    pub struct Meters(f64);

    /// A documented newtype.
    pub struct Documented(String);

    pub struct NewPoint(Point);

    pub struct Pair(u8, String);

    pub struct Nothing();

    #[serde(transparent)]
    pub struct Clear {
        inner: Vec<u8>,
    }

    #[serde(transparent)]
    pub struct ClearOption(Option<Point>);

    /// Clear, but described.
    #[serde(transparent)]
    pub struct ClearWords {
        /// The field's words.
        inner: u8,
    }

    pub struct Outer {
        clear: Clear,
        option: ClearOption,
        words: ClearWords,
        meters: Meters,
        pair: Option<Pair>,
        unit: Unit,
        /// Described here.
        point: Point,
        /// Perhaps.
        perhaps: Option<Point>,
        many: Vec<Point>,
        map: BTreeMap<String, Point>,
        tuple: (Point, Meters),
        array: [Point; 2],
    }

    /// A tree.
    pub struct Tree {
        value: u8,
        left: Option<Box<Tree>>,
        right: Option<Box<Tree>>,
        more: Vec<Tree>,
    }

    pub struct Forest {
        oak: Tree,
        ash: Option<Tree>,
    }

    pub struct Flat {
        own: u8,
        #[serde(flatten)]
        point: Point,
    }

    pub struct FlatMap {
        own: u8,
        #[serde(flatten)]
        point: Point,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }

    /// Deeply.
    pub struct FlatFlat {
        #[serde(flatten)]
        flat: Flat,
        last: bool,
    }

    pub struct FlatOption {
        own: u8,
        #[serde(flatten)]
        point: Option<Point>,
    }

    pub struct Wrap<T> {
        value: T,
        list: Vec<T>,
    }

    pub struct Wraps {
        a: Wrap<u8>,
        b: Wrap<String>,
        c: Wrap<u8>,
        d: Wrap<Wrap<u8>>,
    }

    pub struct Fixed<T: Clone, const N: usize>
    where
        T: PartialEq,
    {
        #[serde(bound = "")]
        items: Vec<T>,
        one: Option<T>,
    }

    #[deprecated]
    pub struct Old {
        #[deprecated]
        a: u8,
        b: u8,
    }

    pub struct Aliased {
        #[serde(alias = "colour", alias = "hue")]
        color: Option<String>,
    }

    pub struct Anything {
        value: Value,
        /// Described.
        described: Value,
        option: Option<Value>,
        #[serde(default)]
        unit: (),
    }

    #[derive(Clone)]
    pub struct Same {
        a: u8,
    }
}

pub mod other {
    use super::{Deserialize, JsonSchema, Schema, Serialize};

    derived! {
        pub struct Same {
            b: bool,
        }

        pub struct Both {
            one: Same,
            two: super::Same,
            three: Option<Same>,
        }
    }
}

/// Attributes of `schemars` and ours, side by side.
#[derive(Schema, JsonSchema, Serialize, Deserialize)]
#[schema(crate = "pulseengine_mcp_protocol", rename = "Bounds", title = "Limits", example = 1)]
#[schemars(rename = "Bounds", title = "Limits", example = 1)]
pub struct Bounded {
    #[schema(range(min = 1, max = 10))]
    #[schemars(range(min = 1, max = 10))]
    a: u32,
    #[schema(range(min = -0.5, max = 99.5))]
    #[schemars(range(min = -0.5, max = 99.5))]
    b: f64,
    #[schema(length(min = 2, max = 4))]
    #[schemars(length(min = 2, max = 4))]
    c: String,
    #[schema(length(min = 1), unique_items)]
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    d: Vec<u8>,
    #[schema(pattern = "^[a-z]+(-[a-z]+)*$")]
    #[schemars(regex(pattern = "^[a-z]+(-[a-z]+)*$"))]
    e: Option<String>,
    #[schema(format = "email", description = "Where to", title = "Mail")]
    #[schemars(email, description = "Where to", title = "Mail")]
    f: String,
    #[schema(multiple_of = 5, exclusive_minimum = 0)]
    #[schemars(extend("multipleOf" = 5, "exclusiveMinimum" = 0))]
    g: Option<i64>,
    #[schema(multiple_of = 0.1, exclusive_maximum = 2.5)]
    #[schemars(extend("multipleOf" = 0.1, "exclusiveMaximum" = 2.5))]
    h: Option<f64>,
    #[schema(examples = ["x", "y"])]
    #[schemars(example = &"x", example = &"y")]
    i: String,
    #[schema(min_items = 1, max_items = 2)]
    #[schemars(length(min = 1, max = 2))]
    j: Vec<Option<bool>>,
    #[schema(length(equal = 3))]
    #[schemars(length(equal = 3))]
    k: Option<String>,
    #[schema(range(max = MOST))]
    #[schemars(range(max = MOST))]
    l: u8,
}

#[derive(Default, Schema, JsonSchema, Serialize, Deserialize)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(default)]
pub struct AllDefault {
    name: String,
    size: f64,
    inner: Option<Point>,
    list: Vec<bool>,
}

#[derive(Schema, JsonSchema, Serialize, Deserialize)]
#[schema(crate = "pulseengine_mcp_protocol")]
#[serde(default = "limits")]
pub struct Limited {
    a: u8,
    b: String,
}

const MOST: u8 = 20;

pub fn cases() -> Vec<Case> {
    cases![
        Empty,
        Unit,
        Point,
        Titled,
        Camel,
        Closed,
        Renamed,
        Defaults,
        AllDefault,
        Limited,
        Skips,
        Meters,
        Documented,
        NewPoint,
        Pair,
        Nothing,
        Clear,
        ClearOption,
        ClearWords,
        Outer,
        Tree,
        Forest,
        Flat,
        FlatMap,
        FlatFlat,
        FlatOption,
        Wrap<u8>,
        Wrap<Option<Point>>,
        Wraps,
        Fixed<u8, 3>,
        Old,
        Aliased,
        Anything,
        other::Both,
        Bounded,
        Vec<Point>,
        Option<Point>,
        BTreeMap<String, Tree>,
        (Point, Tree),
    ]
}
