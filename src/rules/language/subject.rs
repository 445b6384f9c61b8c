//! Who does what a verb says: the nearest subject before it in its clause.
//!
//! Owns relative clauses, brackets and verbs joined by a conjunction, as far as closed lists of words can tell them; who
//! somebody is, is for [`super::phrase`]. In doubt nobody is the subject, since a finding about a person must be right.

use std::ops::Range;

use super::lexicon::{self, Lexicon};
use super::phrase::{Reader, Subject, Who};
use super::token::{People, Sentence, Shape, Token, sentences};

/// How far back the subject of joined verbs may stand.
const CLAUSES: usize = 60;

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

impl Reader<'_> {
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
            let mut found = self.head(head);
            if found.is_none() && self.is(head, self.grammar.trailing) {
                found = head.checked_sub(1).and_then(|head| self.head(head));
            }
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
            // `the engineer running the migration should have`
            if self.is(before, self.grammar.trailing)
                && let Some(found) = before.checked_sub(1).and_then(|at| self.head(at))
                && found.who != Who::NAME
                && self.begins_clause(found.tokens.start)
            {
                return Some(found);
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
        let from = joint.saturating_sub(CLAUSES);
        for at in (from..joint).rev() {
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
        if from > 0 {
            return None;
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
        self.at(start)
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
