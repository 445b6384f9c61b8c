//! Noun phrases: who somebody is, from the head of the phrase and the words before it.
//!
//! Owns which people are meant and which are not: outsiders, programs named like roles, things named after people. Whose
//! verb it is, is for [`super::subject`].

use std::ops::Range;

use super::grammar::{Classes, Grammar};
use super::token::{Shape, Token};

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

/// A sentence that is being read.
pub(super) struct Reader<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) grammar: Grammar,
}

impl Reader<'_> {
    /// The token at a place.
    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    /// What it is.
    pub(super) fn shape(&self, at: usize) -> Option<Shape> {
        self.token(at).map(|token| token.shape)
    }

    /// Whether it is in any of these classes.
    pub(super) fn is(&self, at: usize, classes: Classes) -> bool {
        self.token(at).is_some_and(|token| token.is(classes))
    }

    /// Whether a noun phrase cannot reach over this token.
    pub(super) fn ends_phrase(&self, at: usize) -> bool {
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
    pub(super) fn head(&self, at: usize) -> Option<Subject> {
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
        } else if token.is(grammar.bare) && token.capital && start == at {
            Who::TEAM
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
    pub(super) fn start(&self, head: usize) -> usize {
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
    pub(super) fn denied(&self, at: usize) -> bool {
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

    /// Somebody whose words begin at `at`; not where the noun goes on (`engineer portal`).
    pub(super) fn at(&self, at: usize) -> Option<Subject> {
        if self.is(at, self.grammar.part) && self.is(at + 1, self.grammar.preposition) {
            let whole = self.whole(at + 2)?;
            return Some(Subject {
                tokens: at..whole.tokens.end,
                who: whole.who,
            });
        }
        self.whole(at)
    }

    /// The same without `one of`.
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
}
