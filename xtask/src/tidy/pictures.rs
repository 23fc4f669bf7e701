//! A rule about the pictures of the book: each SVG is the one that its Graphviz source makes now.

use std::collections::BTreeSet;

/// The number of rules here.
pub const RULES: usize = 1;

/// The folder of the pictures.
pub const FOLDER: &str = "docs/src";

/// Findings in all pictures, given as path and text of the `.dot`, and the text of the `.svg` beside it.
pub fn check(pictures: &[(String, String, Option<String>)]) -> Vec<String> {
    let found = pictures.iter().flat_map(|(path, dot, svg)| svg_is_current(path, dot, svg.as_deref()));
    found.collect()
}

/// The SVG says what the labels say, and nothing else.
fn svg_is_current(path: &str, dot: &str, svg: Option<&str>) -> Vec<String> {
    let name = path.trim_end_matches(".dot");
    let make = format!("make it: dot -Tsvg {path} -o {name}.svg");
    let Some(svg) = svg else { return vec![format!("{path}:1: there is no {name}.svg; {make}")] };
    let (labels, texts) = (labels(dot), texts(svg));
    let shown: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
    let wanted: BTreeSet<&str> = labels.iter().map(|(_, line)| line.as_str()).collect();
    let missing = labels.iter().filter(|(_, line)| !shown.contains(line.as_str()));
    let missing =
        missing.map(|(number, line)| format!("{path}:{number}: `{line}` is not in the SVG; {make}"));
    let left = shown.difference(&wanted);
    let left = left.map(|line| format!("{path}:1: `{line}` is only in the SVG; {make}"));
    missing.chain(left).collect()
}

/// The lines of all labels (`label`, `xlabel`, `headlabel`, …), each with the line of the source it is on.
fn labels(dot: &str) -> Vec<(usize, String)> {
    let mut labels = Vec::new();
    for (number, line) in (1..).zip(dot.lines()).filter(|(_, line)| !line.trim_start().starts_with("//")) {
        for (at, word) in line.match_indices("label") {
            let rest = line.get(at + word.len()..).unwrap_or_default().trim_start();
            let value = rest.strip_prefix('=').and_then(|rest| rest.trim_start().strip_prefix('"'));
            if let Some(value) = value {
                let lines = unescaped(value);
                let lines = lines.split('\n').map(str::trim).filter(|line| !line.is_empty());
                labels.extend(lines.map(|line| (number, line.to_owned())));
            }
        }
    }
    labels
}

/// A quoted string of Graphviz up to its end; `\n`, `\l` and `\r` end a line.
fn unescaped(quoted: &str) -> String {
    let (mut text, mut chars) = (String::new(), quoted.chars());
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => match chars.next() {
                Some('n' | 'l' | 'r') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            char => text.push(char),
        }
    }
    text
}

/// The contents of all elements `text`.
fn texts(svg: &str) -> Vec<String> {
    let elements = svg.split("<text").skip(1);
    let contents = elements.filter_map(|element| element.split_once('>')?.1.split_once("</text>"));
    contents.map(|(content, _)| without_entities(content).trim().to_owned()).collect()
}

/// The text without the entities that Graphviz writes.
fn without_entities(text: &str) -> String {
    const ENTITIES: [(&str, &str); 7] = [
        ("&#45;", "-"),
        ("&#160;", " "),
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    ENTITIES.iter().fold(text.to_owned(), |text, (entity, char)| text.replace(entity, char))
}

#[cfg(test)]
mod tests {
    use super::svg_is_current;

    const DOT: &str = r#"digraph {
    // label = "a comment"
    label = "all"
    a [label = "one\ntwo-three", xlabel="near", labelloc = "t", color = "red"]
    a -> b [label="\"x\" & y  "]
}"#;

    const SVG: &str = "<title>a&#45;&gt;b</title><text x=\"1\">all</text><text>one</text>\n<text>two&#45;three</text>\
                       <text>near</text><text>&quot;x&quot; &amp; y&#160;&#160;</text>";

    fn found(svg: Option<&str>) -> Vec<String> {
        let found = svg_is_current("docs/src/a.dot", DOT, svg);
        found
            .into_iter()
            .map(|finding| finding.split("; make it").next().unwrap_or_default().into())
            .collect()
    }

    #[test]
    fn pictures_that_are_not_made_again_are_found() {
        assert_eq!(found(Some(SVG)), [""; 0]);
        assert_eq!(found(None), ["docs/src/a.dot:1: there is no docs/src/a.svg"]);
        let earlier = SVG.replace(">one<", ">zero<");
        let wanted =
            ["docs/src/a.dot:4: `one` is not in the SVG", "docs/src/a.dot:1: `zero` is only in the SVG"];
        assert_eq!(found(Some(&earlier)), wanted);
        assert_eq!(found(Some("<svg/>")).len(), 5);
    }
}
