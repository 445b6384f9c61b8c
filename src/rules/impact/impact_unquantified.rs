//! An impact without a figure.

use super::figure;
use super::token::{Token, sentences, tokens};
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::{Field, Known};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::{Extent, Kind};
use crate::postmortem::impact::Impact;
use crate::postmortem::section::SectionKey;
use crate::rules::sections::{Says, is_leftover, says};
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "impact-unquantified",
    group: Group::Impact,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S4],
    page: include_str!("impact_unquantified.md"),
    check: Check::Postmortem(check),
};

/// Silent without a section that says something: whether one is needed is for other rules.
fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let impact = &postmortem.front.impact;
    let spared = postmortem.kind() == Kind::NearMiss
        || impact.extent.known() == Some(&Extent::None)
        || impact.has_figure()
        || is_admitted(impact);
    if spared {
        return;
    }
    let document = &postmortem.document;
    let sections = postmortem.sections_of(SectionKey::Impact);
    let telling = sections.filter(|section| says(document, section) == Says::Something);
    let mut first = None;
    for section in telling {
        for passage in postmortem.passages_in(section.all.clone()) {
            let found: Vec<Token> = tokens(passage.prose());
            if figure::is_in(&found) || figure::is_unknown(&found) || is_leftover(passage.prose()) {
                return;
            }
            if first.is_none() && !passage.heading && !found.is_empty() {
                let end = sentences(&found).first().map_or(0, |sentence| sentence.end);
                let last = end.checked_sub(1).map_or(0, |last| found[last].range.end);
                first = Some(passage.span(found[0].range.start..last));
            }
        }
    }
    let Some(span) = first else { return };
    out.push(Finding::new(
        span,
        "no figure says how large the impact was",
        "add what can be counted: people or requests affected, their share, how long, money lost, tickets; or set `impact.users` to `unknown` if nobody can know",
    ));
}

/// Whether somebody looked for a count of people and says that it is lost.
fn is_admitted(impact: &Impact) -> bool {
    fn unknown<T>(field: &Field<Known<T>>) -> bool {
        matches!(field.get(), Some(Known::Unknown))
    }
    unknown(&impact.users) || unknown(&impact.users_percent)
}
