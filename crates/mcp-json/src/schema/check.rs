//! Checks JSON text against a shape: one interpreter for all tables.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::nearest::{must_be, nearest, one_of, tagged};
use super::number::{Whole, whole};
use super::resolve::{Flat, resolve};
use super::{Bound, Choice, Mismatch, Shape, Types};
use crate::json::{JsonKind, Reader, Writer};

/// Values looked at for one check, alternatives counted each time.
const STEPS: u32 = 1_000_000;

/// Bytes of text that count as one step.
const BYTES_OF_STEP: usize = 64;

/// Checks the next value and passes over it.
///
/// Says what the jsonschema crate says of the schema that [`to_text`](super::to_text) writes, except that a key may not
/// stand twice, aliases are accepted, and whole numbers are distinguished from fractions exactly instead of in binary.
///
/// # Errors
/// The first thing that does not fit.
pub(crate) fn check(shape: &'static Shape, r: &mut Reader<'_>) -> Result<(), Mismatch> {
    run::<true>(shape, r)
}

pub(super) fn run<const FULL: bool>(shape: &'static Shape, r: &mut Reader<'_>) -> Verdict {
    Checker::<FULL> { steps: STEPS }.value(shape, r)
}

/// Checks a whole text.
///
/// # Errors
/// The first thing that does not fit, or something that follows the value.
pub fn check_text(shape: &'static Shape, text: &str) -> Result<(), Mismatch> {
    let mut r = Reader::new(text);
    check(shape, &mut r)?;
    Ok(r.end()?)
}

const TOO_MANY: &str = "has too many alternatives to check";

/// `FULL` is off where nothing but the keywords of [`plain`](super::resolve) can occur: the rest is left out then.
struct Checker<const FULL: bool> {
    steps: u32,
}

type Verdict = Result<(), Mismatch>;

impl<const FULL: bool> Checker<FULL> {
    fn value(&mut self, shape: &'static Shape, r: &mut Reader<'_>) -> Verdict {
        self.steps = self.steps.checked_sub(1).ok_or_else(|| Mismatch::new(TOO_MANY))?;
        let flat = resolve::<FULL>(shape);
        if FULL { self.flat(&flat, r) } else { self.own(&flat, r) }
    }

    /// Counts bytes that are read: where there are alternatives, the same are read many times.
    fn spend(&mut self, bytes: usize) -> Verdict {
        let left = self.steps.checked_sub(u32::try_from(bytes / BYTES_OF_STEP).unwrap_or(u32::MAX));
        self.steps = left.unwrap_or(0);
        if left.is_some() { Ok(()) } else { Err(Mismatch::new(TOO_MANY)) }
    }

    /// Counts what was read since `start`, where there can be alternatives.
    fn spend_since(&mut self, start: usize, r: &Reader<'_>) -> Verdict {
        if FULL { self.spend(r.position() - start) } else { Ok(()) }
    }

    fn flat(&mut self, flat: &Flat, r: &mut Reader<'_>) -> Verdict {
        // White space before the value is passed once, not once for each alternative.
        let before = r.position();
        let start = r.start()?;
        self.spend(start - before)?;
        if flat.never {
            return Err(Mismatch::new("is not allowed"));
        }
        if flat.verbatim.is_some() {
            r.skip()?;
            return self.spend(r.position() - start);
        }
        if let Some(foreign) = flat.foreign {
            let text = r.raw()?;
            self.spend(text.len())?;
            return (foreign.check)(text);
        }
        let mut passed = None;
        if let Some(named) = flat.reference {
            let mut at = r.clone();
            self.value((named.shape)(), &mut at)?;
            passed = Some(at);
        }
        if let Some(inner) = flat.or_null {
            let mut at = r.clone();
            if at.peek()? == JsonKind::Null {
                at.null()?
            } else {
                self.value(inner, &mut at)?
            }
            passed = Some(at);
        }
        if let Some(choice) = flat.choice {
            let mut at = r.clone();
            self.choice(choice, &mut at)?;
            passed = Some(at);
        }
        match passed {
            Some(at) if !flat.states() => {
                *r = at;
                Ok(())
            }
            _ => self.own(flat, r),
        }
    }

    fn own(&mut self, flat: &Flat, r: &mut Reader<'_>) -> Verdict {
        match r.peek()? {
            JsonKind::Null => {
                typed(flat, Types::NULL)?;
                r.null()?;
                if flat.null { Ok(()) } else { named(flat, None) }
            }
            JsonKind::Boolean => {
                typed(flat, Types::BOOLEAN)?;
                r.boolean()?;
                named(flat, None)
            }
            JsonKind::Number => {
                number::<FULL>(flat, r.number()?)?;
                named(flat, None)
            }
            JsonKind::String => {
                typed(flat, Types::STRING)?;
                let start = r.position();
                let verdict =
                    if flat.any_text() { Ok(r.skip()?) } else { string::<FULL>(flat, &r.string()?) };
                self.spend_since(start, r)?;
                verdict
            }
            JsonKind::Array => {
                typed(flat, Types::ARRAY)?;
                named(flat, None)?;
                self.array(flat, r)
            }
            JsonKind::Object => {
                typed(flat, Types::OBJECT)?;
                named(flat, None)?;
                self.object(flat, r)
            }
        }
    }

    fn array(&mut self, flat: &Flat, r: &mut Reader<'_>) -> Verdict {
        if FULL && let Some(unique) = flat.unique {
            let text = r.clone().raw()?;
            self.spend(text.len())?;
            if !unique(text) {
                return Err(Mismatch::new("must not hold the same item twice"));
            }
        }
        let mut items = r.array()?;
        let (mut count, mut end) = (0, r.position());
        while items.next(r)? {
            self.spend_since(end, r)?;
            let tuple = if FULL { flat.tuple } else { &[] };
            let shape = tuple.get(count).or(flat.items).unwrap_or(&Shape::ANY);
            self.value(shape, r).map_err(|m| m.at_index(count))?;
            count += 1;
            end = r.position();
        }
        self.spend_since(end, r)?;
        within(count, flat.min_items, flat.max_items, " items")
    }

    fn object(&mut self, flat: &Flat, r: &mut Reader<'_>) -> Verdict {
        let mut seen: Vec<Cow<'_, str>> = Vec::new();
        let mut object = r.object()?;
        let mut end = r.position();
        while let Some(key) = object.next(r)? {
            self.spend_since(end, r)?;
            match seen.binary_search(&key) {
                Ok(_) => return Err(Mismatch::duplicate(&key)),
                Err(at) => seen.insert(at, key.clone()),
            }
            self.member(flat, &key, r).map_err(|m| m.at_key(&key))?;
            end = r.position();
        }
        self.spend_since(end, r)?;
        let has = |name: &str| seen.binary_search_by(|key| (**key).cmp(name)).is_ok();
        if FULL
            && let Some((name, _)) = flat.tag
            && !has(name)
        {
            return Err(Mismatch::missing(name));
        }
        for (member, optional) in &flat.members {
            let required = member.required && !optional;
            if required && !has(member.name) && !member.aliases.iter().any(|alias| has(alias)) {
                return Err(Mismatch::missing(member.name));
            }
        }
        Ok(())
    }

    fn member(&mut self, flat: &Flat, key: &str, r: &mut Reader<'_>) -> Verdict {
        if FULL
            && let Some((name, value)) = flat.tag
            && name == key
        {
            return match r.peek()? {
                JsonKind::String if r.string()? == value => Ok(()),
                _ => Err(one_of(&[value])),
            };
        }
        match flat.members.iter().find(|(member, _)| member.is(key)) {
            Some((member, _)) => self.value(&member.shape, r),
            None if flat.closed => Err(Mismatch::unknown_here()),
            None if !FULL => Ok(r.skip()?),
            None => self.value(flat.values.unwrap_or(&Shape::ANY), r),
        }
    }

    fn choice(&mut self, choice: &Choice, r: &mut Reader<'_>) -> Verdict {
        if let Some(tag) = choice.tag {
            let text = r.clone().raw()?;
            self.spend(text.len())?;
            return self.value(tagged(choice, tag, text)?, r);
        }
        let mut fitting = None;
        let mut failures = Vec::new();
        for shape in choice.of {
            let mut at = r.clone();
            match self.value(shape, &mut at) {
                Ok(()) if fitting.is_some() => return Err(Mismatch::new("fits more than one alternative")),
                Ok(()) => {
                    fitting = Some(at);
                    if !choice.one {
                        break;
                    }
                }
                Err(_) if self.steps == 0 => return Err(Mismatch::new(TOO_MANY)),
                Err(mismatch) => failures.push((shape, mismatch)),
            }
        }
        match fitting {
            Some(at) => {
                *r = at;
                Ok(())
            }
            None => {
                // The value is read once more for each alternative.
                let length = r.clone().raw()?.len();
                self.spend(length.saturating_mul(failures.len()))?;
                Err(nearest(failures, r))
            }
        }
    }
}

fn typed(flat: &Flat, found: Types) -> Verdict {
    if flat.types.is_empty() || flat.types.has(found) { Ok(()) } else { Err(must_be(flat.types)) }
}

/// `enum` and `const`, for the string `found` or a value that is not a string.
fn named(flat: &Flat, found: Option<&str>) -> Verdict {
    let single = flat.constant.map(|name| [name]);
    let Some(names) = flat.names.or(single.as_ref().map(|one| one.as_slice())) else { return Ok(()) };
    if found.is_some_and(|found| names.contains(&found)) { Ok(()) } else { Err(one_of(names)) }
}

fn within(count: usize, min: Option<u32>, max: Option<u32>, unit: &str) -> Verdict {
    let (text, bound) = match (min, max) {
        (Some(min), _) if count < min as usize => ("must have at least ", min),
        (_, Some(max)) if count > max as usize => ("must have at most ", max),
        _ => return Ok(()),
    };
    Err(Mismatch::number(text, bound.into()).and_text(unit))
}

fn string<const FULL: bool>(flat: &Flat, text: &str) -> Verdict {
    named(flat, Some(text))?;
    if flat.min_length.is_some() || flat.max_length.is_some() {
        within(text.chars().count(), flat.min_length, flat.max_length, " characters")?;
    }
    match flat.pattern {
        Some(pattern) if FULL && !(pattern.matches)(text) => {
            Err(Mismatch::new("must match the pattern ").and_text(pattern.text))
        }
        _ => Ok(()),
    }
}

/// A number, to be compared with bounds.
enum Value {
    Whole(Whole),
    Fraction(f64),
}

impl Value {
    fn cmp(&self, bound: Bound) -> Option<Ordering> {
        match (self, bound) {
            (Self::Whole(n), Bound::Integer(bound)) => Some(n.cmp(bound)),
            (Self::Fraction(x), Bound::Integer(bound)) => x.partial_cmp(&(bound as f64)),
            (Self::Fraction(x), Bound::Float(bound, _)) => x.partial_cmp(&bound),
            (Self::Whole(n), Bound::Float(bound, _)) => {
                let size = n.size.map_or(f64::INFINITY, |size| size as f64);
                (if n.negative { -size } else { size }).partial_cmp(&bound)
            }
        }
    }
}

fn number<const FULL: bool>(flat: &Flat, text: &str) -> Verdict {
    let value = match whole(text) {
        Some(n) => {
            typed(flat, Types::INTEGER.with(Types::NUMBER))?;
            Value::Whole(n)
        }
        None => {
            typed(flat, Types::NUMBER)?;
            match flat.fraction.map(|parse| parse(text)) {
                Some(None) => return Err(Mismatch::new("is out of range")),
                Some(Some(x)) => Value::Fraction(x),
                None => return Ok(()),
            }
        }
    };
    if let Value::Whole(Whole { size: None, .. }) = value
        && flat.fraction.is_some_and(|parse| parse(text).is_none())
    {
        return Err(Mismatch::new("is out of range"));
    }
    use Ordering::{Equal, Greater, Less};
    limit(&value, flat.minimum, &[Greater, Equal], "must be at least ")?;
    limit(&value, flat.maximum, &[Less, Equal], "must be at most ")?;
    if !FULL {
        return Ok(());
    }
    limit(&value, flat.above, &[Greater], "must be greater than ")?;
    limit(&value, flat.below, &[Less], "must be less than ")?;
    match flat.multiple {
        Some(multiple) if !(multiple.divides)(text, multiple.of) => {
            Err(describe("must be a multiple of ", multiple.of))
        }
        _ => Ok(()),
    }
}

fn limit(value: &Value, bound: Option<Bound>, fits: &[Ordering], text: &'static str) -> Verdict {
    match bound {
        Some(bound) if !value.cmp(bound).is_some_and(|order| fits.contains(&order)) => {
            Err(describe(text, bound))
        }
        _ => Ok(()),
    }
}

fn describe(text: &'static str, bound: Bound) -> Mismatch {
    let mut w = Writer::default();
    match bound {
        Bound::Integer(n) => w.integer(n),
        Bound::Float(x, write) => write(&mut w, x),
    }
    Mismatch::new(text).and_text(w.text())
}
