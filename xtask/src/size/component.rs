//! The sections of a component: enough to replace its core module and to drop what only tools read.
//!
//! A component and a core module have the same form: eight bytes, then sections of one byte for the kind,
//! a LEB128 length and the content. In a component a section of kind 1 is a whole core module and one of kind
//! 4 a whole component; in both forms kind 0 is a custom section, which means nothing at run time.

const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

const CUSTOM: u8 = 0;
const CORE_MODULE: u8 = 1;
const NESTED: u8 = 4;

type Sections<'a> = Vec<(u8, &'a [u8])>;

/// The component with its main core module, the largest, replaced by what `change` makes of it.
pub fn with_main_module(
    component: &[u8],
    change: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>,
) -> Result<Vec<u8>, String> {
    let sections = sections(component, COMPONENT)?;
    let modules = sections.iter().enumerate().filter(|(_, (kind, _))| *kind == CORE_MODULE);
    let (main, content) = modules
        .max_by_key(|(_, (_, content))| content.len())
        .map(|(index, (_, content))| (index, *content))
        .ok_or("there is no core module in the component")?;
    let changed = change(content)?;
    self::sections(&changed, MODULE)?;
    let mut out = COMPONENT.to_vec();
    for (index, (kind, content)) in sections.iter().enumerate() {
        push(&mut out, *kind, if index == main { &changed } else { content });
    }
    Ok(out)
}

/// The component without custom sections, at any depth.
pub fn stripped(component: &[u8]) -> Result<Vec<u8>, String> {
    let preamble = if component.starts_with(MODULE) { MODULE } else { COMPONENT };
    let mut out = preamble.to_vec();
    for (kind, content) in sections(component, preamble)? {
        match kind {
            CUSTOM => {}
            CORE_MODULE | NESTED if preamble == COMPONENT => push(&mut out, kind, &stripped(content)?),
            _ => push(&mut out, kind, content),
        }
    }
    Ok(out)
}

fn sections<'a>(bytes: &'a [u8], preamble: &[u8]) -> Result<Sections<'a>, String> {
    let what = if preamble == COMPONENT { "component" } else { "core module" };
    let mut rest = bytes.strip_prefix(preamble).ok_or_else(|| format!("this is not a {what}"))?;
    let mut found = Vec::new();
    while let Some((&kind, after)) = rest.split_first() {
        let cut = || format!("the {what} ends in the middle of a section");
        let (length, content) = length(after).ok_or_else(cut)?;
        let (content, after) = content.split_at_checked(length).ok_or_else(cut)?;
        found.push((kind, content));
        rest = after;
    }
    Ok(found)
}

/// An unsigned LEB128 number of at most 32 bits, and what follows it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value: u64 = 0;
    for (index, &byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, bytes.get(index + 1..)?));
        }
    }
    None
}

fn push(out: &mut Vec<u8>, kind: u8, content: &[u8]) {
    out.push(kind);
    let mut length = content.len();
    while length >= 0x80 {
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(preamble: &[u8], sections: &[(u8, &[u8])]) -> Vec<u8> {
        let mut out = preamble.to_vec();
        sections.iter().for_each(|(kind, content)| push(&mut out, *kind, content));
        out
    }

    #[test]
    fn custom_sections_go_at_any_depth_and_nothing_else_does() {
        let module = of(MODULE, &[(CUSTOM, b"name"), (1, b"types"), (4, b"tables")]);
        let inner = of(COMPONENT, &[(CUSTOM, b"x"), (7, b"y")]);
        let outer =
            of(COMPONENT, &[(CORE_MODULE, &module), (NESTED, &inner), (CUSTOM, b"z"), (11, b"export")]);
        let module = of(MODULE, &[(1, b"types"), (4, b"tables")]);
        let inner = of(COMPONENT, &[(7, b"y")]);
        let expected = of(COMPONENT, &[(CORE_MODULE, &module), (NESTED, &inner), (11, b"export")]);
        assert_eq!(stripped(&outer), Ok(expected));
    }

    #[test]
    fn the_largest_module_is_replaced() {
        let (small, large) = (of(MODULE, &[]), of(MODULE, &[(1, &[7; 300])]));
        let component = of(COMPONENT, &[(CORE_MODULE, &small), (CORE_MODULE, &large), (2, b"i")]);
        let new = of(MODULE, &[(1, &[8; 200])]);
        let changed = with_main_module(&component, |module| {
            assert_eq!(module, large);
            Ok(new.clone())
        });
        assert_eq!(changed, Ok(of(COMPONENT, &[(CORE_MODULE, &small), (CORE_MODULE, &new), (2, b"i")])));
    }

    #[test]
    fn what_is_no_component_is_refused() {
        for (bytes, message) in [
            (b"hello".to_vec(), "this is not a component"),
            (of(MODULE, &[]), "this is not a component"),
            (of(COMPONENT, &[]), "there is no core module in the component"),
            ([COMPONENT, &[1, 9, 0]].concat(), "the component ends in the middle of a section"),
            (
                [COMPONENT, &[1, 0xff, 0xff, 0xff, 0xff, 0xff]].concat(),
                "the component ends in the middle of a section",
            ),
        ] {
            assert_eq!(with_main_module(&bytes, |module| Ok(module.to_vec())), Err(message.to_owned()));
        }
        let component = of(COMPONENT, &[(CORE_MODULE, &of(MODULE, &[]))]);
        assert!(with_main_module(&component, |_| Ok(b"junk".to_vec())).is_err());
    }
}
