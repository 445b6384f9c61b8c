//! Places are exact, whatever the text around them.

use std::sync::Arc;

use super::Document;
use super::block::BlockKind;
use super::run::Run;
use crate::source::Source;

fn read(text: &str) -> Document {
    Document::parse(Arc::new(Source::new("a.md", text.into())))
}

/// Every visible character maps back to the same character in the source, or to how it is written there.
fn characters_are_exact(document: &Document) {
    let source = &document.source;
    let check = &mut |run: &Run| {
        let visible = run.visible(source);
        for (at, c) in visible.text.char_indices().filter(|(_, c)| *c != ' ') {
            let found = source.slice(visible.span(at..at + c.len_utf8()));
            let written = [c.to_string(), format!("\\{c}"), "&amp;".into()];
            assert!(
                written.iter().any(|form| form == found),
                "{c} is {found:?} in {:?}",
                visible.text
            );
        }
    };
    for block in &document.blocks {
        block.runs(check);
    }
}

const HARD: &str = "\u{feff}---\r\nid: a\r\n---\r\n\r\n## Tïtle *日本* 🙂 x ##\r\n\r\nPara é with *emph\r\nover* two `code` &amp; \\* lines \
    <!-- c --> [link](x.md \"t\").\r\n  indented http://foo.bar/x ok\r\n\r\n- a é `x`\r\n  - nested **日** text\r\n\r\n    para two\r\n> quote\r\n\r\n\
    | Time | Ev\\|ent é |\r\n|---|---|\r\n| 14:00 | `a\\|b` did **x** \\| y |\r\n|é|🙂 [l](u)|\r\n\r\n1) one\r\n\ttabbed text\r\n\r\n\
    <!-- aftersight: allow(x) because y -->\r\nText after\r\n\r\nSetext é\r\n===\r\n";

#[test]
fn characters_keep_their_bytes() {
    let document = read(HARD);
    characters_are_exact(&document);
    let titles: Vec<&str> = document
        .sections
        .iter()
        .map(|section| section.title.as_str())
        .collect();
    assert_eq!(titles, ["", "Tïtle 日本 🙂 x", "Setext é"]);
    let comment = &document.comments[1];
    let covered = comment.covers.map(|span| document.source.slice(span));
    assert_eq!(covered, Some("Text after"));
    assert_eq!(document.links.len(), 3);
}

#[test]
fn a_line_that_begins_with_a_comment_may_hold_more() {
    let document =
        read("<!-- a --> <!-- b -->\n\n<!-- c -->Text\n\n<!-- d\ne -->\n\nMore <!-- f -->\n");
    let comments = document.comments.iter();
    let texts: Vec<&str> = comments.map(|comment| comment.text.as_ref()).collect();
    assert_eq!(texts, ["a", "b", "c", "d\ne", "f"]);
    let second = document.source.slice(document.comments[1].span);
    assert_eq!(second, "<!-- b -->");
    let html: Vec<&str> = document
        .html
        .iter()
        .map(|span| document.source.slice(*span))
        .collect();
    assert_eq!(html, ["Text"]);
}

#[test]
fn cells_with_escaped_bars_keep_their_bytes() {
    let document = read(HARD);
    let table = document.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Table(table) => Some(table),
        _ => None,
    });
    let cell = &table.expect("there is a table").rows[0].cells[1];
    assert_eq!(cell.text(&document.source), "a|b did x | y");
}

#[test]
fn sections_nest() {
    let document = read("---\n---\nintro\n# A\none\n## B\ntwo\n### C\n## D\nx\n# E\n");
    let parents: Vec<Option<usize>> = document
        .sections
        .iter()
        .map(|section| section.parent)
        .collect();
    assert_eq!(parents, [None, None, Some(1), Some(2), Some(1), None]);
    let bodies: Vec<&str> = document
        .sections
        .iter()
        .map(|section| document.source.slice(section.body).trim())
        .collect();
    assert_eq!(bodies[1], "one\n## B\ntwo\n### C\n## D\nx");
    assert_eq!(bodies[2], "two\n### C");
}
