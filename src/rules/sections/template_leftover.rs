//! What a template or a first draft left behind: marks, placeholders, instructions, example values.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::content::{Says, says};
use super::leftover::{Kind, marks};
use crate::diagnostic::{Finding, Level};
use crate::document::Comment;
use crate::document::block::{Block, BlockKind};
use crate::document::run::Run;
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey as Key;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "template-leftover",
    group: Group::Sections,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1],
    page: include_str!("template_leftover.md"),
    check: Check::Postmortem(check),
};

/// How many marks of one block are shown; the last one says how many follow.
const SHOWN: usize = 5;

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

/// Elements of HTML that people write into Markdown.
const ELEMENTS: &[&str] = &[
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

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    front(postmortem, out);
    let document = &postmortem.document;
    let silent = told_elsewhere(postmortem);
    let mut marked: HashSet<usize> = HashSet::new();
    for (index, section) in document.sections.iter().enumerate() {
        for block in section.own.clone() {
            let mut found = Vec::new();
            document.blocks[block].runs(&mut |run| in_run(postmortem, run, &mut found));
            if !found.is_empty() {
                marked.insert(index);
            }
            if silent.iter().all(|range| !range.contains(&block)) {
                tell(found, &document.blocks[block], out);
            }
        }
    }
    let headings = document
        .blocks
        .iter()
        .filter_map(|block| match &block.kind {
            BlockKind::Heading { run, .. } => Some((run, block)),
            _ => None,
        });
    for (run, block) in headings {
        let mut found = Vec::new();
        in_run(postmortem, run, &mut found);
        tell(found, block, out);
    }
    elements(postmortem, out);
    for comment in &document.comments {
        instruction(postmortem, comment, &marked, out);
    }
}

/// Title and owner as the template has them.
fn front(postmortem: &Postmortem, out: &mut Vec<Finding>) {
    if let Some(title) = postmortem.front.title.get()
        && let Some((range, kind)) = marks(title).into_iter().next()
    {
        let span = postmortem.front.title.span().unwrap_or_default();
        out.push(finding(span, &title[range], kind));
    }
    for owner in postmortem.front.owners.items() {
        let name = owner.value.to_lowercase();
        if ["your-org", "your-team", "your-name"]
            .iter()
            .any(|part| name.contains(part))
        {
            out.push(Finding::new(
                owner.span,
                format!("`{}` is the template's example, not an owner", owner.value),
                "name the user or the team that is accountable",
            ));
        }
    }
}

/// The blocks of sections that another rule calls empty: no entry, no item.
fn told_elsewhere(postmortem: &Postmortem) -> Vec<std::ops::Range<usize>> {
    let timeline = &postmortem.timeline;
    let untimed = timeline.entries.is_empty() && timeline.unreadable.is_empty();
    let idle = postmortem.actions.items.is_empty();
    let told = postmortem
        .sections
        .iter()
        .filter(|(key, _)| *key == Key::Timeline && untimed || *key == Key::Actions && idle);
    told.map(|(_, index)| postmortem.document.sections[*index].all.clone())
        .collect()
}

fn in_run(postmortem: &Postmortem, run: &Run, found: &mut Vec<Finding>) {
    let prose = run.prose(postmortem.source());
    for (range, kind) in marks(&prose.text) {
        found.push(finding(prose.span(range.clone()), &prose.text[range], kind));
    }
}

fn tell(mut found: Vec<Finding>, block: &Block, out: &mut Vec<Finding>) {
    let more = found.len().saturating_sub(SHOWN);
    found.truncate(SHOWN);
    if let Some(last) = found.last_mut().filter(|_| more > 0) {
        let place = match block.kind {
            BlockKind::Table(_) => "table",
            BlockKind::List(_) => "list",
            _ => "paragraph",
        };
        last.message
            .push_str(&format!("; {more} more such marks follow in this {place}"));
    }
    out.extend(found);
}

fn finding(span: Span, text: &str, kind: Kind) -> Finding {
    let (message, help) = match kind {
        Kind::Open => (
            format!("`{text}` is still open"),
            "write what is known, or `unknown`, and remove the mark",
        ),
        Kind::Question => (
            format!("`{text}` stands where a fact belongs"),
            "write the fact, or `unknown` if nobody knows",
        ),
        Kind::Placeholder => (
            format!("`{text}` is a placeholder that nobody has filled in"),
            "replace it by the fact, or by `unknown` if nobody knows",
        ),
        Kind::Filler => (
            format!("`{text}` is filler"),
            "write what happened, or remove it",
        ),
        Kind::Example => (
            format!("`{text}` is an example, not a value"),
            "replace it by the value, or by `unknown` if nobody knows",
        ),
    };
    Finding::new(span, message, help)
}

/// `<placeholder>` that Markdown takes for an element of HTML.
fn elements(postmortem: &Postmortem, out: &mut Vec<Finding>) {
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
    for (span, tag) in tags {
        let name = name(tag);
        let joined = text[..span.start as usize].ends_with(char::is_alphanumeric);
        if joined || ELEMENTS.contains(&name.as_str()) || closed.contains(&name) {
            continue;
        }
        if marks(tag).iter().any(|(range, _)| *range == (0..tag.len())) {
            out.push(finding(span, tag, Kind::Placeholder));
        }
    }
}

/// An instruction is left over where the section says something; an empty section is told as such, and in one with open
/// marks the marks are.
fn instruction(
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
