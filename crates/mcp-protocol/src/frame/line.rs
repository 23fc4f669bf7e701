//! JSON text on one line.

use alloc::vec::Vec;

use super::scan::line_end;

/// Appends `message`, JSON text, without line breaks. In JSON that came from a handler or a schema they can be white
/// space between values; inside of a string they cannot be.
pub fn on_one_line(message: &str, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(message.as_bytes());
    if let Some(first) = line_end(message.as_bytes()) {
        let written = out.iter_mut().skip(start + first);
        written.filter(|b| matches!(b, b'\n' | b'\r')).for_each(|b| *b = b' ');
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::on_one_line;

    proptest::proptest! {
        #[test]
        fn breaks_become_spaces(before in "[a\r\n]{0,3}", message in "([a-zé]{0,90}[\r\n]?){0,4}") {
            let mut out: Vec<u8> = before.clone().into_bytes();
            on_one_line(&message, &mut out);
            let expected: String = before + &message.replace(['\r', '\n'], " ");
            proptest::prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
