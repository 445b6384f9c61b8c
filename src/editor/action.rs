//! What can be done about a finding: its fix, or allowing it with a reason.

use crate::check::policy;
use crate::diagnostic::{Diagnostic, Edit};
use crate::document::block::BlockKind;
use crate::document::yaml::{Node, Value};
use crate::postmortem::Postmortem;
use crate::source::{Source, Span};

/// Something an editor can offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does; begins with a verb.
    pub title: String,
    /// The edits, all in the same file.
    pub edits: Vec<Edit>,
    /// Whether it may be done without looking twice.
    pub preferred: bool,
    /// Which of the diagnostics it is about.
    pub about: usize,
}

/// What can be done about the diagnostics that touch a span: fixes first.
pub fn offered(
    postmortem: Option<&Postmortem>,
    diagnostics: &[Diagnostic],
    span: Span,
) -> Vec<Action> {
    let touched = |one: &Diagnostic| {
        let place = one.finding.span;
        place.start <= span.end && span.start <= place.end
    };
    let here: Vec<(usize, &Diagnostic)> = diagnostics
        .iter()
        .enumerate()
        .filter(|(_, one)| one.allowed.is_none() && touched(one))
        .collect();
    let fixes = here.iter().filter_map(|(about, one)| fix(*about, one));
    let allowances = here.iter().filter_map(|(about, one)| {
        Some(Action {
            title: format!("Allow `{}` here, with a reason", one.rule),
            edits: vec![allowance(postmortem?, one)?],
            preferred: false,
            about: *about,
        })
    });
    fixes.chain(allowances).collect()
}

fn fix(about: usize, one: &Diagnostic) -> Option<Action> {
    let finding = &one.finding;
    if finding.fix.is_empty() {
        return None;
    }
    let mut letters = finding.help.chars();
    let title = match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => format!("Mend `{}`", one.rule),
    };
    Some(Action {
        title: if finding.guessed {
            format!("{title} (a guess: look at it)")
        } else {
            title
        },
        edits: finding.fix.clone(),
        preferred: finding.is_fixable(),
        about,
    })
}

/// The edit that allows a finding: a comment above its block, or an entry of the front matter where it lies in none.
/// The reason is left open; until it is written, `bare-allow` asks for it.
fn allowance(postmortem: &Postmortem, one: &Diagnostic) -> Option<Edit> {
    if !policy::may_be_allowed(one.rule) {
        return None;
    }
    let document = &postmortem.document;
    let source = &document.source;
    let span = one.finding.span;
    let block = document.blocks.iter().find(|block| {
        block.span.contains(span)
            && !matches!(block.kind, BlockKind::Html)
            && !document.body.range().is_empty()
    });
    match block {
        Some(block) => {
            let at = line_of(source, block.span.start).start;
            let text = format!(
                "<!-- aftersight: allow({}) because … -->{}",
                one.rule,
                line_end(source)
            );
            Some(Edit::insertion(at as usize, text, 0))
        }
        None => entry(postmortem, one.rule),
    }
}

/// One more entry of `allow:`.
fn entry(postmortem: &Postmortem, rule: &str) -> Option<Edit> {
    let front = &postmortem.document.front;
    let source = &postmortem.document.source;
    if !front.complete {
        return None;
    }
    let new = format!("{{ rule: {rule}, because: \"\" }}");
    let eol = line_end(source);
    let insert = |at: u32, text: String| Some(Edit::insertion(at as usize, text, 0));
    let entries = match front.tree.as_ref().map(|tree| &tree.value) {
        Some(Value::Mapping(entries)) => entries.as_slice(),
        _ => &[],
    };
    let there = entries.iter().find(|(key, _)| key.text() == Some("allow"));
    let Some((key, value)) = there else {
        return insert(front.span.end, format!("allow:{eol}  - {new}{eol}"));
    };
    match &value.value {
        _ if value.is_null() && source.slice(value.span).is_empty() => {
            let end = line_of(source, key.span.end).end;
            insert(end, format!("{eol}  - {new}"))
        }
        Value::Sequence(items) => match (items.last(), source.slice(value.span).starts_with('[')) {
            (None, _) => Some(Edit {
                span: value.span,
                text: format!("[{new}]"),
                order: 0,
            }),
            (Some(last), true) => insert(last.span.end, format!(", {new}")),
            (Some(last), false) => {
                let first = line_of(source, items.first()?.span.start);
                let dash = source.slice(first).split('-').next()?.to_string();
                let dash = if dash.trim().is_empty() {
                    dash
                } else {
                    "  ".into()
                };
                insert(end_of(source, last), format!("{eol}{dash}- {new}"))
            }
        },
        _ => None,
    }
}

/// The end of the last line of a node.
fn end_of(source: &Source, node: &Node) -> u32 {
    let text = source.slice(node.span).trim_end();
    let end = Span::new(node.span.start as usize + text.len(), 0).start;
    line_of(source, end).end
}

/// The line around a byte, without its end.
fn line_of(source: &Source, at: u32) -> Span {
    source.line(source.position(at).line as usize)
}

fn line_end(source: &Source) -> &'static str {
    if source.text().contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    }
}
