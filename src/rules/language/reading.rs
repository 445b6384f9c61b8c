//! The reading of a postmortem's language: every passage once, for all the rules of the group.
//!
//! Owns which rule speaks where several could, and what takes a word back: denial, doubt, thanks. Words and patterns are
//! for the lexicon, messages for the rules.

use std::ops::Range;

use super::grammar::Grammar;
use super::lexicon::{self, Kind, Lexicon};
use super::pattern::Hit;
use super::phrase::{self, Who};
use super::token::{People, Sentence, Shape, Token, sentences};
use super::{Levels, ORDER, zone};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::passage::Passage;
use crate::postmortem::remark::{Remark, Subject, Zone};
use crate::rules::{Rule, analysis};
use crate::source::Span;

/// Tells the remarks of one rule; `word` gives the message and the start of the help, which the remark's question ends.
pub(super) fn tell(
    postmortem: &Postmortem,
    rule: &Rule,
    out: &mut Vec<Finding>,
    word: impl Fn(&Remark) -> (String, String),
) {
    for remark in postmortem.remarks(read) {
        let Some(level) = (remark.rule == rule.name).then(|| level(remark)).flatten() else {
            continue;
        };
        let (message, mut help) = word(remark);
        if !remark.ask.is_empty() {
            help.push_str("; ask: ");
            help.push_str(remark.ask);
        }
        out.push(Finding::new(remark.span, message, help).at_most(level));
    }
}

/// Whether an appeal to people is told of at a place.
pub(in crate::rules) fn exhorts(postmortem: &Postmortem, place: Span) -> bool {
    postmortem
        .remarks(read)
        .iter()
        .any(|remark| remark.rule == super::exhortation::RULE.name && place.contains(remark.span))
}

/// The level of a remark, where its rule speaks in that zone.
fn level(remark: &Remark) -> Option<Level> {
    let levels = levels(remark.rule)?;
    let level = of_zone(levels, remark.zone)?;
    let lighter = remark.light || remark.subject != Subject::Person && levels.lighter_for_many;
    Some(match level {
        Level::Error if lighter => Level::Warning,
        Level::Warning if lighter => Level::Note,
        level => level,
    })
}

fn levels(rule: &str) -> Option<&'static Levels> {
    let found = ORDER.iter().find(|(known, _)| known.name == rule);
    found.map(|(_, levels)| levels)
}

fn of_zone(levels: &Levels, zone: Zone) -> Option<Level> {
    match zone {
        Zone::Narrative => levels.narrative,
        Zone::Lessons => levels.lessons,
        Zone::Actions => levels.actions,
    }
}

/// Reads a postmortem in every language.
pub(super) fn read(postmortem: &Postmortem) -> Vec<Remark> {
    let people = People::of(postmortem);
    let zones = zone::zones(postmortem);
    let praise = zone::praise(postmortem);
    let mut remarks = Vec::new();
    for passage in postmortem.passages() {
        let zone = zones.get(passage.block).copied().flatten();
        let Some(zone) = zone.filter(|_| !passage.heading) else {
            continue;
        };
        let praised = praise.iter().any(|blocks| blocks.contains(&passage.block));
        for lexicon in lexicon::all() {
            for sentence in sentences(passage.prose(), lexicon, &people) {
                let place = Place {
                    passage,
                    zone,
                    praised,
                };
                remarks.extend(of_sentence(&sentence, lexicon, &place));
            }
        }
    }
    // An answer that ends with a person has a rule of its own.
    if !remarks.is_empty()
        && let Some(answer) = analysis::answer(postmortem)
    {
        remarks.retain(|remark| !answer.contains(remark.span));
    }
    remarks
}

/// Whether a rule of this group tells of a place; to name somebody is no blame.
pub(in crate::rules) fn is_told(postmortem: &Postmortem, place: Span) -> bool {
    let blames = |remark: &&Remark| remark.rule != super::named_person::RULE.name;
    let mut remarks = postmortem.remarks(read).iter().filter(blames);
    remarks.any(|remark| place.contains(remark.span) && level(remark).is_some())
}

/// Where a sentence stands.
struct Place<'a> {
    passage: &'a Passage,
    zone: Zone,
    praised: bool,
}

/// The length in words from which a wording is told without the preposition it ends with; in `failed to` it belongs there.
const LONG: usize = 3;

/// The remarks of a sentence: that of the rule which comes first in [`ORDER`], and those about other people apart from it.
fn of_sentence(sentence: &Sentence, lexicon: &'static Lexicon, place: &Place<'_>) -> Vec<Remark> {
    let Some(found) = best(sentence, lexicon, place.zone) else {
        return Vec::new();
    };
    if found.is_empty() {
        return named(sentence, lexicon, place).into_iter().collect();
    }
    let remark = |found: &Found<'static>| remark(found, sentence, lexicon, place);
    found.iter().map(remark).collect()
}

fn remark(
    (rank, hit, kind): &Found<'static>,
    sentence: &Sentence,
    lexicon: &Lexicon,
    place: &Place<'_>,
) -> Remark {
    let grammar = lexicon.grammar;
    let mut end = hit.tokens.end;
    // An article or preposition that only showed what follows is no part of the wording.
    let length = |end: usize| end - hit.tokens.start;
    if length(end) > 1 && sentence.tokens[end - 1].is(grammar.determiner) {
        end -= 1;
    }
    if length(end) > LONG && sentence.tokens[end - 1].is(grammar.preposition) {
        end -= 1;
    }
    let near = hit.subject.as_ref().filter(|subject| {
        subject.tokens.end <= hit.tokens.start && hit.tokens.start - subject.tokens.end <= 2
    });
    let start = near.map_or(hit.tokens.start, |subject| subject.tokens.start);
    let bytes = |tokens: Range<usize>| {
        sentence.tokens[tokens.start].range.start..sentence.tokens[tokens.end - 1].range.end
    };
    let subject = match hit.subject.as_ref().map(|subject| subject.who) {
        Some(Who::I) => Subject::Author,
        Some(Who::PERSON | Who::NAME) => Subject::Person,
        Some(Who::WE | Who::TEAM) => Subject::Collective,
        _ => Subject::Nobody,
    };
    Remark {
        rule: ORDER[*rank].0.name,
        span: place.passage.span(bytes(start..end)),
        words: shown(&place.passage.text()[bytes(start..end)]),
        zone: place.zone,
        subject,
        light: kind.light,
        ask: &kind.ask,
    }
}

/// A place in [`ORDER`], a match and its kind.
type Found<'a> = (usize, Hit, &'a Kind);

/// The match of the rule that comes first, then those of which each is about somebody else and stands apart from the ones
/// before; `None` where the sentence is not judged at all.
fn best<'a>(sentence: &Sentence, lexicon: &'a Lexicon, zone: Zone) -> Option<Vec<Found<'a>>> {
    if sentence.classes & lexicon.grammar.praise != 0 {
        return None;
    }
    let mut taken_back = Vec::new();
    let mut all: Vec<Found<'a>> = Vec::new();
    for (at, token) in sentence.tokens.iter().enumerate() {
        let Some(patterns) = lexicon.anchored.get(token.word as usize) else {
            continue;
        };
        for index in patterns {
            let pattern = &lexicon.patterns[*index as usize];
            let kind = &lexicon.kinds[pattern.kind];
            let Some(hit) = pattern.find(sentence, at, lexicon) else {
                continue;
            };
            match rank(kind, &hit, zone) {
                Some(rank) => all.push((rank, hit, kind)),
                None => taken_back.extend(takes_back(sentence, &hit, kind, lexicon)),
            }
        }
    }
    if all.is_empty() {
        return Some(all);
    }
    let doubts = Doubts::of(sentence, lexicon, taken_back);
    all.retain(|(_, hit, kind)| !doubts.take_back(sentence, hit, kind, lexicon));
    // What weighs more comes before what only stands earlier.
    all.sort_by_key(|(rank, hit, kind)| (*rank, kind.light, hit.tokens.start));
    let mut chosen: Vec<Found<'a>> = Vec::new();
    for one in all {
        if chosen
            .iter()
            .all(|other| is_apart(&one.1, &other.1, sentence, &lexicon.grammar))
        {
            chosen.push(one);
        }
    }
    Some(chosen)
}

/// Whether two matches lie in two parts of a sentence, and no two are about the same person.
fn is_apart(one: &Hit, other: &Hit, sentence: &Sentence, grammar: &Grammar) -> bool {
    let whole = |hit: &Hit| match &hit.subject {
        Some(phrase::Subject { tokens, .. }) => {
            hit.tokens.start.min(tokens.start)..hit.tokens.end.max(tokens.end)
        }
        None => hit.tokens.clone(),
    };
    let (one, other) = (whole(one), whole(other));
    let between = match one.start < other.start {
        true => one.end..other.start,
        false => other.end..one.start,
    };
    let parts = |token: &Token| token.is(grammar.conjunction) || token.shape == Shape::Stop;
    let between = sentence.tokens.get(between);
    between.is_some_and(|between| between.iter().any(parts))
}

/// The place in [`ORDER`] of the rule that speaks of a hit; none where it is silent in this zone.
fn rank(kind: &Kind, hit: &Hit, zone: Zone) -> Option<usize> {
    let who = hit.subject.as_ref().map(|subject| subject.who);
    let rule = match (kind.rule.as_str(), who) {
        (
            "counterfactual-person" | "person-failed" | "judging-adverb" | "character-word",
            Some(Who::I),
        ) => "blaming-quote-of-self",
        ("counterfactual-person", Some(Who::WE | Who::TEAM)) => "counterfactual-team",
        ("counterfactual-person", None) => "counterfactual-passive",
        (rule, _) => rule,
    };
    let rank = ORDER.iter().position(|(known, _)| known.name == rule)?;
    of_zone(&ORDER[rank].1, zone).map(|_| rank)
}

/// What in a sentence takes back what is found in it.
struct Doubts {
    /// Whether somebody suspects or rules out.
    doubted: bool,
    /// The first customer, vendor or the like.
    outsider: Option<usize>,
    /// The words that a denied belief or a report taken back holds.
    taken_back: Vec<Range<usize>>,
}

impl Doubts {
    fn of(sentence: &Sentence, lexicon: &Lexicon, taken_back: Vec<Range<usize>>) -> Self {
        let grammar = lexicon.grammar;
        let mut tokens = sentence.tokens.iter();
        Self {
            doubted: sentence.classes & grammar.doubt != 0,
            outsider: tokens.position(|token| token.is(grammar.outsider)),
            taken_back,
        }
    }

    /// Whether the sentence denies or doubts what was found, or says it of people who are not meant.
    fn take_back(&self, sentence: &Sentence, hit: &Hit, kind: &Kind, lexicon: &Lexicon) -> bool {
        let rule = kind.rule.as_str();
        let appeal = rule == "exhortation";
        let inside =
            |words: &Range<usize>| words.start <= hit.tokens.start && hit.tokens.start < words.end;
        let denied = is_denied(sentence, hit, lexicon) || self.taken_back.iter().any(inside);
        denied && !appeal
            || rule == "human-error" && self.doubted
            || (appeal || rule == "person-failed")
                && hit.subject.is_none()
                && self.outsider.is_some_and(|at| at < hit.tokens.start)
    }
}

/// The words that a wording of no rule takes back: `we do not think that` the clause that follows, a report that proved wrong all
/// it said.
fn takes_back(
    sentence: &Sentence,
    hit: &Hit,
    kind: &Kind,
    lexicon: &Lexicon,
) -> Option<Range<usize>> {
    match kind.rule.as_str() {
        "denial" => {
            let to = clause_end(&sentence.tokens, hit.tokens.end, lexicon);
            Some(hit.tokens.end - 1..to)
        }
        "retraction" => Some(hit.tokens.clone()),
        _ => None,
    }
}

/// Where the clause that holds the token at `from` ends: at a stop, or a comma that another clause follows.
fn clause_end(tokens: &[Token], from: usize, lexicon: &Lexicon) -> usize {
    let grammar = lexicon.grammar;
    let opens = grammar.conjunction | grammar.opener | grammar.lead | grammar.plural;
    let ends = |at: &usize| match tokens[*at].shape {
        Shape::Stop => true,
        Shape::Comma => tokens.get(at + 1).is_some_and(|next| next.is(opens)),
        _ => false,
    };
    let end = (from.min(tokens.len())..tokens.len()).find(ends);
    end.unwrap_or(tokens.len())
}

/// Most words between a denial and what it denies.
const BRIDGE: usize = 8;

/// Whether a denial stands right before: `not because an engineer forgot`, `nobody was to blame`.
fn is_denied(sentence: &Sentence, hit: &Hit, lexicon: &Lexicon) -> bool {
    let grammar = lexicon.grammar;
    let start = match &hit.subject {
        Some(subject) if subject.tokens.end <= hit.tokens.start => subject.tokens.start,
        _ => hit.tokens.start,
    };
    let before = sentence.tokens[..start.min(sentence.tokens.len())].iter();
    let bridge =
        |token: &&Token| token.is(grammar.bridge | grammar.adverb) && !token.is(grammar.negation);
    let denial = before.rev().take(BRIDGE).find(|token| !bridge(token));
    denial.is_some_and(|token| token.is(grammar.negation | grammar.instead | grammar.nobody))
}

/// Somebody named in prose that says something about them.
fn named(sentence: &Sentence, lexicon: &Lexicon, place: &Place<'_>) -> Option<Remark> {
    let (rule, levels) = ORDER.last()?;
    of_zone(levels, place.zone).filter(|_| !place.praised)?;
    let grammar = lexicon.grammar;
    let is_somebody = |shape: Shape| matches!(shape, Shape::Handle | Shape::Name);
    let tokens = &sentence.tokens;
    let found = tokens.iter().position(|token| is_somebody(token.shape))?;
    // `Incident commander: @mbaker, @rsingh` is a field, not a sentence.
    let parted = |shape: Shape| matches!(shape, Shape::Stop | Shape::Open | Shape::Close);
    let from = tokens[..found]
        .iter()
        .rposition(|token| parted(token.shape))
        .map_or(0, |at| at + 1);
    let to = tokens[found..]
        .iter()
        .position(|token| parted(token.shape))
        .map_or(tokens.len(), |at| found + at);
    let small = grammar.determiner | grammar.conjunction | grammar.preposition | grammar.adverb;
    let says = tokens[from..to]
        .iter()
        .any(|token| token.shape == Shape::Word && !token.is(small));
    if !says {
        return None;
    }
    let range = tokens[found].range.clone();
    Some(Remark {
        rule: rule.name,
        span: place.passage.span(range.clone()),
        words: shown(&place.passage.text()[range]),
        zone: place.zone,
        subject: Subject::Person,
        light: false,
        ask: "",
    })
}

/// Words as a message shows them.
fn shown(words: &str) -> String {
    const MOST: usize = 60;
    match words.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words.to_string(),
    }
}

/// The rule and the words of each sentence of a narrative, in one language.
#[cfg(test)]
pub(super) fn phrases(text: &str, lexicon: &Lexicon) -> Vec<(String, String)> {
    let found = sentences(text, lexicon, &People::default())
        .into_iter()
        .filter_map(|sentence| {
            let (rank, hit, _) = best(&sentence, lexicon, Zone::Narrative)?
                .into_iter()
                .next()?;
            let tokens = &sentence.tokens[hit.tokens];
            let bytes = tokens.first()?.range.start..tokens.last()?.range.end;
            Some((ORDER[rank].0.name.to_string(), text[bytes].to_string()))
        });
    found.collect()
}
