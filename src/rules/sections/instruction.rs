//! Instructions to the author that a template puts into comments.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::content::{Says, says};
use crate::diagnostic::Finding;
use crate::document::Comment;
use crate::postmortem::Postmortem;
use crate::source::Span;

/// How an instruction to the author begins.
const INSTRUCTIONS: &[&str] = &[
    "add",
    "ask",
    "at least",
    "at most",
    "begin",
    "brief",
    "briefly",
    "delete",
    "describe",
    "do not",
    "don't",
    "each",
    "explain",
    "fill",
    "give",
    "how",
    "include",
    "insert",
    "instruction",
    "instructions",
    "link",
    "list",
    "note to author",
    "please",
    "provide",
    "remember",
    "remove",
    "replace",
    "say",
    "start",
    "summarise",
    "summarize",
    "tell",
    "todo",
    "tbd",
    "fixme",
    "two to five",
    "use this",
    "what",
    "when",
    "where",
    "which",
    "who",
    "why",
    "write",
];

/// The instructions that `aftersight new` writes, each before and after what is filled in.
static OWN: LazyLock<Vec<(String, Option<String>)>> = LazyLock::new(|| {
    let templates = [
        include_str!("../../template/standard.md"),
        include_str!("../../template/quick.md"),
        include_str!("../../template/five_whys.md"),
    ];
    let comments = templates
        .iter()
        .flat_map(|template| template.split("<!--").skip(1));
    let texts = comments.filter_map(|comment| comment.split("-->").next());
    let parted = texts.map(|text| match text.split_once('{') {
        Some((before, rest)) => {
            let after = rest.split_once('}').map_or("", |(_, after)| after);
            (folded(before), Some(folded(after)))
        }
        None => (folded(text), None),
    });
    parted.filter(|(before, _)| before.len() > 12).collect()
});

/// An instruction is left over where the section says something; an empty section is told as such, and in one with open
/// marks the marks are.
pub(super) fn instruction(
    postmortem: &Postmortem,
    comment: &Comment,
    marked: &HashSet<usize>,
    out: &mut Vec<Finding>,
) {
    let document = &postmortem.document;
    let text = folded(&comment.text);
    let own = OWN.iter().any(|(own, _)| text.starts_with(own.as_str()));
    if text.starts_with("aftersight:") || !(own || is_instruction(&text)) {
        return;
    }
    let at = document
        .sections
        .partition_point(|section| section.heading.start <= comment.span.start);
    let Some(section) = at.checked_sub(1) else {
        return;
    };
    let known = postmortem
        .sections
        .iter()
        .any(|(_, index)| *index == section);
    let says = says(document, &document.sections[section]);
    let open = marked.contains(&section);
    if known && matches!(says, Says::Nothing | Says::Evasion(_)) || open {
        return;
    }
    let mut finding = Finding::new(
        comment.span,
        "an instruction of the template is still here",
        "follow it and remove it",
    );
    if is_unchanged(&text)
        && let Some(whole) = own_lines(document.source.text(), comment.span)
    {
        finding = finding.with_edit(whole, "");
    }
    out.push(finding);
}

fn is_instruction(text: &str) -> bool {
    let lower = text.to_lowercase();
    let begins = |words: &str| {
        lower
            .strip_prefix(words)
            .is_some_and(|rest| rest.starts_with([' ', ':', ',']))
    };
    text.split(' ').count() > 2
        && (text.ends_with('?') || INSTRUCTIONS.iter().any(|words| begins(words)))
}

/// Whether it is word for word what the template says: nobody has added a note of their own.
fn is_unchanged(text: &str) -> bool {
    OWN.iter().any(|(before, after)| {
        let rest = text.strip_prefix(before.as_str());
        match (rest, after) {
            (Some(rest), None) => rest.is_empty(),
            (Some(rest), Some(after)) => rest.strip_suffix(after.as_str()).is_some_and(|filled| {
                filled
                    .chars()
                    .all(|c| c.is_alphanumeric() || " ,-_".contains(c))
            }),
            (None, _) => false,
        }
    })
}

/// The comment with its line end and the empty line after it, where it has its lines to itself. `None` where text stands
/// close above and below, which would become one.
fn own_lines(text: &str, span: Span) -> Option<Span> {
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    let rest = after.trim_start_matches([' ', '\t']);
    let alone = before.is_empty() || before.ends_with('\n');
    if !alone || !(rest.is_empty() || rest.starts_with(['\n', '\r'])) {
        return None;
    }
    let above = before.lines().next_back().unwrap_or_default();
    let free = above.trim().is_empty() || above.starts_with('#');
    let rest = without_line_end(rest);
    let line = rest.lines().next().unwrap_or_default();
    let rest = match (free, line.trim().is_empty()) {
        (true, true) => without_line_end(rest.trim_start_matches([' ', '\t'])),
        (true, false) | (false, true) => rest,
        (false, false) => return None,
    };
    Some(Span::new(span.start as usize, text.len() - rest.len()))
}

fn without_line_end(text: &str) -> &str {
    let text = text.strip_prefix('\r').unwrap_or(text);
    text.strip_prefix('\n').unwrap_or(text)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
