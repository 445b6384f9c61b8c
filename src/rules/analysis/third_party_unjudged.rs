//! Somebody else's failure, and what may be expected of them is not said.

use crate::diagnostic::{Finding, Level};
use crate::document::mapping::Field;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::{Expectation, Kind};
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "third-party-unjudged",
    group: Group::Analysis,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1],
    page: include_str!("third_party_unjudged.md"),
    check: Check::Postmortem(check),
};

/// What an item speaks of that settles what to expect, or does without it; as beginnings of words.
const SETTLING: &[&str] = &[
    "agree",
    "expect",
    "contract",
    "sla",
    "slo",
    "promise",
    "guarantee",
    "commit",
    "negotiat",
    "terms",
    "objective",
    "provider",
    "vendor",
    "supplier",
    "carrier",
    "third",
    "partner",
    "upstream",
    "fallback",
    "fail-over",
    "failover",
    "alternative",
    "resilien",
    "redundan",
    "independ",
    "without",
];

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    if postmortem.kind() != Kind::ThirdParty {
        return;
    }
    let third_party = &postmortem.front.third_party;
    match &third_party.expectation {
        Field::Missing => {
            let span = third_party.span.or_else(|| postmortem.front.kind.span());
            out.push(Finding::new(
                span.unwrap_or_default(),
                "nothing says whether the third party did what was expected of it",
                "set `third_party.expectation`: `violated` (agree on their analysis, or expect less), `met` (our service has to stand it) or `undefined` (settle it, and let the teams know)",
            ));
        }
        Field::Value(found) if found.value == Expectation::Undefined && !is_settled(postmortem) => {
            out.push(Finding::new(
                found.span,
                "nobody had said what to expect of the third party, and no action item will",
                "add an item that settles it with them, or one that makes the service stand what they do not promise",
            ));
        }
        // What cannot be read is told by bad-value.
        _ => {}
    }
}

/// Whether an item follows from it; where there is none at all, another rule says so.
fn is_settled(postmortem: &Postmortem) -> bool {
    let name = postmortem.front.third_party.name.get();
    let name = name.map(|name| name.to_lowercase()).unwrap_or_default();
    let name = name.split_whitespace().next().unwrap_or_default();
    let mut items = postmortem.actions.committed().peekable();
    if items.peek().is_none() {
        return true;
    }
    items.any(|item| {
        let texts = [item.action.get(), item.done_when.get()];
        let mut texts = texts.into_iter().flatten().map(|text| text.to_lowercase());
        texts.any(|text| {
            let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '-'));
            let settles = |word: &str| SETTLING.iter().any(|stem| word.starts_with(stem));
            !name.is_empty() && text.contains(name) || words.any(settles)
        })
    })
}
