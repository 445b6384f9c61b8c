//! An action item that names a thing and nothing to do.

use super::gap;
use super::sentence::{Sentence, Word, place};
use super::vague_action;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed, language};

pub(super) static RULE: Rule = Rule {
    name: "action-without-verb",
    group: Group::Actions,
    level: Level::Note,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S3],
    page: include_str!("action_without_verb.md"),
    check: Check::Postmortem(check),
};

/// First words after which a thing follows; whether something is said about it, the rest tells.
const BEFORE_THINGS: &[&str] = &[
    "a", "an", "the", "this", "that", "these", "those", "our", "your", "their", "its", "some",
    "another", "two", "three", "four", "five",
];

/// First words of a wish for a thing.
const BEFORE_WISHES: &[&str] = &[
    "better",
    "more",
    "fewer",
    "additional",
    "extra",
    "further",
    "improved",
    "new",
    "missing",
    "stronger",
    "stricter",
];

/// First words that are things themselves, never verbs.
const THINGS: &[&str] = &[
    "alerting",
    "alerts",
    "automation",
    "dashboard",
    "dashboards",
    "documentation",
    "monitoring",
    "runbook",
    "runbooks",
    "tests",
    "training",
];

/// First words that speak of people where the action should stand.
const PEOPLE: &[&str] = &[
    "i",
    "we",
    "you",
    "he",
    "she",
    "they",
    "everyone",
    "everybody",
    "someone",
];

/// Words that show that the sentence has a verb further on.
const VERBS: &[&str] = &[
    "must", "should", "shall", "will", "would", "can", "cannot", "may", "be", "is", "are", "was",
    "has", "have", "do", "does", "need", "get", "go", "run", "stop", "stay", "keep", "not",
];

/// Words that end the name of a thing.
const PREPOSITIONS: &[&str] = &[
    "for", "of", "on", "in", "to", "with", "at", "from", "about", "between", "per", "against",
    "around", "and",
];

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    for item in postmortem.actions.committed() {
        let (Some(text), Some(cell)) = (item.action.get(), item.action.span()) else {
            continue;
        };
        let sentence = Sentence::read(text);
        if !is_only_a_thing(&sentence.words)
            || vague_action::opening(item, &sentence).is_some()
            || language::exhorts(postmortem, cell)
        {
            continue;
        }
        let message = format!("{} begins with no verb", gap::name(item));
        let help =
            "begin with what will be done, as in `Add …`, or with the system and what it will do";
        let span = place(postmortem.source(), cell, sentence.slice(0..1));
        out.push(Finding::new(span, message, help));
    }
}

/// Whether the words are clearly no sentence with a verb.
fn is_only_a_thing(words: &[Word]) -> bool {
    let [first, rest @ ..] = words else {
        return false;
    };
    let first = first.text.as_str();
    let numeral = first.chars().all(|c| c.is_ascii_digit());
    if PEOPLE.contains(&first) {
        return true;
    }
    let thing = THINGS.contains(&first);
    // `More closely watch …` has its verb third.
    let adverb = rest.first().is_some_and(|word| word.text.ends_with("ly"));
    let wish = BEFORE_WISHES.contains(&first) && !adverb;
    let (head, things) = match rest {
        _ if thing => (first, rest),
        [head, things @ ..] if wish || numeral || BEFORE_THINGS.contains(&first) => {
            (head.text.as_str(), things)
        }
        _ => return false,
    };
    // After several things a bare verb may follow (`new instances start …`), after one thing only another noun.
    let most = usize::from(!head.ends_with('s'));
    let joins = |word: &Word| PREPOSITIONS.contains(&word.text.as_str());
    let between = things.iter().take_while(|word| !joins(word));
    // Of a wish the last word is a plural sooner than a verb: `more tests`, `documentation for the jobs`.
    let plural = |at: usize| {
        (thing || wish) && things[at].text.ends_with('s') && things.get(at + 1).is_none_or(joins)
    };
    let mut words = things.iter().enumerate();
    between.count() <= most && !words.any(|(at, word)| may_be_a_verb(word) && !plural(at))
}

/// `rejects`, `rejected`, `should`: with these a system may be the subject.
fn may_be_a_verb(word: &Word) -> bool {
    let text = word.text.as_str();
    VERBS.contains(&text)
        || text.ends_with("ed")
        || text.ends_with('s') && !text.ends_with("ss") && !text.ends_with("us")
}
