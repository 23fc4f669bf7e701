//! The parts of README.md that are measured, and of the book that are read from the code: between `<!-- xtask:NAME -->` and
//! `<!-- /xtask:NAME -->`.

use std::ops::Range;

use crate::failure::Failure;
use crate::workspace::root;

const FILE: &str = "README.md";

/// Writes the block `name` anew.
pub fn update(name: &str, content: &str) -> Result<(), Failure> {
    update_in(FILE, name, content)
}

/// Whether the block `name` holds `content`.
pub fn is(name: &str, content: &str) -> Result<bool, Failure> {
    is_in(FILE, name, content)
}

/// [`update`] in another file.
pub fn update_in(file: &str, name: &str, content: &str) -> Result<(), Failure> {
    let mut text = read(file)?;
    let block = find(&text, file, name)?;
    text.replace_range(block, content);
    std::fs::write(root().join(file), text)
        .map_err(|e| Failure::new(format!("it cannot be written: {e}"), file, "check its permissions"))
}

/// [`is`] in another file.
pub fn is_in(file: &str, name: &str, content: &str) -> Result<bool, Failure> {
    let text = read(file)?;
    let block = find(&text, file, name)?;
    Ok(text.get(block) == Some(content))
}

fn read(file: &str) -> Result<String, Failure> {
    std::fs::read_to_string(root().join(file))
        .map_err(|e| Failure::new(format!("it cannot be read: {e}"), file, "check its permissions"))
}

/// What is between the lines that mark the block.
fn find(text: &str, file: &str, name: &str) -> Result<Range<usize>, Failure> {
    let (open, close) = (format!("<!-- xtask:{name} -->\n"), format!("<!-- /xtask:{name} -->\n"));
    let block = text.find(&open).map(|at| at + open.len()).zip(text.find(&close));
    match block {
        Some((start, end)) if start <= end => Ok(start..end),
        _ => Err(Failure::new(
            format!("the block `{name}` is missing"),
            file,
            format!("put the lines {} and {} where it belongs", open.trim_end(), close.trim_end()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{FILE, find};

    #[test]
    fn a_block_is_found_between_its_lines() {
        let text = "a\n<!-- xtask:x -->\nold\n<!-- /xtask:x -->\nb\n";
        assert_eq!(&text[find(text, FILE, "x").unwrap()], "old\n");
        let empty = "<!-- xtask:x -->\n<!-- /xtask:x -->\n";
        assert_eq!(&empty[find(empty, FILE, "x").unwrap()], "");
        for text in ["", "<!-- xtask:x -->\n", "<!-- /xtask:x -->\n<!-- xtask:x -->\n"] {
            assert!(find(text, FILE, "x").unwrap_err().to_string().contains("`x` is missing"));
        }
    }
}
