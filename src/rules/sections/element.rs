//! `<placeholder>` that Markdown takes for an element of HTML.

use std::collections::HashSet;

use super::leftover::marks;
use crate::postmortem::Postmortem;
use crate::source::Span;

/// Elements of HTML that people write into Markdown.
pub(super) const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "meta",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "source",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// The tags of the body that are no elements but ask for a fact, with their places.
pub(super) fn placeholders(postmortem: &Postmortem) -> Vec<(Span, &str)> {
    let document = &postmortem.document;
    let text = document.source.text();
    let name = |tag: &str| -> String {
        let inner = tag.trim_start_matches(['<', '/']);
        let end = inner.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
        inner[..end.unwrap_or(inner.len())].to_lowercase()
    };
    let tags: Vec<(Span, &str)> = document
        .html
        .iter()
        .filter_map(|span| {
            let whole = document.source.slice(*span);
            let tag = &whole[..=whole.find('>')?];
            let start = span.start as usize;
            Some((Span::new(start, start + tag.len()), tag))
        })
        .collect();
    let closed: HashSet<String> = tags
        .iter()
        .filter(|(_, tag)| tag.starts_with("</"))
        .map(|(_, tag)| name(tag))
        .collect();
    let mut found = Vec::new();
    for (span, tag) in tags {
        let name = name(tag);
        let joined = text[..span.start as usize].ends_with(char::is_alphanumeric);
        if joined || ELEMENTS.contains(&name.as_str()) || closed.contains(&name) {
            continue;
        }
        if marks(tag).iter().any(|(range, _)| *range == (0..tag.len())) {
            found.push((span, tag));
        }
    }
    found
}
