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

/// The instructions that `aftersight new` writes, each up to what is filled in.
static OWN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let templates = [
        include_str!("../../template/standard.md"),
        include_str!("../../template/quick.md"),
        include_str!("../../template/five_whys.md"),
    ];
    let comments = templates
        .iter()
        .flat_map(|template| template.split("<!--").skip(1));
    let texts = comments.filter_map(|comment| comment.split("-->").next());
    texts
        .map(|text| folded(text.split('{').next().unwrap_or(text)))
        .filter(|text| text.len() > 12)
        .collect()
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
    let own = OWN.iter().any(|own| text.starts_with(own.as_str()));
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
    if let Some(whole) = own
        .then(|| own_lines(document.source.text(), comment.span))
        .flatten()
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

/// The comment with its line end and the empty line after it, where it has its lines to itself.
fn own_lines(text: &str, span: Span) -> Option<Span> {
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    let mut rest = after.trim_start_matches([' ', '\t']);
    let alone = before.is_empty() || before.ends_with('\n');
    if !alone || !(rest.is_empty() || rest.starts_with(['\n', '\r'])) {
        return None;
    }
    for _ in 0..2 {
        let line = rest.strip_prefix('\r').unwrap_or(rest);
        rest = line.strip_prefix('\n').unwrap_or(rest);
    }
    Some(Span::new(span.start as usize, text.len() - rest.len()))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
