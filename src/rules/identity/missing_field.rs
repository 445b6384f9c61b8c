//! A key of the front matter that must be there and is not.

use crate::diagnostic::{Finding, Level};
use crate::document::ProblemKind;
use crate::document::mapping::{enumerate, nearest};
use crate::document::yaml::{Node, Value};
use crate::postmortem::choice::{Extent, Status};
use crate::postmortem::conventions::Conventions;
use crate::postmortem::{Postmortem, id};
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "missing-field",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S2, Seed::S4],
    page: include_str!("missing_field.md"),
    check: Check::Postmortem(check),
};

/// The keys asked for from the first draft on.
const ALWAYS: usize = 4;

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let root = postmortem.document.front.tree.as_ref();
    if !postmortem.readable || root.is_some_and(|root| entries(root).is_none()) {
        return;
    }
    let front = &postmortem.front;
    let services = &front.services;
    let asked = [
        ("", "id", front.id.is_missing()),
        ("", "title", front.title.is_missing()),
        ("", "severity", front.severity.is_missing()),
        ("", "owner", front.owners.is_missing()),
        ("", "services", services.is_missing()),
        ("incident", "started", front.incident.started.is_missing()),
        ("incident", "detected", front.incident.detected.is_missing()),
        ("incident", "resolved", front.incident.resolved.is_missing()),
        ("impact", "extent", front.impact.extent.is_missing()),
    ];
    let needs = match postmortem.status() {
        Status::Draft => None,
        Status::InReview => Some("a postmortem in review"),
        Status::Final => Some("a final postmortem"),
    };
    let asked = match needs {
        None => &asked[..ALWAYS],
        Some(_) => &asked[..],
    };
    let said = |index| {
        let needs = needs.filter(|_| index >= ALWAYS);
        needs.map_or(String::new(), |needs| format!(", which {needs} needs"))
    };
    for (index, (parent, key, missing)) in asked.iter().enumerate() {
        if !missing {
            continue;
        }
        let place = Place::of(postmortem, root, parent);
        if place.unusable || place.misspelt(postmortem, key) {
            continue;
        }
        let name = format!("{parent}.{key}");
        let message = format!(
            "`{}` is missing{}",
            name.trim_start_matches('.'),
            said(index)
        );
        let (line, advice) = line(key, context);
        let below = match (*parent, place.written) {
            ("", _) => format!("add a line `{line}`"),
            (parent, true) => format!("add a line `{line}` below `{parent}:`"),
            (parent, false) => format!("add `{parent}:` and below it, indented, `{line}`"),
        };
        out.push(Finding::new(place.span, message, below + &advice));
    }
    // A list of which every item was unusable was told as such.
    if needs.is_some()
        && let Some(span) = services.span()
        && services.get().is_some_and(Vec::is_empty)
        && !postmortem
            .problems
            .iter()
            .any(|problem| span.contains(problem.span))
    {
        let needs = needs.unwrap_or_default();
        let message = format!("`services` is empty, and {needs} names at least one");
        let (line, advice) = line("services", context);
        out.push(Finding::new(
            span,
            message,
            format!("write `{line}`{advice}"),
        ));
    }
}

/// Where a key would stand.
struct Place<'a> {
    /// Where to point: the key of the mapping, or the fence.
    span: Span,
    /// What the mapping holds.
    entries: &'a [(Node, Node)],
    /// Whether the mapping has its key.
    written: bool,
    /// Whether something else stands there, which was told as such.
    unusable: bool,
}

impl<'a> Place<'a> {
    fn of(postmortem: &Postmortem, root: Option<&'a Node>, parent: &str) -> Self {
        let top = root.and_then(entries).unwrap_or_default();
        let fence = Self {
            span: postmortem.fence(),
            entries: top,
            written: false,
            unusable: false,
        };
        if parent.is_empty() {
            return fence;
        }
        match top.iter().find(|(key, _)| key.text() == Some(parent)) {
            None => Self {
                entries: &[],
                ..fence
            },
            Some((key, value)) => Self {
                span: key.span,
                entries: entries(value).unwrap_or_default(),
                written: true,
                unusable: entries(value).is_none(),
            },
        }
    }

    /// Whether an unknown key here was most likely meant: then `unknown-field` says so.
    fn misspelt(&self, postmortem: &Postmortem, wanted: &str) -> bool {
        let unknown = |key: &Node| {
            postmortem.problems.iter().any(|problem| {
                problem.kind == ProblemKind::UnknownField && problem.span == key.span
            })
        };
        self.entries.iter().any(|(key, _)| {
            unknown(key)
                && key
                    .text()
                    .is_some_and(|text| nearest(text, [wanted].into_iter()).is_some())
        })
    }
}

/// The keys and values of a mapping or of nothing; `None` for anything else.
fn entries(node: &Node) -> Option<&[(Node, Node)]> {
    match &node.value {
        Value::Mapping(entries) => Some(entries),
        _ => node.is_null().then_some(&[]),
    }
}

/// The line to add, and what else there is to know.
fn line(key: &str, context: &Context<'_>) -> (String, String) {
    let conventions: &Conventions = context.conventions;
    let (value, advice) = match key {
        "id" => {
            let pattern = conventions.id_pattern.as_deref();
            let year = context.now.to_zoned(jiff::tz::TimeZone::UTC).year();
            let year = u16::try_from(year).unwrap_or_default();
            let example = id::write(pattern.unwrap_or(id::DEFAULT_PATTERN), year, 14);
            (example, ", with a number that is free".into())
        }
        "title" => (
            "Checkout refused orders for 55 minutes".into(),
            " that says what happened to whom".into(),
        ),
        "severity" => {
            let names: Vec<&str> = conventions.severities.iter().map(String::as_str).collect();
            let first = names.get(1).or(names.first()).copied();
            let advice = format!("; the severities are {}", enumerate(&names));
            (first.unwrap_or("sev2").into(), advice)
        }
        "owner" => (
            "\"@org/team\"".into(),
            ", with the one user, team or address that answers for it".into(),
        ),
        "services" => {
            let names: Vec<&str> = conventions.services.keys().map(String::as_str).collect();
            let first = names.first().copied().unwrap_or("checkout");
            let advice = match names.len() {
                0 => String::new(),
                _ => format!("; the catalogue holds {}", enumerate(&names)),
            };
            (format!("[{first}]"), advice)
        }
        "extent" => {
            let names: Vec<&str> = Extent::ALL.iter().map(|(name, _)| *name).collect();
            let advice = format!(
                "; possible are {} and `unknown`",
                names
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            );
            ("degraded".into(), advice)
        }
        _ => (
            "2026-10-10T14:23:00Z".into(),
            format!(", or `{key}: unknown` if nobody can tell any more"),
        ),
    };
    (format!("{key}: {value}"), advice)
}
