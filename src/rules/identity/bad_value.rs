//! A value that its field cannot hold.

use std::collections::BTreeSet;

use super::{catalogue, instant, problems, spelling};
use crate::diagnostic::{Finding, Level};
use crate::document::ProblemKind;
use crate::document::mapping::Field;
use crate::postmortem::choice::{Audience, Kind, Status, Template};
use crate::postmortem::{Front, Postmortem};
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::{Source, Span, Spanned};

pub(super) static RULE: Rule = Rule {
    name: "bad-value",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S2, Seed::S4],
    page: include_str!("bad_value.md"),
    check: Check::Postmortem(check),
};

/// Flaws of one list that are told; nobody mends more in one go.
const MOST: usize = 50;

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let front = &postmortem.front;
    let severities = &context.conventions.severities;
    for finding in problems::told(postmortem, ProblemKind::BadValue) {
        let (source, span) = (postmortem.source(), finding.span);
        if let Some(moment) = instant::rewritten(front, source, span) {
            let help = format!("write `{moment}`, the same moment as RFC 3339");
            out.push(Finding::new(span, finding.message, help).with_edit(span, moment));
            continue;
        }
        out.push(match respelt(front, severities, source, span) {
            Some(name) => finding.with_guess(span, name),
            None => finding,
        });
    }
    if let Field::Value(title) = &front.title {
        out.extend(title_flaw(title));
    }
    let lists = [
        ("authors", &front.authors),
        ("participants", &front.participants),
        ("services", &front.services),
        ("tags", &front.tags),
        ("causes", &front.causes),
        ("related", &front.related),
    ];
    for (key, list) in lists {
        out.extend(list_flaws(key, list.items()).take(MOST));
    }
    let tags: Vec<&str> = context
        .conventions
        .tags
        .iter()
        .map(String::as_str)
        .collect();
    catalogue::strangers(front.tags.items(), &tags, "tags", out);
}

/// The word that an unusable one is but for its spelling, in the fields that hold one word.
fn respelt(front: &Front, severities: &[String], source: &Source, span: Span) -> Option<String> {
    fn names<T>(all: &[(&'static str, T)]) -> Vec<&'static str> {
        all.iter().map(|(name, _)| *name).collect()
    }
    let fields = [
        (
            front.severity.span(),
            severities.iter().map(String::as_str).collect(),
        ),
        (front.status.span(), names(Status::ALL)),
        (front.kind.span(), names(Kind::ALL)),
        (front.template.span(), names(Template::ALL)),
        (front.audience.span(), names(Audience::ALL)),
    ];
    let (_, known) = fields.into_iter().find(|(place, _)| *place == Some(span))?;
    let written = source.slice(span).trim_matches(['"', '\'']);
    spelling::same(written, known.into_iter()).map(String::from)
}

fn title_flaw(title: &Spanned<String>) -> Option<Finding> {
    let message = match title.value.lines().count() {
        0 => "`title` is empty".to_string(),
        1 => return None,
        lines => format!("`title` has {lines} lines"),
    };
    let help = "write one line that says what happened to whom";
    Some(Finding::new(title.span, message, help))
}

fn list_flaws(key: &str, items: &[Spanned<String>]) -> impl Iterator<Item = Finding> {
    let mut seen = BTreeSet::new();
    items.iter().filter_map(move |item| {
        let name = item.value.as_str();
        if name.is_empty() {
            let message = format!("`{key}` holds an empty name");
            let help = "remove it, or write the name";
            return Some(Finding::new(item.span, message, help));
        }
        let twice = || {
            let message = format!("`{key}` names `{name}` twice");
            Finding::new(item.span, message, "keep one of them").at_most(Level::Warning)
        };
        (!seen.insert(name)).then(twice)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::postmortem::conventions::Conventions;

    #[test]
    fn configured_tags_are_the_only_ones() {
        let conventions = Conventions {
            tags: ["database", "deploy"].map(String::from).into(),
            ..Conventions::default()
        };
        let text = "---\ntags: [database, Deploy, datbase, other]\n---\n";
        let source = Arc::new(Source::new("a.md", text.into()));
        let postmortem = Postmortem::parse(source, &conventions);
        let context = Context::new(&conventions, jiff::Timestamp::UNIX_EPOCH);
        let mut found = Vec::new();
        check(&postmortem, &context, &mut found);
        let told: Vec<(&str, usize)> = found
            .iter()
            .map(|finding| (postmortem.source().slice(finding.span), finding.fix.len()))
            .collect();
        assert_eq!(told, [("Deploy", 1), ("datbase", 0), ("other", 0)]);
    }
}
