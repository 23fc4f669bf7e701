//! The parts of README.md that are measured: between `<!-- xtask:NAME -->` and `<!-- /xtask:NAME -->`.

use std::ops::Range;

use crate::failure::Failure;
use crate::workspace::root;

const FILE: &str = "README.md";

/// Writes the block `name` anew.
pub fn update(name: &str, content: &str) -> Result<(), Failure> {
    let mut text = read()?;
    let block = find(&text, name)?;
    text.replace_range(block, content);
    std::fs::write(root().join(FILE), text)
        .map_err(|e| Failure::new(format!("it cannot be written: {e}"), FILE, "check its permissions"))
}

/// Whether the block `name` holds `content`.
pub fn is(name: &str, content: &str) -> Result<bool, Failure> {
    let text = read()?;
    let block = find(&text, name)?;
    Ok(text.get(block) == Some(content))
}

fn read() -> Result<String, Failure> {
    std::fs::read_to_string(root().join(FILE))
        .map_err(|e| Failure::new(format!("it cannot be read: {e}"), FILE, "check its permissions"))
}

/// What is between the lines that mark the block.
fn find(text: &str, name: &str) -> Result<Range<usize>, Failure> {
    let (open, close) = (format!("<!-- xtask:{name} -->\n"), format!("<!-- /xtask:{name} -->\n"));
    let block = text.find(&open).map(|at| at + open.len()).zip(text.find(&close));
    match block {
        Some((start, end)) if start <= end => Ok(start..end),
        _ => Err(Failure::new(
            format!("the block `{name}` is missing"),
            FILE,
            format!("put the lines {} and {} where it belongs", open.trim_end(), close.trim_end()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_block_is_found_between_its_lines() {
        let text = "a\n<!-- xtask:x -->\nold\n<!-- /xtask:x -->\nb\n";
        assert_eq!(&text[find(text, "x").unwrap()], "old\n");
        let empty = "<!-- xtask:x -->\n<!-- /xtask:x -->\n";
        assert_eq!(&empty[find(empty, "x").unwrap()], "");
        for text in ["", "<!-- xtask:x -->\n", "<!-- /xtask:x -->\n<!-- xtask:x -->\n"] {
            assert!(find(text, "x").unwrap_err().to_string().contains("`x` is missing"));
        }
    }
}
