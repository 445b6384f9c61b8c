//! The order of the front matter's keys.
//!
//! Owns the order and the moving of whole lines: a key goes with its value, the comments and empty lines above it, and the
//! comments behind it. Where that might change what the YAML says, everything stays.

use crate::document::yaml::{Node, Value};
use crate::postmortem::Postmortem;
use crate::source::{Source, Span};

/// The top keys, in the order in which they are to stand.
const TOP: &[&str] = &[
    "id",
    "title",
    "kind",
    "template",
    "status",
    "severity",
    "owner",
    "authors",
    "participants",
    "services",
    "tags",
    "causes",
    "incident",
    "detected_by",
    "meeting",
    "impact",
    "third_party",
    "related",
    "recurrence_of",
    "audience",
    "allow",
    "imported",
];
/// The same for the keys that hold keys.
const NESTED: &[(&str, &[&str])] = &[
    (
        "incident",
        &[
            "started",
            "detected",
            "acknowledged",
            "identified",
            "mitigated",
            "resolved",
        ],
    ),
    (
        "impact",
        &[
            "extent",
            "users",
            "users_percent",
            "revenue",
            "support_tickets",
            "sla_breached",
            "data_loss",
        ],
    ),
    ("third_party", &["name", "expectation"]),
];

/// The whole text with the keys in order. `None` where they are, or where they cannot be moved.
pub(super) fn arrange(postmortem: &Postmortem) -> Option<String> {
    let front = &postmortem.document.front;
    let source = postmortem.source();
    let clean = |span: Span| !front.span.contains(span);
    let problems = &postmortem.problems;
    if !postmortem.readable || !problems.iter().all(|problem| clean(problem.span)) {
        return None;
    }
    let tree = front.tree.as_ref()?;
    let entries = block(source, tree)?;
    if has_alias(source, tree) {
        return None;
    }
    let mut moved = Vec::new();
    for (name, order) in NESTED {
        let entry = entries.iter().find(|(key, _)| key.text() == Some(name));
        let Some((key, value)) = entry else {
            continue;
        };
        let line = source.position(key.span.start).line as usize;
        let last = source.position(value.span.end).line as usize;
        let comment = |line: &usize| {
            let text = source.slice(source.line(*line));
            text.starts_with(' ') && text.trim_start().starts_with('#')
        };
        let comments = (last + 1..).take_while(comment).count();
        let region = Span::new(
            source.line_start(line + 1),
            source.line_start(last + comments + 1),
        );
        let inner =
            block(source, value).and_then(|inner| arranged(source, inner, region, order, &[]));
        moved.extend(inner.map(|text| (region, text)));
    }
    let inside = arranged(source, entries, front.span, TOP, &moved)
        .or_else(|| (!moved.is_empty()).then(|| written(source, front.span, &moved)))?;
    let text = source.text();
    let (before, after) = (
        &text[..front.span.range().start],
        &text[front.span.range().end..],
    );
    Some(format!("{before}{inside}{after}"))
}

/// Whether two front matters say the same, whatever the order of their keys.
pub(super) fn same(a: &Postmortem, b: &Postmortem) -> bool {
    let trees = (&a.document.front.tree, &b.document.front.tree);
    a.readable == b.readable
        && match trees {
            (Some(a), Some(b)) => same_node(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
}

fn same_node(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (
            Value::Scalar { text, plain },
            Value::Scalar {
                text: other,
                plain: also,
            },
        ) => text == other && plain == also,
        (Value::Sequence(a), Value::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_node(a, b))
        }
        (Value::Mapping(a), Value::Mapping(b)) => {
            let find = |key: &Node| b.iter().find(|(other, _)| same_node(key, other));
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| find(key).is_some_and(|(_, other)| same_node(value, other)))
        }
        _ => false,
    }
}

/// The entries of a mapping that is not written in braces.
fn block<'a>(source: &Source, node: &'a Node) -> Option<&'a [(Node, Node)]> {
    match &node.value {
        Value::Mapping(entries) if !source.slice(node.span).starts_with(['{', '*']) => {
            Some(entries)
        }
        _ => None,
    }
}

/// Whether a value stands for another one: then it has to stay below it.
fn has_alias(source: &Source, node: &Node) -> bool {
    let own = source.slice(node.span).starts_with('*');
    own || match &node.value {
        Value::Scalar { .. } => false,
        Value::Sequence(items) => items.iter().any(|item| has_alias(source, item)),
        Value::Mapping(entries) => entries
            .iter()
            .any(|(key, value)| has_alias(source, key) || has_alias(source, value)),
    }
}

/// The lines of a mapping at `region` in order, with the parts in `moved` replaced.
fn arranged(
    source: &Source,
    entries: &[(Node, Node)],
    region: Span,
    order: &[&str],
    moved: &[(Span, String)],
) -> Option<String> {
    let rank = |key: &Node| {
        let name = key.text()?;
        Some(
            order
                .iter()
                .position(|known| *known == name)
                .unwrap_or(order.len()),
        )
    };
    let ranks: Vec<usize> = entries
        .iter()
        .map(|(key, _)| rank(key))
        .collect::<Option<_>>()?;
    if ranks.is_sorted() {
        return None;
    }
    let parts = parts(source, entries, region)?;
    let mut ranked: Vec<(usize, Span)> = ranks.into_iter().zip(parts.iter().copied()).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let lead = Span {
        start: region.start,
        end: parts.first()?.start,
    };
    let tail = Span {
        start: parts.last()?.end,
        end: region.end,
    };
    let all = [lead]
        .into_iter()
        .chain(ranked.into_iter().map(|(_, part)| part))
        .chain([tail]);
    Some(all.map(|span| written(source, span, moved)).collect())
}

fn written(source: &Source, span: Span, moved: &[(Span, String)]) -> String {
    let mut text = String::new();
    let mut at = span.start;
    for (old, new) in moved.iter().filter(|(old, _)| span.contains(*old)) {
        text += source.slice(Span {
            start: at,
            end: old.start,
        });
        text += new;
        at = old.end;
    }
    text + source.slice(Span {
        start: at,
        end: span.end,
    })
}

/// The whole lines that belong to each entry, one after the other. `None` where an entry has no lines of its own.
fn parts(source: &Source, entries: &[(Node, Node)], region: Span) -> Option<Vec<Span>> {
    let line_of = |at: u32| source.position(at).line as usize;
    let indent = |(key, _): &(Node, Node)| {
        let start = source.line_start(line_of(key.span.start));
        let before = source.slice(Span::new(start, key.span.range().start));
        before.chars().all(|c| c == ' ').then_some(before.len())
    };
    let depth = indent(entries.first()?)?;
    let mut starts = Vec::new();
    let mut ends = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let (key, value) = entry;
        if indent(entry)? != depth {
            return None;
        }
        let next = entries
            .get(index + 1)
            .map_or(region.end, |(key, _)| key.span.start);
        let end = match value.span.end {
            end if end <= next && !value.is_null() => end.max(key.span.end),
            _ => key.span.end,
        };
        starts.push(line_of(key.span.start));
        // The end of a span lies behind its last character.
        ends.push(line_of(end.max(1) - 1) + 1);
    }
    let last = line_of(region.end);
    let mut cuts = vec![lead(source, line_of(region.start), *starts.first()?)];
    for (index, end) in ends.iter().enumerate() {
        let next = starts.get(index + 1).copied().unwrap_or(last);
        cuts.push(behind(source, *end..next, depth)?);
    }
    let lines = cuts
        .windows(2)
        .map(|cut| Span::new(source.line_start(cut[0]), source.line_start(cut[1])));
    let parts: Vec<Span> = lines.collect();
    let whole = |span: &Span| source.slice(*span).ends_with('\n') && region.contains(*span);
    parts.iter().all(whole).then_some(parts)
}

/// The first line that belongs to the first key: comments right above it do, but not what stands above an empty line, nor a
/// line that speaks to an editor.
fn lead(source: &Source, from: usize, key: usize) -> usize {
    let stays = |line: &usize| {
        let text = source.slice(source.line(*line));
        !text.trim_start().starts_with('#') || text.contains("yaml-language-server")
    };
    (from..key).rev().find(stays).map_or(from, |line| line + 1)
}

/// The line at which what belongs to the entry above ends: behind the comments that are indented below it. `None` where
/// there is anything but comments and empty lines.
fn behind(source: &Source, lines: std::ops::Range<usize>, depth: usize) -> Option<usize> {
    let mut end = lines.start;
    if lines.start > lines.end {
        return None;
    }
    for line in lines {
        let text = source.slice(source.line(line));
        let bare = text.trim_start();
        if !bare.is_empty() && !bare.starts_with('#') {
            return None;
        }
        if !bare.is_empty() && text.len() - bare.len() > depth {
            end = line + 1;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::postmortem::conventions::Conventions;

    fn read(front: &str) -> Postmortem {
        let source = Source::new("a.md", format!("---\n{front}---\n"));
        Postmortem::parse(Arc::new(source), &Conventions::default())
    }

    fn arranged(front: &str) -> Option<String> {
        let postmortem = read(front);
        let text = arrange(&postmortem)?;
        let inside = text.strip_prefix("---\n")?.strip_suffix("---\n")?;
        assert!(same(&postmortem, &read(inside)), "{text}");
        assert_eq!(arrange(&read(inside)), None, "{text}");
        Some(inside.to_string())
    }

    #[test]
    fn lines_travel_with_their_key() {
        let cases = [
            ("title: b\nid: a\n", "id: a\ntitle: b\n"),
            (
                "# head\n\n# of title\ntitle: >-\n  x\n  # no comment\n\n# of id\nid: a # here\n# end\n",
                "# head\n\n\n# of id\nid: a # here\n# of title\ntitle: >-\n  x\n  # no comment\n# end\n",
            ),
            (
                "# yaml-language-server: $schema=x\ntags:\n- a\nid: a\n",
                "# yaml-language-server: $schema=x\nid: a\ntags:\n- a\n",
            ),
            (
                "incident:\n  # end\n  resolved: unknown\n  started: unknown\n    # behind\n  # last\nid: a\n",
                "id: a\nincident:\n  started: unknown\n    # behind\n  # end\n  resolved: unknown\n  # last\n",
            ),
            (
                "tags: [a,\n  b]\nmeeting:\n# of id\nid: \"a\"\n",
                "# of id\nid: \"a\"\ntags: [a,\n  b]\nmeeting:\n",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(arranged(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_might_change_stays() {
        for text in [
            "id: a\ntitle: b\n",
            "{ title: b, id: a }\n",
            "tags: &a [x]\nservices: *a\n",
            "title: b\nid: a\nid: c\n",
            "title: b\nid: a\nunknown_key: c\n",
            "? title\n: b\nid: a\n",
            "title: [\nid: a\n",
            "impact: { users: 1, extent: none }\n",
            "",
        ] {
            assert_eq!(arrange(&read(text)), None, "{text}");
        }
    }

    #[test]
    fn every_known_key_has_its_place() {
        let known = |front: &str| -> Vec<String> {
            let postmortem = read(front);
            let help = postmortem.problems.iter().find_map(|problem| {
                problem
                    .help
                    .strip_prefix("remove the key; known here are ")
                    .map(String::from)
            });
            let help = help.unwrap_or_default();
            help.split('`')
                .skip(1)
                .step_by(2)
                .map(String::from)
                .collect()
        };
        assert_eq!(known("zzzz: 1\n"), TOP);
        for (name, keys) in NESTED {
            assert_eq!(&known(&format!("{name}:\n  zzzz: 1\n")), keys);
        }
    }
}
