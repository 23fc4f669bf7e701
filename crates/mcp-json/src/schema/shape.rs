//! The table that describes a type.

use super::Mismatch;
use crate::json::Writer;

/// The JSON types a value may have, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Types(u8);

impl Types {
    /// No type at all.
    pub const NONE: Self = Self(0);
    /// `null`
    pub const NULL: Self = Self(1);
    /// `true` and `false`
    pub const BOOLEAN: Self = Self(2);
    /// Numbers without a fraction; `1.0` is one.
    pub const INTEGER: Self = Self(4);
    /// Numbers.
    pub const NUMBER: Self = Self(8);
    /// Strings.
    pub const STRING: Self = Self(16);
    /// Arrays.
    pub const ARRAY: Self = Self(32);
    /// Objects.
    pub const OBJECT: Self = Self(64);

    /// Numbers, with and without a fraction.
    pub const ANY_NUMBER: Self = Self(4 | 8);
    /// What has a length: strings and arrays.
    pub const MEASURED: Self = Self(16 | 32);
    /// What has a format: strings and numbers.
    pub const FORMATTED: Self = Self(4 | 8 | 16);
    /// What a header can repeat: strings, integers and booleans.
    pub const MIRRORED: Self = Self(2 | 4 | 16);

    /// Whether the sets share a type.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set without those of `other`.
    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the sets are equal.
    pub(crate) const fn is(self, other: Self) -> bool {
        self.0 == other.0
    }

    /// Whether the set is empty.
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the set has two types or more.
    pub(super) const fn are_several(self) -> bool {
        self.0 & self.0.wrapping_sub(1) != 0
    }

    /// Every type with its name, in the order they are written.
    pub(super) const NAMES: [(Self, &str); 7] = [
        (Self::BOOLEAN, "boolean"),
        (Self::INTEGER, "integer"),
        (Self::NUMBER, "number"),
        (Self::STRING, "string"),
        (Self::ARRAY, "array"),
        (Self::OBJECT, "object"),
        (Self::NULL, "null"),
    ];
}

/// A bound on a number.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// A whole number.
    Integer(i64),
    /// A fraction, with the function that writes it ([`write_float`](super::write_float)): only a shape that has
    /// such a bound pulls float formatting in.
    Float(f64, fn(&mut Writer, f64)),
}

/// A divisor, and the function that divides: [`is_multiple`](super::is_multiple).
#[derive(Clone, Copy, Debug)]
pub struct MultipleOf {
    /// The divisor, greater than 0.
    pub of: Bound,
    /// Whether the JSON number is a multiple.
    pub divides: fn(&str, Bound) -> bool,
}

/// A regular expression: its text, and the function that applies it.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// The expression as the schema shows it.
    pub text: &'static str,
    /// Whether a string holds a match.
    pub matches: fn(&str) -> bool,
}

/// A schema that is only known at run time.
#[derive(Clone, Copy, Debug)]
pub struct Foreign {
    /// Writes the schema; `true` when it is that of what is sent to us.
    pub write: fn(&mut Writer, bool),
    /// Checks a value.
    pub check: fn(&str) -> Result<(), Mismatch>,
}

/// A type that is referred to by name, so that it may contain itself.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// The name under `$defs`.
    pub name: &'static str,
    /// Whether it is an object whose members can stand among those of another.
    pub flat: bool,
    /// What tells types of the same name apart.
    pub id: fn() -> &'static str,
    /// The table behind the name.
    pub shape: fn() -> &'static Shape,
}

/// One member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The key.
    pub name: &'static str,
    /// Other keys that are accepted; the schema does not show them.
    pub aliases: &'static [&'static str],
    /// Whether it must be there.
    pub required: bool,
    /// The value, with what the member adds (description, bounds, default).
    pub shape: Shape,
}

/// Alternatives.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// Exactly one must fit (`oneOf`) rather than at least one (`anyOf`).
    pub one: bool,
    /// The member whose value selects the alternative, when there is one.
    pub tag: Option<&'static str>,
    /// The alternatives.
    pub of: &'static [Shape],
}

/// One statement about a value. In a layer above, a later statement replaces an earlier one of its kind.
#[derive(Clone, Copy, Debug)]
pub enum Keyword {
    /// `type`
    Type(Types),
    /// `format`: an annotation, as in the JSON Schema default vocabulary.
    Format(&'static str),
    /// `minimum`
    Minimum(Bound),
    /// `maximum`
    Maximum(Bound),
    /// `exclusiveMinimum`
    Above(Bound),
    /// `exclusiveMaximum`
    Below(Bound),
    /// `multipleOf`
    MultipleOf(MultipleOf),
    /// `minLength` of a string, `minItems` of an array
    MinLength(u32),
    /// `maxLength` of a string, `maxItems` of an array
    MaxLength(u32),
    /// `minItems`, also when the array is a tuple
    MinItems(u32),
    /// `maxItems`
    MaxItems(u32),
    /// `pattern`
    Pattern(&'static Pattern),
    /// How a number with a fraction is read: `parse_float`, on every shape that admits one.
    Fraction(fn(&str) -> Option<f64>),
    /// `items`
    Items(&'static Shape),
    /// `prefixItems`
    Tuple(&'static [Shape]),
    /// `uniqueItems`, with the function that decides: [`unique`](super::unique).
    Unique(fn(&str) -> bool),
    /// `additionalProperties` as a schema: the values of a map.
    Values(&'static Shape),
    /// `additionalProperties: false`
    Closed,
    /// `properties` and `required`
    Members(&'static [Member]),
    /// Members of another object that stand among these; when `true`, none of them is required.
    Flatten(&'static Shape, bool),
    /// A member that must hold a string, put before the others.
    Tag(&'static str, &'static str),
    /// `enum` of strings
    OneOf(&'static [&'static str]),
    /// `const`, a string
    Const(&'static str),
    /// `oneOf` or `anyOf`
    Choice(&'static Choice),
    /// `$ref`
    Ref(&'static Named),
    /// `null` is admitted too.
    Nullable,
    /// Nothing fits.
    Never,
    /// `title`
    Title(&'static str),
    /// `description`
    Description(&'static str),
    /// `default`, as JSON text
    Default(&'static str),
    /// `default`, written by a function that writes the key as well, or nothing
    DefaultOf(fn(&mut Writer)),
    /// `examples`, each as JSON text
    Examples(&'static [&'static str]),
    /// `examples`, each written by a function
    ExamplesOf(&'static [fn(&mut Writer)]),
    /// `deprecated: true`
    Deprecated,
    /// `writeOnly: true`
    WriteOnly,
    /// `x-mcp-header`: the field of HTTP that repeats the value, without `Mcp-Param-`.
    Header(&'static str),
    /// A schema that is made, and checked, by functions.
    Foreign(&'static Foreign),
    /// A whole schema as JSON text, written as it is; the check passes over the value.
    Verbatim(&'static str),
}

/// What is known of a type: the statements of `base`, and those of `keywords` over them.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The layer below.
    pub base: Option<&'static Self>,
    /// What this layer states.
    pub keywords: &'static [Keyword],
}

impl Shape {
    /// Any value.
    pub const ANY: Self = Self::of(&[]);
    /// `null`
    pub const NULL: Self = Self::of(&[Keyword::Type(Types::NULL)]);

    /// A shape of statements alone.
    pub const fn of(keywords: &'static [Keyword]) -> Self {
        Self { base: None, keywords }
    }

    /// A shape that states more than `base`.
    pub(crate) const fn over(base: &'static Self, keywords: &'static [Keyword]) -> Self {
        Self { base: Some(base), keywords }
    }
}

/// Whether `shape` says of itself, and not by the name of a type or by alternatives, that values are of one of `types`.
pub const fn admits(shape: &Shape, types: Types) -> bool {
    let mut keywords = shape.keywords;
    while let [keyword, rest @ ..] = keywords {
        match keyword {
            Keyword::Type(stated) => return stated.has(types),
            Keyword::Ref(_) | Keyword::Choice(_) | Keyword::Foreign(_) | Keyword::Verbatim(_) => {
                return false;
            }
            _ => keywords = rest,
        }
    }
    match shape.base {
        Some(base) => admits(base, types),
        None => false,
    }
}

/// Whether the members of `shape` can stand among those of another object: a struct, a map, an option of one.
pub const fn can_flatten(shape: &Shape) -> bool {
    if let Some(base) = shape.base {
        return can_flatten(base);
    }
    let mut keywords = shape.keywords;
    while let [keyword, rest @ ..] = keywords {
        match keyword {
            Keyword::Ref(named) => return named.flat,
            Keyword::Type(types) => return types.has(Types::OBJECT),
            _ => keywords = rest,
        }
    }
    false
}
