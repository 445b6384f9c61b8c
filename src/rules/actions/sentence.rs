//! The sentence of an action item, word by word: how it opens and whether it says when it is done.

use crate::postmortem::action::ActionItem;
use crate::source::{Source, Span};

/// Words before the verb that change nothing about it.
const LEADS: &[&str] = &[
    "we", "will", "should", "must", "need", "needs", "to", "please", "have", "let's", "lets",
    "also", "someone", "somebody",
];

/// Things that are there or not, so that anyone can look.
const ARTEFACTS: &[&str] = &[
    "alarm",
    "alert",
    "canary",
    "check",
    "checklist",
    "dashboard",
    "drill",
    "gate",
    "page",
    "playbook",
    "probe",
    "runbook",
    "template",
    "test",
];

/// Words that bound a sentence or name the case in which it must hold.
const CONDITIONS: &[&str] = &[
    "all", "before", "each", "every", "if", "none", "unless", "until", "when", "whenever",
    "within", "without",
];

/// Verbs after which something is gone, so that anyone can look.
const REMOVALS: &[&str] = &[
    "decommission",
    "delete",
    "disable",
    "remove",
    "retire",
    "revoke",
    "uninstall",
];

/// Number words; "one" is as often no number.
const NUMBERS: &[&str] = &[
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "zero",
    "half", "twice",
];

/// Words before a figure that make it a limit.
const LIMITS: &[&str] = &[
    "to", "below", "under", "above", "over", "within", "least", "most", "than", "every", "for",
];

/// Words after a figure that make it a measure.
const UNITS: &[&str] = &[
    "%", "percent", "ms", "s", "seconds", "second", "minutes", "minute", "hours", "hour", "days",
    "day", "weeks", "week", "month", "months", "kb", "mb", "gb", "tb", "requests", "times",
];

/// Words that say nothing about what a text is about.
const COMMON: &[&str] = &[
    "about", "after", "again", "been", "does", "every", "from", "have", "into", "more", "only",
    "over", "same", "shows", "such", "than", "that", "their", "them", "then", "there", "these",
    "they", "this", "when", "where", "which", "will", "with", "without",
];

/// One word, in lower case, with its place in the text; a `:` that ends it is remembered.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    start: usize,
    end: usize,
    label: bool,
}

/// A text in words.
#[derive(Clone, Debug)]
pub(super) struct Sentence<'a> {
    text: &'a str,
    pub(super) words: Vec<Word>,
    /// The first word after the leads and a label such as `Detection:`.
    verb: usize,
}

impl<'a> Sentence<'a> {
    /// Reads a text.
    pub(super) fn read(text: &'a str) -> Self {
        let inner = |c: char| c.is_alphanumeric() || matches!(c, '%' | '<' | '>' | '≥' | '≤' | '~');
        let mut words: Vec<Word> = Vec::new();
        for part in text.split_whitespace() {
            let at = part.as_ptr() as usize - text.as_ptr() as usize;
            let trimmed = part.trim_matches(|c| !inner(c));
            if trimmed.is_empty() {
                continue;
            }
            let start = at + (trimmed.as_ptr() as usize - part.as_ptr() as usize);
            words.push(Word {
                text: match trimmed.is_ascii() {
                    true => trimmed.to_ascii_lowercase(),
                    false => trimmed.to_lowercase().replace('’', "'"),
                },
                start,
                end: start + trimmed.len(),
                label: part.ends_with(':'),
            });
        }
        let label = usize::from(words.first().is_some_and(|word| word.label));
        let leads = words[label..].iter();
        let leads = leads.take_while(|word| LEADS.contains(&word.text.as_str()));
        let verb = label + leads.count();
        Self { text, words, verb }
    }

    /// The words from the verb on.
    pub(super) fn rest(&self) -> &[Word] {
        &self.words[self.verb..]
    }

    /// Whether the text goes on with `phrase` from the verb on; then how many words that is.
    pub(super) fn opens_with(&self, phrase: &str) -> Option<usize> {
        starts_with(self.rest(), phrase)
    }

    /// Where `phrase` stands, in words.
    pub(super) fn find(&self, phrase: &str) -> Option<std::ops::Range<usize>> {
        let found = |at: usize| starts_with(&self.words[at..], phrase).map(|count| at..at + count);
        (0..self.words.len()).find_map(found)
    }

    /// The words of the opening that `opens_with` counted.
    pub(super) fn opening(&self, count: usize) -> std::ops::Range<usize> {
        self.verb..self.verb + count
    }

    /// The text of some words, as written.
    pub(super) fn slice(&self, words: std::ops::Range<usize>) -> &'a str {
        match self.words.get(words) {
            Some([first, .., last]) => &self.text[first.start..last.end],
            Some([only]) => &self.text[only.start..only.end],
            _ => self.text,
        }
    }

    /// Whether anyone could tell that it is done: a figure, a thing to look at, a condition.
    pub(super) fn has_end(&self) -> bool {
        let removes = |word: &Word| REMOVALS.contains(&word.text.as_str());
        let ends = |(at, word): (usize, &Word)| {
            let singular = word.text.strip_suffix('s').unwrap_or(&word.text);
            let thing = |part: &str| ARTEFACTS.contains(&part);
            let artefact = thing(singular) || singular.rsplit(['-', '/']).next().is_some_and(thing);
            is_figure(&word.text)
                || CONDITIONS.contains(&word.text.as_str())
                || artefact && (at > self.verb || singular == "alert")
        };
        self.rest().first().is_some_and(removes)
            || ["turn off", "switch off"]
                .iter()
                .any(|off| self.opens_with(off).is_some())
            || ["so that", "no longer", "at least", "at most"]
                .iter()
                .any(|end| self.find(end).is_some())
            || self.words.iter().enumerate().any(ends)
    }

    /// Whether a figure bounds it: `to 200 ms`, `below 5`, `30 days`; not `of 3 services`.
    pub(super) fn has_bound(&self) -> bool {
        self.words.iter().enumerate().any(|(at, word)| {
            let near = |at: Option<usize>, list: &[&str]| {
                let word = at.and_then(|at| self.words.get(at));
                word.is_some_and(|word| list.contains(&word.text.as_str()))
            };
            is_figure(&word.text)
                && (word.text.contains(['%', '<', '>', '≥', '≤'])
                    || near(at.checked_sub(1), LIMITS)
                    || near(Some(at + 1), UNITS))
        })
    }

    /// Whether the two are about one thing: they share a word that means something.
    pub(super) fn shares_a_word_with(&self, other: &Sentence<'_>) -> bool {
        let stem = |word: &Word| word.text.trim_end_matches('s').to_string();
        let telling = |word: &&Word| {
            word.text.len() >= 4 && !COMMON.contains(&word.text.as_str()) && !is_figure(&word.text)
        };
        let own: Vec<String> = self
            .rest()
            .iter()
            .skip(1)
            .filter(telling)
            .map(stem)
            .collect();
        other
            .words
            .iter()
            .filter(telling)
            .any(|word| own.contains(&stem(word)))
    }
}

/// Whether the item says in `Done when` how anyone can tell, about the thing of its sentence.
pub(super) fn is_bounded_elsewhere(item: &ActionItem, sentence: &Sentence<'_>) -> bool {
    item.done_when.get().is_some_and(|text| {
        let done = Sentence::read(text);
        done.has_end() && sentence.shares_a_word_with(&done)
    })
}

/// The bytes of a phrase in the cell that shows it; the whole cell where markup stands in between.
pub(super) fn place(source: &Source, cell: Span, phrase: &str) -> Span {
    match source.slice(cell).find(phrase) {
        Some(at) => {
            let start = cell.start as usize + at;
            Span::new(start, start + phrase.len())
        }
        None => cell,
    }
}

fn starts_with(words: &[Word], phrase: &str) -> Option<usize> {
    let first = words.first()?;
    // Of the many phrases that are tried most end here.
    if first.text.as_bytes().first() != phrase.as_bytes().first() {
        return None;
    }
    let mut count = 0;
    for part in phrase.split(' ') {
        if words.get(count)?.text != part {
            return None;
        }
        count += 1;
    }
    Some(count)
}

fn is_figure(word: &str) -> bool {
    let number = word.trim_start_matches(['<', '>', '≥', '≤', '~']);
    number.starts_with(|c: char| c.is_ascii_digit()) || NUMBERS.contains(&word)
}
