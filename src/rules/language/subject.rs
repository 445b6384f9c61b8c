//! Who does what a verb says: the nearest subject before it in its clause.
//!
//! Owns noun phrases, relative clauses and verbs joined by a conjunction, as far as closed lists of words can tell them.
//! In doubt nobody is the subject, since a finding about a person must be right.

use std::ops::Range;

use super::lexicon::{self, Grammar, Lexicon};
use super::token::{People, Sentence, Shape, Token, sentences};

/// Kinds of people, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Who(u8);

impl Who {
    /// `I`.
    pub(super) const I: Self = Self(1);
    /// A role, a name, he, she.
    pub(super) const PERSON: Self = Self(2);
    /// A team other than our own.
    pub(super) const TEAM: Self = Self(4);
    /// We, our team.
    pub(super) const WE: Self = Self(8);
    /// Nobody, no engineer.
    pub(super) const NOBODY: Self = Self(16);
    /// A capitalised word that nothing else is known of.
    pub(super) const NAME: Self = Self(32);

    /// The kinds that a pattern names.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(Self(match name {
            "i" => 1,
            "person" => 1 | 2,
            "we" => 8,
            "self" => 1 | 8,
            "team" => 4 | 8,
            "third" => 2 | 4,
            "human" => 1 | 2 | 4 | 8,
            "named" => 1 | 2 | 4 | 8 | 32,
            "nobody" => 16,
            _ => return None,
        }))
    }

    /// Whether no kind is meant.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether they share a kind.
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Somebody in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    /// Its tokens.
    pub(super) tokens: Range<usize>,
    /// Who it is; one kind.
    pub(super) who: Who,
}

/// Most words of a noun phrase before its head.
const MODIFIERS: usize = 5;

/// How far a relative clause or a bracket may reach.
const ASIDE: usize = 12;

/// The subject of the verb at `verb`, if it is one of `who`.
pub(super) fn before(
    sentence: &Sentence,
    verb: usize,
    who: Who,
    lexicon: &Lexicon,
) -> Option<Subject> {
    let reader = Reader {
        tokens: &sentence.tokens,
        grammar: lexicon.grammar,
    };
    reader.before(verb).filter(|found| who.meets(found.who))
}

/// Somebody whose words begin at `at`, if it is one of `who`.
pub(super) fn at(sentence: &Sentence, at: usize, who: Who, lexicon: &Lexicon) -> Option<Subject> {
    let reader = Reader {
        tokens: &sentence.tokens,
        grammar: lexicon.grammar,
    };
    reader.at(at).filter(|found| who.meets(found.who))
}

/// The person whom the first sentence of a text is about, as bytes of the text: a role, a name, `@user`, he, she or I as
/// the subject of its main clause, or standing alone. Teams and we are no persons; nor is who only owns the subject.
#[allow(dead_code, reason = "for the rules about causes")]
pub(in crate::rules) fn person_subject(text: &str, people: &People) -> Option<Range<usize>> {
    lexicon::all().iter().find_map(|lexicon| {
        let sentence = sentences(text, lexicon, people).into_iter().next()?;
        let reader = Reader {
            tokens: &sentence.tokens,
            grammar: lexicon.grammar,
        };
        let found = reader.main()?;
        let person = found.who == Who::PERSON || found.who == Who::I;
        let tokens = sentence.tokens.get(found.tokens).filter(|_| person)?;
        Some(tokens.first()?.range.start..tokens.last()?.range.end)
    })
}

struct Reader<'a> {
    tokens: &'a [Token],
    grammar: Grammar,
}

impl Reader<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    fn shape(&self, at: usize) -> Option<Shape> {
        self.token(at).map(|token| token.shape)
    }

    fn is(&self, at: usize, classes: u64) -> bool {
        self.token(at).is_some_and(|token| token.is(classes))
    }

    /// Whether a noun phrase cannot reach over this token.
    fn ends_phrase(&self, at: usize) -> bool {
        let grammar = self.grammar;
        let breaks = grammar.preposition
            | grammar.conjunction
            | grammar.opener
            | grammar.relative
            | grammar.auxiliary
            | grammar.verb
            | grammar.negation;
        self.token(at).is_none_or(|token| {
            token.is(breaks)
                || matches!(
                    token.shape,
                    Shape::Comma | Shape::Stop | Shape::Open | Shape::Close
                )
        })
    }

    /// Who a head noun is, with the words before it.
    fn head(&self, at: usize) -> Option<Subject> {
        let grammar = self.grammar;
        let token = self.token(at)?;
        let one = |who| {
            Some(Subject {
                tokens: at..at + 1,
                who,
            })
        };
        match token.shape {
            Shape::Handle | Shape::Name => return one(Who::PERSON),
            Shape::Word => {}
            _ => return None,
        }
        if token.is(grammar.plural) {
            return one(Who::WE);
        }
        if token.is(grammar.first) && (token.capital || at == 0) {
            return one(Who::I);
        }
        if token.is(grammar.third) {
            return one(Who::PERSON);
        }
        if token.is(grammar.nobody) {
            return one(Who::NOBODY);
        }
        if token.is(grammar.part) && self.denied(at) {
            return Some(Subject {
                tokens: at - 1..at + 1,
                who: Who::NOBODY,
            });
        }
        let start = self.start(at);
        let modifiers = &self.tokens[start..at];
        let any = |classes| modifiers.iter().any(|token| token.is(classes));
        if any(grammar.outsider) {
            return None;
        }
        let denied = any(grammar.negation);
        let who = if denied && token.is(grammar.person) {
            Who::NOBODY
        } else if token.is(grammar.team) {
            if any(grammar.own) { Who::WE } else { Who::TEAM }
        } else if token.is(grammar.person) {
            // An operator may be a program, a manager one of packages: what stands before it decides.
            let opaque = modifiers.iter().any(|token| token.shape == Shape::Opaque);
            if token.is(grammar.guarded) && (opaque || any(grammar.thing))
                || token.is(grammar.vouched)
                    && !modifiers
                        .last()
                        .is_some_and(|token| token.is(grammar.person | grammar.voucher))
            {
                return None;
            }
            Who::PERSON
        } else if self.is_name(at) && start == at {
            Who::NAME
        } else {
            return None;
        };
        Some(Subject {
            tokens: start..at + 1,
            who,
        })
    }

    /// Where the noun phrase with this head begins.
    fn start(&self, head: usize) -> usize {
        let mut start = head;
        while start > 0 && head - start < MODIFIERS {
            let before = start - 1;
            let denied = self.is(before, self.grammar.negation & self.grammar.determiner);
            if denied || self.is(before, self.grammar.determiner) {
                // `one of the engineers` begins with its own determiner.
                return before;
            }
            if self.ends_phrase(before) || self.is(before, self.grammar.adverb) {
                break;
            }
            start -= 1;
        }
        start
    }

    /// Whether a `no` stands before a word.
    fn denied(&self, at: usize) -> bool {
        let both = |at| self.is(at, self.grammar.determiner) && self.is(at, self.grammar.negation);
        at.checked_sub(1).is_some_and(both)
    }

    /// Whether a word may be somebody's name.
    fn is_name(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| {
            token.shape == Shape::Word
                && token.capital
                && token.word == 0
                && token.classes == 0
                && token.range.len() > 2
        })
    }

    /// The subject of the verb at `verb`.
    fn before(&self, verb: usize) -> Option<Subject> {
        let mut at = verb.checked_sub(1)?;
        // `had simply forgotten`, `(on call that night) should have`
        for _ in 0..4 {
            if self.is(at, self.grammar.perfect | self.grammar.adverb)
                && !self.is(at, self.grammar.negation)
            {
                at = at.checked_sub(1)?;
            } else if self.shape(at) == Some(Shape::Close) {
                at = self.back_to(at, Shape::Open)?.checked_sub(1)?;
            } else {
                break;
            }
        }
        if self.is(at, self.grammar.conjunction) {
            return self.joined(at);
        }
        if self.shape(at) == Some(Shape::Comma) {
            // `the engineer, who was new, should have`, or one more verb in a row.
            let opened = self.back_to(at, Shape::Comma);
            let aside = opened.filter(|open| {
                let first = self.token(open + 1);
                first.is_some_and(|token| {
                    token.is(self.grammar.relative | self.grammar.preposition | self.grammar.opener)
                })
            });
            return match aside {
                Some(open) => self.phrase_before(open),
                None => self.joined(at),
            };
        }
        self.phrase_before(at + 1)
    }

    fn back_to(&self, at: usize, shape: Shape) -> Option<usize> {
        let from = at.saturating_sub(ASIDE);
        (from..at).rev().find(|at| self.shape(*at) == Some(shape))
    }

    /// Who the noun phrase that ends before `end` is about, over prepositions and relative clauses.
    fn phrase_before(&self, end: usize) -> Option<Subject> {
        let mut end = end;
        for _ in 0..4 {
            let head = end.checked_sub(1)?;
            if self.is(head, self.grammar.relative) {
                let head = head.checked_sub(1)?;
                let head = if self.shape(head) == Some(Shape::Comma) {
                    head.checked_sub(1)?
                } else {
                    head
                };
                return self.head(head);
            }
            if self.ends_phrase(head) {
                return None;
            }
            let found = self.head(head);
            let start = found
                .as_ref()
                .map_or_else(|| self.start(head), |found| found.tokens.start);
            let Some(before) = start.checked_sub(1) else {
                return found;
            };
            let pronoun = self.is(
                head,
                self.grammar.plural | self.grammar.first | self.grammar.third,
            );
            let part = before
                .checked_sub(1)
                .is_some_and(|at| self.is(at, self.grammar.part));
            if self.is(before, self.grammar.preposition) && (part || !pronoun) {
                if part && let Some(found) = found {
                    let part = before - 1;
                    let nobody = self.is(part, self.grammar.nobody) || self.denied(part);
                    return Some(Subject {
                        who: if nobody { Who::NOBODY } else { found.who },
                        tokens: part..found.tokens.end,
                    });
                }
                if part && self.is(before - 1, self.grammar.nobody) {
                    // `None of the replicas`
                    return None;
                }
                end = before;
                continue;
            }
            if found.is_some() {
                return found;
            }
            // `the engineer who ran the migration should have`
            let from = before.saturating_sub(ASIDE);
            let who = (from..=before)
                .rev()
                .take_while(|at| {
                    !matches!(self.shape(*at), Some(Shape::Comma | Shape::Stop))
                        && !self.is(*at, self.grammar.opener)
                })
                .find(|at| self.is(*at, self.grammar.relative));
            return self.head(who?.checked_sub(1)?);
        }
        None
    }

    /// The subject of the clause before a conjunction or comma at `joint`, which the next verb shares.
    fn joined(&self, joint: usize) -> Option<Subject> {
        let grammar = self.grammar;
        for at in (0..joint).rev() {
            let clear = |at: usize| {
                // A new clause with another subject hides whatever stands before it.
                let next = self.skip_leads(at + 1);
                let subject = self.at(next);
                let other = subject.is_none() && self.is(next, grammar.determiner | grammar.thing)
                    || self.shape(next) == Some(Shape::Opaque);
                (subject, other)
            };
            match self.shape(at)? {
                Shape::Stop => return self.at(self.skip_leads(at + 1)),
                Shape::Handle | Shape::Name if self.begins_clause(at) => return self.head(at),
                Shape::Word | Shape::Comma => {}
                _ => continue,
            }
            if self.is(
                at,
                grammar.plural | grammar.first | grammar.third | grammar.nobody,
            ) {
                return self.head(at);
            }
            if self.is(at, grammar.opener) {
                return clear(at).0;
            }
            if self.is(at, grammar.conjunction) || self.shape(at) == Some(Shape::Comma) {
                let (subject, other) = clear(at);
                if subject.is_some() || other {
                    return subject;
                }
            }
            if self.is(at, grammar.person | grammar.team)
                && let Some(found) = self.head(at)
                && self.begins_clause(found.tokens.start)
            {
                return Some(found);
            }
        }
        self.at(self.skip_leads(0))
    }

    /// Whether nothing but a time or a lead stands between the start of a clause and this token.
    fn begins_clause(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        let grammar = self.grammar;
        let figure = |token: &Token| {
            token.shape == Shape::Word
                && token.word == 0
                && !token.capital
                && token.classes == 0
                && token.range.len() <= 5
        };
        !matches!(
            self.shape(before),
            Some(Shape::Word | Shape::Handle | Shape::Name | Shape::Opaque)
        ) || self.is(before, grammar.conjunction | grammar.opener | grammar.lead)
            || before <= 3
                && self.token(before).is_some_and(figure)
                && self.tokens[..before]
                    .iter()
                    .all(|token| figure(token) || token.is(grammar.preposition | grammar.lead))
    }

    fn skip_leads(&self, mut at: usize) -> usize {
        while self.is(at, self.grammar.lead | self.grammar.adverb)
            || self.shape(at) == Some(Shape::Comma)
        {
            at += 1;
        }
        at
    }

    /// Somebody whose words begin at `at`; not where the noun goes on (`engineer portal`).
    fn at(&self, at: usize) -> Option<Subject> {
        if self.is(at, self.grammar.part) && self.is(at + 1, self.grammar.preposition) {
            let whole = self.whole(at + 2)?;
            return Some(Subject {
                tokens: at..whole.tokens.end,
                who: whole.who,
            });
        }
        self.whole(at)
    }

    fn whole(&self, at: usize) -> Option<Subject> {
        for head in at..=at + MODIFIERS {
            if head > at && self.ends_phrase(head) {
                return None;
            }
            let goes_on = self.is(
                head + 1,
                self.grammar.compound | self.grammar.person | self.grammar.team,
            );
            if let Some(found) = self
                .head(head)
                .filter(|found| found.who != Who::NAME || head == at)
                && found.tokens.start <= at
                && !goes_on
            {
                return Some(Subject {
                    tokens: at..head + 1,
                    who: found.who,
                });
            }
        }
        None
    }

    /// The subject of the main clause: the first somebody that no other noun stands before.
    fn main(&self) -> Option<Subject> {
        let grammar = self.grammar;
        let mut start = 0;
        while self.is(start, grammar.lead | grammar.adverb | grammar.opener)
            || matches!(self.shape(start), Some(Shape::Comma | Shape::Stop))
        {
            start += 1;
        }
        if self.is(start, grammar.preposition) {
            // `At 10:02 the engineer`, `During the rollout, the engineer`
            let limit = self.tokens.len().min(start + ASIDE);
            let comma = (start..limit).find(|at| self.shape(*at) == Some(Shape::Comma));
            let next = comma.map(|comma| comma + 1).or_else(|| {
                (start + 1..limit.min(start + 4)).find(|at| {
                    self.is(
                        *at,
                        grammar.determiner | grammar.first | grammar.third | grammar.plural,
                    ) && *at > start + 1
                })
            });
            start = self.skip_leads(next?);
        }
        let found = self.at(start)?;
        // `One of the engineers`, `the engineer's laptop` are told apart by `at`; `of` after the head is no matter.
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(text: &str) -> Option<&str> {
        let people = People::new(["Ada Lovelace", "@example/payments"].into_iter());
        person_subject(text, &people).map(|range| &text[range])
    }

    #[test]
    fn a_person_is_the_subject() {
        for (text, found) in [
            ("Because the engineer deleted it.", "the engineer"),
            (
                "The on-call engineer did not see the lag.",
                "The on-call engineer",
            ),
            ("@mbaker ran the script", "@mbaker"),
            ("Ada ran the script on the wrong host", "Ada"),
            ("At 10:02 a developer merged the change", "a developer"),
            ("During the rollout, she closed the wrong tab", "she"),
            (
                "One of our engineers pasted the staging address",
                "One of our engineers",
            ),
            ("I ran it twice", "I"),
            ("Someone had unplugged the card", "Someone"),
            ("the database administrator", "the database administrator"),
        ] {
            assert_eq!(person(text), Some(found), "{text}");
        }
    }

    #[test]
    fn nobody_else_is() {
        for text in [
            "",
            "The health check failed to mark the pod.",
            "The postgres operator deleted it.",
            "Customers deleted their accounts.",
            "They ran it twice.",
            "Our team ran it twice.",
            "The engineer portal showed an old page.",
            "The engineer's laptop had lost its key.",
            "No check compares alerts with the topology.",
            "The package manager removed it.",
            "The command was run by an engineer.",
            "Nobody was told.",
            "User error.",
            "Attackers ran it.",
        ] {
            assert_eq!(person(text), None, "{text}");
        }
    }

    #[test]
    fn the_data_can_be_read() {
        for lexicon in lexicon::all() {
            assert_eq!(lexicon.flaws, [""; 0]);
        }
    }
}
