//! The patterns of the lexicon: what they may say, and whether a sentence matches.
//!
//! Owns the little language of patterns. Who the subject of a verb is, is for [`super::subject`].
//!
//! A pattern is a row of elements between spaces:
//!
//! | element | matches |
//! |---|---|
//! | `failed\|forgot\|<class>` | one word of these; with `?` at the end, or none |
//! | `<any>` | any word, a name or code too |
//! | `..3` | up to three words of the same clause |
//! | `...3` | up to three words, of another clause too |
//! | `!word\|<class>` | nothing, where the next word is none of these |
//! | `~word\|<class>` | nothing, where none of these stands before in the clause |
//! | `a\|$` | the word, or the end of the clause |
//! | `{human}` | somebody: at the start, the subject of the verb that follows; later, the words at that place |
//! | `^` | the start of the sentence, after words that only lead in |
//! | `$` | the end of the clause |
//! | `??` | nothing, in a question |
//!
//! Adverbs may stand between any two elements. Somebody is `{i}`, `{person}` (a role, a name, he, she, I), `{we}`, `{self}` (I,
//! we), `{team}` (we, a team), `{third}` (a person or a team, not ourselves), `{human}` (all of these), `{named}` (these, or a
//! capitalised word that may be a name), `{nobody}`.

use rustc_hash::FxHashMap;

use super::grammar::Classes;
use super::lexicon::Lexicon;
use super::phrase::{Subject, Who};
use super::subject;
use super::token::{Sentence, Shape, Token};

/// Words or classes, one of which must stand there.
#[derive(Clone, Debug, Default)]
struct Choice {
    words: Vec<u16>,
    /// A bit for each word, by the end of its number: most words are settled by it.
    bits: u64,
    classes: Classes,
    /// Whether the clause may end there instead.
    end: bool,
    /// Whether any word will do, a name or code too.
    any: bool,
}

#[derive(Clone, Debug)]
enum Element {
    Word {
        choice: Choice,
        optional: bool,
    },
    /// Up to so many tokens; whether it may leave the clause.
    Gap(usize, bool),
    Not(Choice),
    /// None of these before in the clause.
    Unless(Choice),
    Somebody(Who, Choice),
    Start,
    End,
    Question,
}

/// One pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// Who the subject must be; nobody is asked for where this is empty.
    subject: Who,
    elements: Vec<Element>,
    /// What a sentence must hold, so that most are settled without a search: words by their bits, or classes.
    needs: Vec<(u64, Classes)>,
    /// The kind of wording, by its place in the lexicon.
    pub(super) kind: usize,
    /// The most tokens before the word that the search begins at, which stands for one element.
    reach: usize,
    /// How many elements at the start stand for no token.
    opening: usize,
}

/// A match.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// The tokens, without the subject.
    pub(super) tokens: std::ops::Range<usize>,
    /// The subject; where the pattern asks for none, the first somebody inside it.
    pub(super) subject: Option<Subject>,
}

/// Most adverbs between two elements.
const ADVERBS: usize = 2;

/// How far back a clause is looked over.
const CLAUSE: usize = 12;

/// Reads a pattern.
pub(super) fn parse(line: &str, kind: usize, lexicon: &mut Lexicon) -> Result<Pattern, String> {
    let mut pattern = Pattern {
        subject: Who::default(),
        elements: Vec::new(),
        needs: Vec::new(),
        kind,
        reach: 0,
        opening: 0,
    };
    for (index, part) in line.split_whitespace().enumerate() {
        let element = match part {
            "^" => Element::Start,
            "$" => Element::End,
            "??" => Element::Question,
            _ if part.starts_with('{') => {
                let (name, others) = part.split_once('|').unwrap_or((part, ""));
                let who = Who::named(name.trim_matches(['{', '}']));
                let who = who.ok_or(format!("nobody is named {name}"))?;
                if index == 0 {
                    pattern.subject = who;
                    continue;
                }
                Element::Somebody(who, choice(others, lexicon)?)
            }
            _ if part.starts_with("..") => {
                let most = part.trim_start_matches('.').parse();
                let most = most.map_err(|_| format!("{part} is no gap"))?;
                Element::Gap(most, part.starts_with("..."))
            }
            _ if part.starts_with('!') => Element::Not(choice(&part[1..], lexicon)?),
            _ if part.starts_with('~') => Element::Unless(choice(&part[1..], lexicon)?),
            _ => Element::Word {
                choice: choice(part.trim_end_matches('?'), lexicon)?,
                optional: part.ends_with('?'),
            },
        };
        pattern.elements.push(element);
    }
    if pattern.elements.is_empty() {
        return Err("says nothing".into());
    }
    let opening = pattern.elements.iter().take_while(|one| one.most() == 0);
    pattern.opening = opening.count();
    let needs = pattern.elements.iter().filter_map(|one| match one {
        Element::Word {
            choice,
            optional: false,
        } if !choice.any && !choice.end => Some((choice.bits, choice.classes)),
        _ => None,
    });
    pattern.needs = needs.collect();
    Ok(pattern)
}

fn choice(part: &str, lexicon: &mut Lexicon) -> Result<Choice, String> {
    let mut choice = Choice::default();
    for word in part.split('|').filter(|word| !word.is_empty()) {
        if word == "$" {
            choice.end = true;
            continue;
        }
        match word.strip_prefix('<') {
            Some("any>") => choice.any = true,
            Some(class) => {
                let class = class.trim_end_matches('>');
                choice.classes |= lexicon
                    .class(class)
                    .ok_or(format!("no class is named <{class}>"))?;
            }
            None => {
                let word = lexicon.intern(word);
                choice.words.push(word);
                choice.bits |= bit(word);
            }
        }
    }
    Ok(choice)
}

/// The bit that stands for a word of this number, and for some others.
pub(super) fn bit(word: u16) -> u64 {
    1 << (word % 64)
}

impl Choice {
    fn fits(&self, token: &Token) -> bool {
        let word = token.shape == Shape::Word;
        let named = matches!(token.shape, Shape::Opaque | Shape::Handle | Shape::Name);
        self.any && (word || named)
            || word
                && (token.is(self.classes)
                    || token.word != 0
                        && self.bits & bit(token.word) != 0
                        && self.words.contains(&token.word))
    }
}

impl Element {
    /// The most tokens it may stand for, adverbs after it counted.
    fn most(&self) -> usize {
        match self {
            Self::Word { .. } => 1 + ADVERBS,
            Self::Gap(most, _) => *most,
            Self::Somebody(..) => 6,
            Self::Not(_) | Self::Unless(_) | Self::Start | Self::End | Self::Question => 0,
        }
    }
}

impl Pattern {
    /// For each element that is a word and must be there, its place and the words it may be; classes that know words by their
    /// endings are left out. `members` remembers who is in which classes.
    pub(super) fn needed(
        &self,
        lexicon: &Lexicon,
        members: &mut FxHashMap<Classes, Vec<u16>>,
    ) -> Vec<(usize, Vec<u16>)> {
        let elements = self.elements.iter().enumerate();
        let needed = elements.filter_map(|(at, element)| match element {
            Element::Word {
                choice,
                optional: false,
            } if !choice.any && !choice.end && !lexicon.is_open(choice.classes) => {
                let mut words = choice.words.clone();
                let classes = choice.classes;
                if classes != 0 {
                    let known = members.entry(classes);
                    words.extend(known.or_insert_with(|| lexicon.members(classes)).iter());
                }
                words.sort_unstable();
                words.dedup();
                Some((at, words))
            }
            _ => None,
        });
        needed.collect()
    }

    /// From now on the search begins at words of the element at this place.
    pub(super) fn anchor(&mut self, element: usize) {
        let until = self.elements.iter().take(element + 1);
        let most: usize = until.map(Element::most).sum();
        // The word itself is one of them; and adverbs stand between two elements only.
        self.reach = match element > self.opening {
            true => most.saturating_sub(1),
            false => 0,
        };
    }

    /// The first match that may hold the token at `at`.
    pub(super) fn find(&self, sentence: &Sentence, at: usize, lexicon: &Lexicon) -> Option<Hit> {
        let holds = |(words, classes): &(u64, Classes)| {
            words & sentence.words != 0 || classes & sentence.classes != 0
        };
        if !self.needs.iter().all(holds) {
            return None;
        }
        let from = at.saturating_sub(self.reach);
        // The first word of most patterns stands nowhere near.
        let first = match self.elements.get(self.opening) {
            Some(Element::Word {
                choice,
                optional: false,
            }) if !choice.end => Some(choice),
            _ => None,
        };
        let begins = |start: usize| {
            let token = sentence.tokens.get(start);
            first.is_none_or(|choice| token.is_some_and(|token| choice.fits(token)))
        };
        (from..=at)
            .filter(|start| begins(*start))
            .find_map(|start| {
                let found = self.step(0, sentence, start, lexicon)?;
                if found.end <= at {
                    return None;
                }
                let subject = if self.subject.is_empty() {
                    found.somebody
                } else {
                    Some(subject::before(sentence, start, self.subject, lexicon)?)
                };
                Some(Hit {
                    tokens: start..found.end,
                    subject,
                })
            })
    }

    /// How the elements from `index` on match when they begin at `at`.
    fn step(
        &self,
        index: usize,
        sentence: &Sentence,
        at: usize,
        lexicon: &Lexicon,
    ) -> Option<Found> {
        let Some(element) = self.elements.get(index) else {
            return Some(Found {
                end: at,
                somebody: None,
            });
        };
        let tokens = &sentence.tokens;
        let grammar = lexicon.grammar;
        let go = |at: usize| self.step(index + 1, sentence, at, lexicon);
        let go_if = |fits: bool| if fits { go(at) } else { None };
        match element {
            Element::Word { choice, optional } => {
                let mut place = at;
                let opens = index <= self.opening;
                while let Some(token) = tokens.get(place) {
                    if choice.fits(token)
                        && let Some(found) = go(place + 1)
                    {
                        return Some(found);
                    }
                    if opens || !token.is(grammar.adverb) || place - at >= ADVERBS {
                        break;
                    }
                    place += 1;
                }
                go_if(*optional || choice.end && ends(tokens, at))
            }
            Element::Gap(most, wide) => {
                let leaves =
                    grammar.opener | grammar.relative | grammar.auxiliary | grammar.negation;
                let inside = |token: &Token| {
                    !matches!(token.shape, Shape::Stop | Shape::Open)
                        && (*wide || !token.is(leaves))
                };
                for count in 0..=*most {
                    if let Some(found) = go(at + count) {
                        return Some(found);
                    }
                    if !tokens.get(at + count).is_some_and(inside) {
                        break;
                    }
                }
                None
            }
            Element::Not(choice) => {
                let mut rest = tokens[at.min(tokens.len())..]
                    .iter()
                    .skip_while(|token| token.is(grammar.adverb) && !choice.fits(token));
                go_if(!rest.next().is_some_and(|token| choice.fits(token)))
            }
            Element::Unless(choice) => {
                let before = tokens[..at.min(tokens.len())].iter().rev();
                let mut clause = before
                    .take(CLAUSE)
                    .take_while(|token| token.shape != Shape::Stop);
                go_if(!clause.any(|token| choice.fits(token)))
            }
            Element::Somebody(who, choice) => {
                if tokens.get(at).is_some_and(|token| choice.fits(token)) {
                    return go(at + 1);
                }
                let somebody = subject::at(sentence, at, *who, lexicon)?;
                let found = go(somebody.tokens.end)?;
                Some(Found {
                    end: found.end,
                    somebody: Some(somebody),
                })
            }
            Element::Start => {
                let leads = grammar.lead | grammar.adverb;
                let before = tokens[..at.min(tokens.len())].iter().rev();
                let mut before = before
                    .take_while(|token| token.shape != Shape::Stop)
                    .filter(|token| token.shape != Shape::Comma);
                go_if(before.all(|token| token.is(leads)))
            }
            Element::End => go_if(ends(tokens, at)),
            Element::Question => go_if(sentence.question),
        }
    }
}

/// Where a match ends, and who is named inside it.
struct Found {
    end: usize,
    somebody: Option<Subject>,
}

/// Whether a clause ends before the token at `at`.
fn ends(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|token| {
        matches!(
            token.shape,
            Shape::Stop | Shape::Comma | Shape::Open | Shape::Close
        )
    })
}
