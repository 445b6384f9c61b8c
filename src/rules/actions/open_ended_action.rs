//! An action item that never ends.

use super::gap;
use super::sentence::{self, Sentence};
use super::vague_action;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed, language};

pub(super) static RULE: Rule = Rule {
    name: "open-ended-action",
    group: Group::Actions,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S3],
    page: include_str!("open_ended_action.md"),
    check: Check::Postmortem(check),
};

/// Openings that have no last day.
const OPENINGS: &[&str] = &[
    "continue",
    "ongoing",
    "monitor",
    "watch",
    "observe",
    "regularly",
    "periodically",
    "keep an eye",
    "keep track",
    "keep up",
    "stay",
];

/// Phrases that take away the last day wherever they stand.
const PHRASES: &[&str] = &[
    "on an ongoing basis",
    "on a regular basis",
    "on a continuous basis",
    "from now on",
    "going forward",
    "as needed",
    "when time permits",
    "as time permits",
];

/// Words that do so at the end of the sentence; elsewhere they may tell about the system.
const ENDINGS: &[&str] = &["regularly", "periodically", "continuously", "ongoing"];

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    for item in postmortem.actions.committed() {
        let (Some(text), Some(cell)) = (item.action.get(), item.action.span()) else {
            continue;
        };
        let sentence = Sentence::read(text);
        let Some(words) = endless(&sentence) else {
            continue;
        };
        if sentence.has_bound()
            || ["until", "so that"]
                .iter()
                .any(|end| sentence.find(end).is_some())
            || sentence::is_bounded_elsewhere(item, &sentence)
            || vague_action::opening(item, &sentence).is_some()
            || language::exhorts(postmortem, cell)
        {
            continue;
        }
        let phrase = sentence.slice(words);
        let message = format!("`{phrase}` gives {} no end", gap::name(item));
        let help = "name what will be set up, and by when, as in `Alert when …`; habits belong into a runbook or a schedule";
        let span = sentence::place(postmortem.source(), cell, phrase);
        out.push(Finding::new(span, message, help));
    }
}

/// The words that take the end away.
fn endless(sentence: &Sentence<'_>) -> Option<std::ops::Range<usize>> {
    let opened = OPENINGS
        .iter()
        .find_map(|phrase| sentence.opens_with(phrase));
    let keeps = || match sentence.rest() {
        [keep, second, ..] if keep.text == "keep" && second.text.ends_with("ing") => Some(2),
        _ => None,
    };
    if let Some(count) = opened.or_else(keeps) {
        return Some(sentence.opening(count));
    }
    let last = sentence.words.len().checked_sub(1)?;
    PHRASES
        .iter()
        .find_map(|phrase| sentence.find(phrase))
        .or_else(|| {
            let ends = ENDINGS.contains(&sentence.words[last].text.as_str());
            ends.then_some(last..last + 1)
        })
}
