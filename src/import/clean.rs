//! Markdown of others, made a part of a postmortem.
//!
//! Owns what it may not do there: open a section of its own, run on past its end, give orders to this tool, bring HTML. Text that is
//! not meant as Markdown is for [`super::escape`].

use std::ops::Range;

use comrak::nodes::{AstNode, NodeValue, Sourcepos};
use comrak::{Arena, parse_document};

use super::escape;
use crate::document;
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::SectionKey;

/// Which HTML stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Html {
    /// None: it is shown as text. Comments stay, unless they speak to this tool.
    Shown,
    /// All that is closed, because it is the organisation's own document.
    Kept,
}

/// How often a text is looked at again after it was changed, before it is taken as plain text.
const ROUNDS: usize = 16;

/// The headings of a postmortem's sections are of level 2.
const LEAST_LEVEL: u8 = 3;

/// A change of some bytes.
struct Edit {
    at: Range<usize>,
    text: String,
}

/// The text as a part of a section, or as plain text where it cannot be tamed.
pub(super) fn markdown(text: &str, html: Html, conventions: &Conventions) -> String {
    let mut tamed = escape::visible(text)
        .trim_matches('\n')
        .trim_end()
        .to_string();
    for _ in 0..ROUNDS {
        let (mut edits, tame) = edits(&tamed, html, conventions);
        if edits.is_empty() {
            match tame {
                true => return tamed,
                false => break,
            }
        }
        edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
        let mut changed = String::with_capacity(tamed.len() + 64);
        let mut from = 0;
        for edit in edits.iter().filter(|edit| edit.at.end <= tamed.len()) {
            if edit.at.start < from {
                continue;
            }
            changed.push_str(&tamed[from..edit.at.start]);
            changed.push_str(&edit.text);
            from = edit.at.end;
        }
        changed.push_str(&tamed[from..]);
        tamed = changed;
    }
    escape::paragraphs(text)
}

/// Texts that are safe, one below the other. What means nothing alone may mean something below a list: indented code is a part of
/// its last item then, and may be HTML there.
pub(super) fn joined(texts: &[String], html: Html, conventions: &Conventions) -> String {
    match texts {
        [] => String::new(),
        [text] => text.clone(),
        _ => markdown(&texts.join("\n\n"), html, conventions),
    }
}

/// The byte at which each line begins.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Self { text, starts }
    }

    /// The start of a line counted from 1.
    fn start(&self, line: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1));
        start.copied().unwrap_or(self.text.len())
    }

    /// From a line to another, the end of the last left out.
    fn range(&self, place: Sourcepos) -> Range<usize> {
        let start = self.start(place.start.line);
        let end = self.start(place.end.line + 1).max(start);
        start..start + self.text[start..end].trim_end_matches('\n').len()
    }
}

/// What is to be changed, and whether everything else may stay as it is.
fn edits(text: &str, html: Html, conventions: &Conventions) -> (Vec<Edit>, bool) {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &document::options());
    let lines = Lines::new(text);
    let mut edits = Vec::new();
    let mut tame = true;
    let level = |node: &'_ AstNode<'_>| match &node.data.borrow().value {
        NodeValue::Heading(heading) => Some(heading.level),
        _ => None,
    };
    let least = root
        .children()
        .filter_map(level)
        .min()
        .unwrap_or(LEAST_LEVEL);
    let shift = LEAST_LEVEL.saturating_sub(least);
    for node in root.children() {
        let data = node.data.borrow();
        match &data.value {
            NodeValue::Heading(heading) => {
                let title = visible(node);
                let key = SectionKey::from_heading(&title, &conventions.headings);
                let is_timeline = key == Some(SectionKey::Timeline);
                if shift > 0 || heading.setext || is_timeline {
                    let at = lines.range(data.sourcepos);
                    let words = words(&text[at.clone()], heading.setext);
                    let hashes = "#".repeat(usize::from((heading.level + shift).min(6)));
                    let more = if is_timeline { " as written" } else { "" };
                    let text = format!("{hashes} {words}{more}");
                    edits.push(Edit { at, text });
                }
            }
            NodeValue::CodeBlock(code) if code.fenced && !code.closed => {
                let fence = char::from(code.fence_char)
                    .to_string()
                    .repeat(code.fence_length);
                edits.push(Edit {
                    at: text.len()..text.len(),
                    text: format!("\n{fence}"),
                });
            }
            _ => {}
        }
    }
    for node in root.descendants() {
        let data = node.data.borrow();
        let (literal, block) = match &data.value {
            NodeValue::HtmlBlock(block) => (block.literal.as_str(), Some(block.block_type)),
            NodeValue::HtmlInline(literal) => (literal.as_str(), None),
            _ => continue,
        };
        if stays(literal, block, html) {
            continue;
        }
        let at = lines.range(data.sourcepos);
        let column =
            lines.start(data.sourcepos.start.line) + data.sourcepos.start.column.saturating_sub(1);
        let exact = block.is_none()
            && text
                .get(column..)
                .is_some_and(|rest| rest.starts_with(literal));
        let before = edits.len();
        if exact {
            edits.push(Edit {
                at: column..column + 1,
                text: opening(&text[..column]).into(),
            });
        } else {
            edits.extend(tags(text, at));
        }
        tame &= edits.len() > before;
    }
    (edits, tame)
}

/// Whether a piece of HTML may stay.
fn stays(literal: &str, block: Option<u8>, html: Html) -> bool {
    let trimmed = literal.trim();
    let orders = literal.split("<!--").skip(1).any(|comment| {
        let comment = comment.trim_start().to_ascii_lowercase();
        comment.starts_with("aftersight")
    });
    if orders {
        return false;
    }
    let comments_only = trimmed.starts_with("<!--")
        && trimmed.ends_with("-->")
        && trimmed.matches("<!--").count() == 1
        && trimmed.matches("-->").count() == 1;
    if comments_only {
        return true;
    }
    if html == Html::Shown {
        return false;
    }
    // These blocks end with their own mark, and run to the end of the document without it.
    let lower = trimmed.to_ascii_lowercase();
    match block {
        Some(1) => ["</pre>", "</script>", "</style>", "</textarea>"]
            .iter()
            .any(|end| lower.contains(end)),
        Some(2) => {
            lower.matches("<!--").count() <= lower.matches("-->").count() && lower.contains("-->")
        }
        Some(3) => lower.contains("?>"),
        Some(4) => lower.contains('>'),
        Some(5) => lower.contains("]]>"),
        _ => true,
    }
}

/// How the sign that opens a tag is written so that it opens none: behind an address a backslash would be taken for a part of it,
/// and behind a backslash for the second of two.
fn opening(before: &str) -> &'static str {
    let word = before
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    let word = word.to_ascii_lowercase();
    match word.contains("://") || word.contains("www.") || word.ends_with('\\') {
        true => "&lt;",
        false => "\\<",
    }
}

/// Every tag of a range, shown as text.
fn tags(text: &str, range: Range<usize>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (at, _) in text[range.clone()].match_indices('<') {
        let at = range.start + at;
        let next = text[at + 1..].chars().next();
        let escaped = text[..at]
            .bytes()
            .rev()
            .take_while(|byte| *byte == b'\\')
            .count()
            % 2
            == 1;
        let opens = next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if opens && !escaped && !escape::is_web(&text[at + 1..]) {
            edits.push(Edit {
                at: at..at + 1,
                text: opening(&text[..at]).into(),
            });
        }
    }
    edits
}

/// The words of a heading as written, without its marks.
fn words(written: &str, setext: bool) -> String {
    if setext {
        let lines: Vec<&str> = written.lines().collect();
        let kept = &lines[..lines.len().saturating_sub(1)];
        return kept
            .iter()
            .map(|line| line.trim())
            .collect::<Vec<_>>()
            .join(" ");
    }
    let words = written.trim().trim_start_matches('#').trim();
    let open = words.trim_end_matches('#');
    match open.ends_with(char::is_whitespace) || open.is_empty() {
        true => open.trim().into(),
        false => words.into(),
    }
}

/// The visible text below a node.
pub(super) fn visible<'a>(node: &'a AstNode<'a>) -> String {
    let mut text = String::new();
    for child in node.descendants() {
        match &child.data.borrow().value {
            NodeValue::Text(part) => text.push_str(part),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

/// Markdown for a cell of a table, and whether that is all of it: blocks other than paragraphs, and code over several lines, do
/// not fit in a cell, which then holds only the first words as plain text.
pub(super) fn cell(tamed: &str) -> (String, bool) {
    let arena = Arena::new();
    let root = parse_document(&arena, tamed, &document::options());
    let fits = root.descendants().skip(1).all(|node| {
        let data = node.data.borrow();
        match &data.value {
            NodeValue::Code(_) => data.sourcepos.start.line == data.sourcepos.end.line,
            value if value.block() => matches!(value, NodeValue::Paragraph),
            NodeValue::HtmlInline(_) | NodeValue::FootnoteReference(_) => false,
            _ => true,
        }
    });
    // A reference is defined for the whole document, and its definition is no line of a cell.
    if fits && !has_definition(tamed) {
        let lines = tamed.lines().map(|line| bars(unbroken(line.trim())));
        let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
        return (lines.join("<br>"), true);
    }
    // The first words of the first two blocks: often a few words and the code that they speak of.
    let blocks = root.children().map(|node| match &node.data.borrow().value {
        NodeValue::CodeBlock(code) => code.literal.lines().next().unwrap_or_default().to_string(),
        _ => visible(node),
    });
    let said = blocks.filter(|text| !text.trim().is_empty()).take(2);
    let first = said.collect::<Vec<_>>().join(" ");
    let first = escape::one_line(&first);
    let short = match first.char_indices().nth(160) {
        Some((at, _)) => format!("{}…", first[..at].trim_end()),
        None => first,
    };
    (escape::inline(&short), false)
}

/// A line without the backslash that breaks it; an escaped one stays.
fn unbroken(line: &str) -> &str {
    let slashes = line.len() - line.trim_end_matches('\\').len();
    match slashes % 2 {
        1 => line[..line.len() - 1].trim_end(),
        _ => line,
    }
}

fn has_definition(text: &str) -> bool {
    let opens = |line: &str| {
        let line = line.trim_start_matches([' ', '>', '-', '*']);
        line.starts_with('[') && line.contains("]:")
    };
    text.lines().any(opens)
}

/// The text with every bar escaped, however many backslashes stand before it.
fn bars(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut slashes = 0;
    for c in text.chars() {
        if c == '|' && slashes % 2 == 0 {
            safe.push('\\');
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
        safe.push(c);
    }
    // A backslash at the end would take the bar that closes the cell.
    if slashes % 2 == 1 {
        safe.push('\\');
    }
    safe
}

/// A part of a text below one of its headings.
pub(super) struct Below {
    /// The heading's visible text; empty for what stands before the first.
    pub(super) title: String,
    /// What stands below it.
    pub(super) text: String,
}

/// Splits a text at its topmost headings.
pub(super) fn split(text: &str) -> Vec<Below> {
    let text = &escape::visible(text);
    let arena = Arena::new();
    let root = parse_document(&arena, text, &document::options());
    let lines = Lines::new(text);
    let mut tops: Vec<(u8, String, Range<usize>)> = Vec::new();
    for node in root.children() {
        let data = node.data.borrow();
        if let NodeValue::Heading(heading) = &data.value {
            tops.push((heading.level, visible(node), lines.range(data.sourcepos)));
        }
    }
    let least = tops.iter().map(|(level, ..)| *level).min().unwrap_or(0);
    tops.retain(|(level, ..)| *level == least);
    let mut parts = Vec::new();
    let first = tops.first().map_or(text.len(), |(.., at)| at.start);
    parts.push(Below {
        title: String::new(),
        text: text[..first].into(),
    });
    for (index, (_, title, at)) in tops.iter().enumerate() {
        let end = tops
            .get(index + 1)
            .map_or(text.len(), |(.., next)| next.start);
        parts.push(Below {
            title: title.trim().into(),
            text: text[at.end.min(end)..end].into(),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tamed(text: &str) -> String {
        markdown(text, Html::Shown, &Conventions::default())
    }

    #[test]
    fn headings_stand_below_those_of_the_postmortem() {
        assert_eq!(
            tamed("# One #\n\nTwo\n===\n\n### Three"),
            "### One\n\n### Two\n\n##### Three"
        );
        assert_eq!(tamed("##### Issue\ntext"), "##### Issue\ntext");
        assert_eq!(tamed("```\n# no heading\n```"), "```\n# no heading\n```");
        assert_eq!(tamed("### Timeline"), "### Timeline as written");
    }

    #[test]
    fn nothing_runs_past_its_end() {
        assert_eq!(tamed("text\n\n~~~~\nopen"), "text\n\n~~~~\nopen\n~~~~");
        for text in [
            "<!-- open\n\n# x",
            "<script>\n\nx",
            "<?php\n\nx",
            "<![CDATA[\n\nx",
            "<!X\n\nx",
            "> <pre>\n\nx",
        ] {
            for html in [Html::Shown, Html::Kept] {
                let safe = markdown(text, html, &Conventions::default());
                let whole = format!("{safe}\n\n## Ours\n");
                let ours = split(&whole).iter().any(|part| part.title == "Ours");
                assert!(ours, "{text:?} became {safe:?}");
            }
        }
    }

    #[test]
    fn html_is_shown_and_orders_are_words() {
        assert_eq!(tamed("a <b>x</b> `<i>`"), "a \\<b>x\\</b> `<i>`");
        assert_eq!(tamed("<div>\n# x\n</div>"), "\\<div>\n### x\n\\</div>");
        assert_eq!(tamed("<!-- a note -->"), "<!-- a note -->");
        for html in [Html::Shown, Html::Kept] {
            for text in [
                "<!-- aftersight: allow(x) because y -->",
                "a <!--aftersight: internal--> b",
                "<!-- a -->\n<!-- aftersight: end -->",
            ] {
                let safe = markdown(text, html, &Conventions::default());
                assert!(safe.contains("\\<!--"), "{safe}");
            }
        }
        // Behind an address a backslash would be a part of it.
        assert_eq!(
            tamed("https://x.example\\<!-- aftersight: end -->"),
            "https://x.example\\&lt;!-- aftersight: end -->"
        );
        assert_eq!(
            markdown("a <b>x</b>", Html::Kept, &Conventions::default()),
            "a <b>x</b>"
        );
        assert_eq!(tamed("see <https://x.example>"), "see <https://x.example>");
    }

    #[test]
    fn cells_hold_one_line() {
        assert_eq!(
            cell("one *two*\nthree | four \\| five `a|b`"),
            ("one *two*<br>three \\| four \\| five `a\\|b`".into(), true)
        );
        assert_eq!(
            cell("see:\n\n```\nlog 1\nlog 2\n```"),
            ("see: log 1".into(), false)
        );
        assert_eq!(cell("a\n\n[x]: y"), ("a".into(), false));
    }
}
