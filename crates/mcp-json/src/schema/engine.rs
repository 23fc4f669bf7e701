//! The code that a shape needs, chosen at compile time.
//!
//! Most arguments are strings, numbers, flags and lists of them. A component whose tools take nothing else carries
//! neither references nor alternatives, patterns, tuples or flattening: a shape is bound to one of two instances of the
//! same code, and the other is not linked.

use super::{Keyword, Member, Mismatch, Shape, check, text};
use crate::json::{Reader, Writer};

/// A shape, and what writes and checks it.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The shape.
    pub shape: Shape,
    /// The functions that write and check it.
    pub engine: Engine,
}

/// What writes and checks a shape.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    write: fn(&'static Shape, &mut Writer),
    check: fn(&'static Shape, &mut Reader<'_>) -> Result<(), Mismatch>,
}

impl Engine {
    const PLAIN: Self = Self { write: text::write_plain, check: check::run::<false> };

    /// The smallest engine for the shape of what is sent. To be called in a constant.
    pub(crate) const fn of(shape: &Shape) -> Self {
        if is_plain(shape) { Self::PLAIN } else { Self { write: text::write, check: check::run::<true> } }
    }

    /// The smallest engine for an object of these members, which is received. To be called in a constant.
    pub const fn of_members(members: &[Member]) -> Self {
        if are_plain(members) {
            Self::PLAIN
        } else {
            Self { write: text::write_input, check: check::run::<true> }
        }
    }
}

impl Described {
    /// Binds the shape of a type. To be called in a constant.
    pub const fn of<T: super::Schema>() -> Self {
        Self { shape: T::SHAPE, engine: Engine::of(&T::SHAPE) }
    }

    /// Writes the schema, as [`to_text`](super::to_text) does.
    pub fn write(&'static self, w: &mut Writer) {
        (self.engine.write)(&self.shape, w);
    }

    /// Checks a whole text.
    ///
    /// # Errors
    /// The first thing that does not fit, or something that follows the value.
    pub fn check(&'static self, text: &str) -> Result<(), Mismatch> {
        let mut r = Reader::new(text);
        (self.engine.check)(&self.shape, &mut r)?;
        Ok(r.end()?)
    }
}

/// Whether nothing but the keywords of `resolve::plain` occurs, on any layer and level.
const fn is_plain(shape: &Shape) -> bool {
    if let Some(base) = shape.base
        && !is_plain(base)
    {
        return false;
    }
    let mut rest = shape.keywords;
    let mut typed = false;
    while let Some((keyword, after)) = rest.split_first() {
        let plain = match keyword {
            Keyword::Type(_) => {
                typed = true;
                true
            }
            Keyword::Format(_)
            | Keyword::Minimum(_)
            | Keyword::Maximum(_)
            | Keyword::MinLength(_)
            | Keyword::MaxLength(_)
            | Keyword::Fraction(_)
            | Keyword::Closed
            | Keyword::OneOf(_)
            | Keyword::Description(_) => true,
            Keyword::Items(items) => is_plain(items),
            Keyword::Members(members) => are_plain(members),
            _ => false,
        };
        if !plain {
            return false;
        }
        rest = after;
    }
    typed || shape.base.is_some()
}

const fn are_plain(mut members: &[Member]) -> bool {
    while let Some((member, after)) = members.split_first() {
        if !is_plain(&member.shape) {
            return false;
        }
        members = after;
    }
    true
}
