//! An action item that says what should be better, not what will be different.

use super::gap;
use super::sentence::{self, Sentence, Word};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, Column};
use crate::postmortem::choice::ActionType;
use crate::rules::{Check, Context, Group, Rule, Seed, language};

pub(super) static RULE: Rule = Rule {
    name: "vague-action",
    group: Group::Actions,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S3, Seed::Workbook],
    page: include_str!("vague_action.md"),
    check: Check::Postmortem(check),
};

/// Openings that name a wish.
const WISHES: &[&str] = &[
    "improve",
    "enhance",
    "ensure",
    "make sure",
    "look into",
    "look at",
    "look for",
    "think about",
    "consider",
    "reconsider",
    "try to",
    "try harder",
    "work on",
    "strengthen",
    "streamline",
    "optimise",
    "optimize",
    "discuss",
    "revisit",
    "raise awareness",
    "see if",
    "see whether",
    "find a way",
    "find ways",
    "do better",
    "do something",
    "pay attention",
    "pay more attention",
    "be careful",
    "be more",
    "take care",
    "take more care",
];

/// Openings that name work without its result; right for an item of type `investigate` that states one.
const INQUIRIES: &[&str] = &[
    "investigate",
    "audit",
    "analyse",
    "analyze",
    "assess",
    "evaluate",
    "examine",
    "explore",
    "research",
    "study",
    "understand",
    "find out",
    "figure out",
];

/// Verbs that need to say what is mended, and words that do not say it.
const MENDING: &[&str] = &[
    "fix", "solve", "resolve", "address", "handle", "mitigate", "prevent",
];
const NAMELESS: &[&str] = &[
    "issue",
    "issues",
    "problem",
    "problems",
    "incident",
    "outage",
    "it",
    "this",
    "that",
    "cause",
    "everything",
    "things",
];
const ARTICLES: &[&str] = &["the", "this", "that", "these", "such", "root", "underlying"];

/// What `make` may not lead to without a figure.
const COMPARATIVES: &[&str] = &[
    "better", "easier", "more", "less", "safer", "faster", "clearer",
];

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    for item in postmortem.actions.committed() {
        let (Some(text), Some(cell)) = (item.action.get(), item.action.span()) else {
            let message = format!("{} says nothing about what will be done", gap::name(item));
            let help = "write one sentence that begins with a verb";
            out.push(Finding::new(item.cell(Column::Action), message, help));
            continue;
        };
        let sentence = Sentence::read(text);
        let Some((words, help)) = opening(item, &sentence) else {
            continue;
        };
        if language::exhorts(postmortem, cell) {
            continue;
        }
        let phrase = sentence.slice(words);
        let message = format!(
            "`{phrase}` does not say what {} will change",
            gap::name(item)
        );
        let span = sentence::place(postmortem.source(), cell, phrase);
        out.push(Finding::new(span, message, help));
    }
}

/// The words that make an item vague, and the way out.
pub(super) fn opening(
    item: &ActionItem,
    sentence: &Sentence<'_>,
) -> Option<(std::ops::Range<usize>, &'static str)> {
    let any = |list: &[&str]| list.iter().find_map(|phrase| sentence.opens_with(phrase));
    if let Some(count) = any(INQUIRIES) {
        let typed = item.action_type.get() == Some(&ActionType::Investigate);
        let stated = item.done_when.get().is_some() || sentence.has_end();
        let help = "name the change that it should lead to; or set the type to `investigate` and say in `Done when` what will be known then";
        let fine = typed && stated || is_concrete(item, sentence);
        return (!fine).then(|| (sentence.opening(count), help));
    }
    let count = any(WISHES)
        .or_else(|| mends_nothing(sentence.rest()))
        .or_else(|| only_compares(sentence.rest()))?;
    let help = "name the thing that will be there afterwards, or the figure it will reach, as in `Alert when the lag of a replica exceeds 10 s`";
    (!is_concrete(item, sentence)).then(|| (sentence.opening(count), help))
}

/// Whether the wish comes with a figure, a means, an effect, or a check of the same thing.
fn is_concrete(item: &ActionItem, sentence: &Sentence<'_>) -> bool {
    let means = |pair: &[Word]| pair[0].text == "by" && pair[1].text.ends_with("ing");
    sentence.has_bound()
        || sentence.find("so that").is_some()
        || sentence.words.windows(2).any(means)
        || sentence::is_bounded_elsewhere(item, sentence)
}

/// `fix the issue`: the words up to the one that names nothing.
fn mends_nothing(words: &[Word]) -> Option<usize> {
    let is = |at: usize, list: &[&str]| {
        let word = words.get(at);
        word.is_some_and(|word| list.contains(&word.text.as_str()))
    };
    if !is(0, MENDING) {
        return None;
    }
    let object = (1..words.len()).find(|at| !is(*at, ARTICLES) || *at + 1 == words.len())?;
    is(object, NAMELESS).then_some(object + 1)
}

/// `make … better`: all words up to the comparison.
fn only_compares(words: &[Word]) -> Option<usize> {
    let make = words.first().is_some_and(|word| word.text == "make");
    let compares = |word: &Word| COMPARATIVES.contains(&word.text.as_str());
    let at = words.iter().take(8).position(compares)?;
    make.then_some(at + 1)
}
