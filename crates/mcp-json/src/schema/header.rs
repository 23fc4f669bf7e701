//! `x-mcp-header`: members whose values HTTP repeats in a header field, the places where they are allowed, and the check
//! of a call (specification 2026-07-28: server/tools, "x-mcp-header").
//!
//! A client reads the value at the path of the member, a chain of `properties`; so a header stands in no list, map,
//! alternative or type behind a `$ref`. The functions that check this run when a server is compiled.

use super::resolve::{Flat, resolve};
use super::{Keyword, Member, Shape};
use crate::json::member;

/// Whether a header may be called so: a token of HTTP (RFC 9110, 5.6.2).
pub(crate) const fn is_header_name(name: &str) -> bool {
    let mut rest = name.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let special = matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        );
        if !special && !byte.is_ascii_alphanumeric() {
            return false;
        }
        rest = after;
    }
    !name.is_empty()
}

/// Whether the shape or something written inside of it names a header.
pub const fn has_header(shape: &Shape) -> bool {
    if let Some(base) = shape.base
        && has_header(base)
    {
        return true;
    }
    let mut rest = shape.keywords;
    while let Some((keyword, after)) = rest.split_first() {
        let has = match keyword {
            Keyword::Header(_) => true,
            Keyword::Items(shape) | Keyword::Values(shape) | Keyword::Flatten(shape, _) => has_header(shape),
            Keyword::Tuple(shapes) => any_has_header(shapes),
            Keyword::Choice(choice) => any_has_header(choice.of),
            Keyword::Members(members) => have_header(members),
            _ => false,
        };
        if has {
            return true;
        }
        rest = after;
    }
    false
}

const fn any_has_header(mut shapes: &[Shape]) -> bool {
    while let Some((shape, after)) = shapes.split_first() {
        if has_header(shape) {
            return true;
        }
        shapes = after;
    }
    false
}

/// How the members of an object, and what is written inside of them, use headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderUse {
    /// None names a header.
    None,
    /// Some name headers, and clients can send all of them.
    Valid,
    /// A header is named inside of a list, a map or an alternative, where clients do not look for it.
    Unreachable,
    /// Two headers have the same name, in upper or lower case.
    Repeated,
}

/// How `members` use headers.
pub const fn header_use(members: &[Member]) -> HeaderUse {
    if !have_header(members) {
        HeaderUse::None
    } else if !are_reachable(members) {
        HeaderUse::Unreachable
    } else if !are_different(members) {
        HeaderUse::Repeated
    } else {
        HeaderUse::Valid
    }
}

/// Whether one of the members, or something written inside of it, names a header.
const fn have_header(mut members: &[Member]) -> bool {
    while let Some((member, after)) = members.split_first() {
        if has_header(&member.shape) {
            return true;
        }
        members = after;
    }
    false
}

/// Whether clients can reach every header: there is none in a list, a map or an alternative.
const fn are_reachable(mut members: &[Member]) -> bool {
    while let Some((member, after)) = members.split_first() {
        if !is_reachable(&member.shape) {
            return false;
        }
        members = after;
    }
    true
}

const fn is_reachable(shape: &Shape) -> bool {
    if let Some(base) = shape.base
        && !is_reachable(base)
    {
        return false;
    }
    let mut rest = shape.keywords;
    while let Some((keyword, after)) = rest.split_first() {
        let reachable = match keyword {
            Keyword::Items(shape) | Keyword::Values(shape) => !has_header(shape),
            Keyword::Tuple(shapes) => !any_has_header(shapes),
            Keyword::Choice(choice) => !any_has_header(choice.of),
            Keyword::Members(members) => are_reachable(members),
            Keyword::Flatten(shape, _) => is_reachable(shape),
            _ => true,
        };
        if !reachable {
            return false;
        }
        rest = after;
    }
    true
}

/// Whether no header is named twice among the members and inside of them, in upper or lower case.
const fn are_different(members: &[Member]) -> bool {
    no_twin(members, members)
}

/// Whether each header of `some` is named once in `all`.
const fn no_twin(mut some: &[Member], all: &[Member]) -> bool {
    while let Some((member, after)) = some.split_first() {
        if !shape_has_no_twin(&member.shape, all) {
            return false;
        }
        some = after;
    }
    true
}

const fn shape_has_no_twin(shape: &Shape, all: &[Member]) -> bool {
    if let Some(base) = shape.base
        && !shape_has_no_twin(base, all)
    {
        return false;
    }
    let mut rest = shape.keywords;
    while let Some((keyword, after)) = rest.split_first() {
        let once = match keyword {
            Keyword::Header(name) => count(name, all) == 1,
            Keyword::Members(members) => no_twin(members, all),
            Keyword::Flatten(shape, _) => shape_has_no_twin(shape, all),
            _ => true,
        };
        if !once {
            return false;
        }
        rest = after;
    }
    true
}

const fn count(name: &str, mut members: &[Member]) -> u32 {
    let mut n = 0;
    while let Some((member, after)) = members.split_first() {
        n += count_in(name, &member.shape);
        members = after;
    }
    n
}

const fn count_in(name: &str, shape: &Shape) -> u32 {
    let mut n = match shape.base {
        Some(base) => count_in(name, base),
        None => 0,
    };
    let mut rest = shape.keywords;
    while let Some((keyword, after)) = rest.split_first() {
        n += match keyword {
            Keyword::Header(other) => name.eq_ignore_ascii_case(other) as u32,
            Keyword::Members(members) => count(name, members),
            Keyword::Flatten(shape, _) => count_in(name, shape),
            _ => 0,
        };
        rest = after;
    }
    n
}

/// What is called with the name of a header and the JSON text of the value that it mirrors.
type Visit<'v, E> = &'v mut dyn FnMut(&'static str, Option<&str>) -> Result<(), E>;

/// Visits each header of `members`, with the value that it mirrors in the arguments, an object of the members as JSON text; up to the
/// first error.
///
/// # Errors
///
/// That of `visit`.
pub fn mirrored<E>(members: &'static [Member], arguments: &str, visit: Visit<'_, E>) -> Result<(), E> {
    members.iter().try_for_each(|known| {
        let flat = resolve::<true>(&known.shape);
        // What is given under an alias is the same value.
        let value = member(arguments, known.name)
            .or_else(|| known.aliases.iter().find_map(|alias| member(arguments, alias)));
        visit_flat(&flat, value, visit)
    })
}

fn visit_flat<E>(flat: &Flat, value: Option<&str>, visit: Visit<'_, E>) -> Result<(), E> {
    match flat.header {
        Some(name) => visit(name, value),
        None => flat.members.iter().try_for_each(|(inner, _)| {
            mirrored(core::slice::from_ref(*inner), value.unwrap_or_default(), visit)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Types, admits};

    const fn named(name: &'static str, keywords: &'static [Keyword]) -> Member {
        Member { name, aliases: &[], required: false, shape: Shape::of(keywords) }
    }

    #[test]
    fn names_are_tokens() {
        for name in ["Region", "a", "X-1", "!#$%&'*+-.^_`|~", "0"] {
            assert!(is_header_name(name), "{name}");
        }
        for name in ["", "My Region", "Region:Primary", "Région", "Region\t1", "a\r\nb", "(a)", "a,b", "a/b"]
        {
            assert!(!is_header_name(name), "{name:?}");
        }
    }

    #[test]
    fn only_some_types_can_be_mirrored() {
        use crate::schema::Schema;
        use alloc::string::String;
        use alloc::vec::Vec;
        for shape in
            [String::SHAPE, Option::<u8>::SHAPE, bool::SHAPE, char::SHAPE, Option::<Option<i64>>::SHAPE]
        {
            assert!(admits(&shape, Types::MIRRORED), "{shape:?}");
        }
        let number = [f64::SHAPE, Option::<f32>::SHAPE, <()>::SHAPE, Vec::<u8>::SHAPE, Shape::ANY];
        for shape in number.into_iter().chain([serde_json::Value::SHAPE, <(u8, u8)>::SHAPE]) {
            assert!(!admits(&shape, Types::MIRRORED), "{shape:?}");
        }
    }

    #[test]
    fn headers_are_found_where_they_are() {
        static LEAF: &[Member] = &[named("a", &[Keyword::Type(Types::STRING), Keyword::Header("A")])];
        static OBJECT: Shape = Shape::of(&[Keyword::Type(Types::OBJECT), Keyword::Members(LEAF)]);
        static DEEP: &[Member] =
            &[named("o", &[Keyword::Members(LEAF)]), named("b", &[Keyword::Header("B")])];
        static TWICE: &[Member] =
            &[named("o", &[Keyword::Members(LEAF)]), named("b", &[Keyword::Header("a")])];
        static FLAT: &[Member] = &[named("o", &[Keyword::Flatten(&OBJECT, true)])];
        static LIST: &[Member] = &[named("l", &[Keyword::Items(&OBJECT)])];
        static MAP: &[Member] = &[named("m", &[Keyword::Values(&OBJECT)])];
        static PAIR: &[Member] = &[named("t", &[Keyword::Tuple(&[Shape::ANY, OBJECT])])];
        static OPTION: &[Member] = &[Member {
            name: "p",
            aliases: &[],
            required: false,
            shape: Shape::over(&OBJECT, &[Keyword::Nullable]),
        }];
        static NONE: &[Member] = &[named("n", &[Keyword::Type(Types::STRING)])];
        for (members, has, reachable, different) in [
            (LEAF, true, true, true),
            (DEEP, true, true, true),
            (TWICE, true, true, false),
            (FLAT, true, true, true),
            (OPTION, true, true, true),
            (LIST, true, false, true),
            (MAP, true, false, true),
            (PAIR, true, false, true),
            (NONE, false, true, true),
        ] {
            let found = (have_header(members), are_reachable(members), are_different(members));
            assert_eq!(found, (has, reachable, different), "{members:?}");
        }
    }
}
