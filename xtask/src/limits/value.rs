//! The value of a limit: computed from its expression, and written in the unit that people use.

use std::time::Duration;

use syn::{BinOp, Expr, ExprBinary, ExprCall, ExprPath, Lit};

/// A value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// How many.
    Number(u128),
    /// How long.
    Time(Duration),
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Anything else.
    Count,
    /// Nothing: the value is a time.
    Time,
}

impl Unit {
    /// The unit of that name in the list.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "bytes" => Some(Self::Bytes),
            "count" => Some(Self::Count),
            "time" => Some(Self::Time),
            _ => None,
        }
    }
}

impl Value {
    /// The value for people; `None` if it is of another kind than the unit.
    pub fn show(self, unit: Unit) -> Option<String> {
        match (self, unit) {
            (Self::Number(number), Unit::Bytes) => Some(bytes(number)),
            (Self::Number(number), Unit::Count) => Some(grouped(number)),
            (Self::Time(time), Unit::Time) => Some(duration(time)),
            _ => None,
        }
    }
}

fn bytes(number: u128) -> String {
    for (unit, shift) in [("MiB", 20), ("KiB", 10)] {
        if number > 0 && number.trailing_zeros() >= shift {
            return format!("{} {unit}", grouped(number >> shift));
        }
    }
    format!("{} bytes", grouped(number))
}

/// With a comma between each three digits.
fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn duration(time: Duration) -> String {
    let (millis, seconds) = (time.as_millis(), u128::from(time.as_secs()));
    if millis != seconds * 1000 {
        return format!("{} ms", grouped(millis));
    }
    for (unit, length) in [("days", 2 * 24 * 3600), ("h", 3600), ("min", 60)] {
        let one = if unit == "days" { 24 * 3600 } else { length };
        if seconds >= length && seconds.is_multiple_of(one) {
            return format!("{} {unit}", grouped(seconds / one));
        }
    }
    format!("{} s", grouped(seconds))
}

/// Computes an expression. `constant` finds the expression of a constant by its name.
pub fn evaluate<'a>(expression: &Expr, constant: &dyn Fn(&str) -> Option<&'a Expr>) -> Option<Value> {
    within(expression, constant, 8)
}

/// `depth`: how many constants may refer to one another.
fn within<'a>(expression: &Expr, constant: &dyn Fn(&str) -> Option<&'a Expr>, depth: usize) -> Option<Value> {
    let again = |inner: &Expr| within(inner, constant, depth);
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok().map(Value::Number),
            _ => None,
        },
        Expr::Paren(inner) => again(&inner.expr),
        Expr::Group(inner) => again(&inner.expr),
        Expr::Cast(cast) => again(&cast.expr),
        Expr::Binary(binary) => operate(binary, &again),
        Expr::Call(call) => called(call, &again),
        Expr::Path(path) => {
            let found = constant(&last(path)?)?;
            within(found, constant, depth.checked_sub(1)?)
        }
        _ => None,
    }
}

fn operate(binary: &ExprBinary, again: &dyn Fn(&Expr) -> Option<Value>) -> Option<Value> {
    let (Value::Number(left), Value::Number(right)) = (again(&binary.left)?, again(&binary.right)?) else {
        return None;
    };
    let number = match binary.op {
        BinOp::Add(_) => left.checked_add(right),
        BinOp::Sub(_) => left.checked_sub(right),
        BinOp::Mul(_) => left.checked_mul(right),
        BinOp::Shl(_) => left.checked_shl(u32::try_from(right).ok()?),
        _ => None,
    };
    number.map(Value::Number)
}

/// A call that makes a time of a number, or a semaphore of the number of its places.
fn called(call: &ExprCall, again: &dyn Fn(&Expr) -> Option<Value>) -> Option<Value> {
    let (Expr::Path(function), 1, Some(argument)) = (&*call.func, call.args.len(), call.args.first()) else {
        return None;
    };
    let Value::Number(number) = again(argument)? else { return None };
    let whole = u64::try_from(number).ok()?;
    Some(match last(function)?.as_str() {
        "from_secs" => Value::Time(Duration::from_secs(whole)),
        "from_millis" => Value::Time(Duration::from_millis(whole)),
        "const_new" => Value::Number(number),
        _ => return None,
    })
}

fn last(path: &ExprPath) -> Option<String> {
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expression: &str, unit: Unit) -> Option<String> {
        let [one, circle] = ["16 * 1024", "CIRCLE"].map(|text| syn::parse_str::<Expr>(text).unwrap());
        let constant = |name: &str| match name {
            "ONE" => Some(&one),
            "CIRCLE" => Some(&circle),
            _ => None,
        };
        evaluate(&syn::parse_str(expression).unwrap(), &constant)?.show(unit)
    }

    #[test]
    fn expressions_are_computed_and_shown() {
        use Unit::{Bytes, Count, Time};
        for (expression, unit, expected) in [
            ("4 << 20", Bytes, "4 MiB"),
            ("ONE", Bytes, "16 KiB"),
            ("Self::ONE + 1", Bytes, "16,385 bytes"),
            ("2_048", Bytes, "2 KiB"),
            ("256", Bytes, "256 bytes"),
            ("0", Bytes, "0 bytes"),
            ("(1 << 53) - 1", Count, "9,007,199,254,740,991"),
            ("50_000u32 as usize", Count, "50,000"),
            ("Semaphore::const_new(384)", Count, "384"),
            ("Duration::from_millis(250)", Time, "250 ms"),
            ("Duration::from_secs(75)", Time, "75 s"),
            ("Duration::from_secs(60)", Time, "1 min"),
            ("core::time::Duration::from_secs(600)", Time, "10 min"),
            ("Duration::from_secs(24 * 3600)", Time, "24 h"),
            ("Duration::from_secs(30 * 24 * 3600)", Time, "30 days"),
        ] {
            assert_eq!(shown(expression, unit).as_deref(), Some(expected), "{expression}");
        }
        for (expression, unit) in
            [("CIRCLE", Count), ("OTHER", Count), ("1 / 2", Count), ("1", Time), ("f(1)", Count)]
        {
            assert_eq!(shown(expression, unit), None, "{expression}");
        }
    }
}
