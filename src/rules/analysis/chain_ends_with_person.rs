//! A search for causes that stops at somebody.

use std::ops::Range;

use super::shallow_whys;
use crate::diagnostic::{Finding, Level};
use crate::document::section::Section;
use crate::postmortem::Postmortem;
use crate::postmortem::section::{SectionKey, plain};
use crate::rules::language::{People, is_told, person_subject};
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "chain-ends-with-person",
    group: Group::Analysis,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S3, Seed::S4],
    page: include_str!("chain_ends_with_person.md"),
    check: Check::Postmortem(check),
};

const HELP: &str = "ask once more: what made that the sensible thing to do, what did they see at that moment, and what would have caught it?";

/// What may stand before the stated cause, in lower case.
const LABELS: &[&str] = &[
    "root cause:",
    "the root cause:",
    "cause:",
    "primary cause:",
    "root cause -",
    "root cause –",
    "root cause —",
    "the root cause was that",
    "the root cause is that",
    "the root cause was",
    "the root cause is",
    "root cause was that",
    "root cause was",
    "the cause was that",
    "the cause was",
    "the underlying cause was that",
];

/// What follows a person who is told about, but is not the answer: the sentence names what they were given.
const CONDITIONS: &[&str] = &[
    "had no",
    "has no",
    "have no",
    "had only",
    "has only",
    "had to",
    "has to",
    "have to",
    "must",
    "needs",
    "need",
    "needed",
    "could not",
    "couldn't",
    "could only",
    "cannot",
    "can",
    "can't",
    "may",
    "is able",
    "was able",
    "was not told",
    "was not shown",
    "was not given",
    "was not trained",
    "was not asked",
    "was never",
    "were never",
    "was told",
    "was given",
    "was shown",
    "was asked",
    "is asked",
    "is expected",
    "was expected",
    "are expected",
    "is not told",
    "is not shown",
    "is never",
    "gets",
    "sees",
    "saw",
    "receives",
    "received",
    "is paged",
    "was paged",
];

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let end = end(postmortem).filter(|end| end.is_marked || !is_told(postmortem, end.answer));
    out.extend(end.map(|end| Finding::new(end.person, end.message, HELP)));
}

/// Where a chain of whys, or the stated cause, ends with a person.
struct End {
    person: Span,
    /// The answer that holds the person.
    answer: Span,
    /// Whether it is the last why, or called the cause in so many words: then this rule speaks before those of language.
    is_marked: bool,
    message: String,
}

/// The answer that ends with a person, where there is one: what else reads as blame in it says the same.
pub(in crate::rules) fn answer(postmortem: &Postmortem) -> Option<Span> {
    end(postmortem)
        .filter(|end| end.is_marked)
        .map(|end| end.answer)
}

fn end(postmortem: &Postmortem) -> Option<End> {
    let people = People::of(postmortem);
    let ends_here = !shallow_whys::is_too_short(postmortem);
    if let Some(last) = postmortem.whys.last().filter(|_| ends_here)
        && let Some(person) = person_at_end(&last.value, &people)
    {
        let words = &last.value[person];
        return Some(End {
            person: place(postmortem, last.span, words),
            answer: last.span,
            is_marked: true,
            message: format!("the last why ends with `{words}`"),
        });
    }
    stated(postmortem, &people)
}

/// The person in the stated root cause.
fn stated(postmortem: &Postmortem, people: &People) -> Option<End> {
    for key in [SectionKey::Causes, SectionKey::Summary] {
        for section in postmortem.sections_of(key) {
            for passage in postmortem.passages_in(section.all.clone()) {
                let text = passage.prose();
                let alone = key == SectionKey::Causes && is_all(postmortem, section, passage.block);
                for sentence in sentences(text) {
                    let own = &text[sentence.clone()];
                    let (label, is_marked) = match after_label(own) {
                        Some(at) => (at, true),
                        None if alone && sentence == (0..text.len()) => (0, false),
                        None => continue,
                    };
                    if let Some(person) = person_at_end(&own[label..], people) {
                        let start = sentence.start + label;
                        let range = start + person.start..start + person.end;
                        let words = &text[range.clone()];
                        return Some(End {
                            person: passage.span(range),
                            answer: passage.span(sentence),
                            is_marked,
                            message: format!("the stated cause is what `{words}` did"),
                        });
                    }
                }
            }
        }
    }
    None
}

/// Whether a block is all that stands below a heading such as `Root cause`.
fn is_all(postmortem: &Postmortem, section: &Section, block: usize) -> bool {
    let alone = section.own == (block..block + 1);
    alone && postmortem.passages_in(section.own.clone()).len() == 1 && {
        let title = plain(&section.title);
        title.starts_with("root cause") || title.starts_with("cause")
    }
}

/// Where the cause begins behind `Root cause:` and the like.
fn after_label(sentence: &str) -> Option<usize> {
    // Hardly a sentence begins like any of them.
    let first = sentence.as_bytes().first()?.to_ascii_lowercase();
    if !matches!(first, b'r' | b't' | b'c' | b'p') {
        return None;
    }
    let longest = LABELS.iter().filter_map(|label| {
        let head = sentence.get(..label.len())?;
        head.eq_ignore_ascii_case(label).then_some(label.len())
    });
    longest.max()
}

/// The person that every sentence of an answer is about, as bytes of the text; none where one of them names anything
/// else, or goes on to a reason.
fn person_at_end(text: &str, people: &People) -> Option<Range<usize>> {
    let mut found = None;
    for sentence in sentences(text) {
        let own = &text[sentence.clone()];
        let reasons = ["because ", "since ", "as the ", "as no "].iter();
        let lower = own.to_ascii_lowercase();
        let from = reasons.filter_map(|word| {
            let at = lower.rfind(word)?;
            let skipped = if word.starts_with("as ") {
                3
            } else {
                word.len()
            };
            let begins = at == 0 || lower[..at].ends_with(' ');
            begins.then_some(at + skipped)
        });
        let start = from.max().unwrap_or(0);
        let person = person_subject(&own[start..], people)?;
        let after = own[start + person.end..].trim_start().to_lowercase();
        let starts = |words: &str| {
            let rest = after.strip_prefix(words);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        let owned = after.starts_with(['\'', '’']);
        if owned || CONDITIONS.iter().any(|words| starts(words)) {
            return None;
        }
        let base = sentence.start + start;
        found = found.or(Some(base + person.start..base + person.end));
    }
    found
}

/// The sentences of a text as bytes, without the space around them.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for at in memchr::memchr3_iter(b'.', b'!', b'?', text.as_bytes()) {
        let rest = &text[at + 1..];
        let next = rest.trim_start();
        if next.len() < rest.len() && next.starts_with(|c: char| !c.is_lowercase()) {
            ranges.push(start..at + 1);
            start = text.len() - next.len();
        }
    }
    let end = start + text[start..].trim_end().len();
    if start < end {
        ranges.push(start..end);
    }
    ranges
}

/// The bytes of some words in the place that shows them; all of it where markup stands in between.
fn place(postmortem: &Postmortem, span: Span, words: &str) -> Span {
    match postmortem.source().slice(span).rfind(words) {
        Some(at) => {
            let start = span.start as usize + at;
            Span::new(start, start + words.len())
        }
        None => span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_stops_at_a_person_ends_with_one() {
        let people = People::new(["Ada Example"].into_iter());
        let end = |text: &str| person_at_end(text, &people).map(|range| text[range].to_string());
        for (text, person) in [
            ("Because the engineer deleted it.", "the engineer"),
            (
                "The on-call engineer ran the script in production.",
                "The on-call engineer",
            ),
            ("@mbaker pasted the wrong name.", "@mbaker"),
            ("Ada forgot it. She was in a hurry.", "Ada"),
        ] {
            assert_eq!(end(text).as_deref(), Some(person), "{text}");
        }
        for text in [
            "The engineer deleted it because both prompts look alike.",
            "The engineer deleted it. Both prompts look alike.",
            "The reviewer had no way to see the generated file.",
            "The on-call engineer was not told of the freeze.",
            "We never made a test for it.",
            "The platform team owns both.",
            "No check compares the two lists.",
            "Operator error",
            "Human error.",
            "The engineers' runbook names the old host.",
            "Nobody owns the list.",
        ] {
            assert_eq!(end(text), None, "{text}");
        }
        assert_eq!(after_label("Root cause: it"), Some(11));
        assert_eq!(after_label("The root cause was that it"), Some(23));
        assert_eq!(after_label("Rooted"), None);
    }
}
