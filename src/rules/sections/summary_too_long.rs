//! A summary that has become a report.

use std::ops::Range;

use super::content::{words, words_in};
use crate::diagnostic::{Finding, Level};
use crate::document::Document;
use crate::document::block::{Block, BlockKind};
use crate::document::run::Run;
use crate::document::section::Section;
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "summary-too-long",
    group: Group::Sections,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S4, Seed::S3],
    page: include_str!("summary_too_long.md"),
    check: Check::Postmortem(check),
};

const MOST_SENTENCES: usize = 5;
const MOST_WORDS: usize = 120;

/// Words that end in a full stop without ending a sentence.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "etc", "vs", "approx", "ca", "cf", "no", "dr", "mr", "ms", "mrs", "st", "a.m",
    "p.m", "incl", "max", "min",
];

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(section) = postmortem.section(SectionKey::Summary) else {
        return;
    };
    let document = &postmortem.document;
    let blocks = own_blocks(postmortem, section);
    let mut word_count = 0;
    let mut sentence_count = 0;
    for block in blocks {
        word_count += words_in(document, block);
        sentence_count += sentences_in(document, block);
    }
    if word_count <= MOST_WORDS && sentence_count <= MOST_SENTENCES {
        return;
    }
    let over = match (sentence_count > MOST_SENTENCES, word_count > MOST_WORDS) {
        (true, true) => format!("{sentence_count} sentences and {word_count} words"),
        (true, false) => format!("{sentence_count} sentences"),
        _ => format!("{word_count} words"),
    };
    let place = where_too_long(document, blocks).unwrap_or(section.heading);
    out.push(Finding::new(
        place,
        format!("the summary has {over}"),
        format!(
            "cut it to {MOST_SENTENCES} sentences and {MOST_WORDS} words: what happened, who was affected, why, how it ended; the rest has sections of its own"
        ),
    ));
}

/// The blocks of the summary, up to a sub-section that has a rule of its own.
fn own_blocks<'a>(postmortem: &'a Postmortem, section: &'a Section) -> &'a [Block] {
    let document = &postmortem.document;
    let below = postmortem
        .sections
        .iter()
        .map(|(_, index)| &document.sections[*index]);
    let mut starts = below.filter(|other| section.all.contains(&other.own.start.saturating_sub(1)));
    let end = starts
        .next()
        .map_or(section.all.end, |other| other.own.start - 1);
    &document.blocks[section.all.start..end]
}

/// The sentence by which the summary becomes too long; the block where it does, where that is no sentence.
fn where_too_long(document: &Document, blocks: &[Block]) -> Option<Span> {
    let (mut word_count, mut sentence_count) = (0, 0);
    for block in blocks {
        let (words_before, sentences_before) = (word_count, sentence_count);
        word_count += words_in(document, block);
        sentence_count += sentences_in(document, block);
        if word_count <= MOST_WORDS && sentence_count <= MOST_SENTENCES {
            continue;
        }
        let BlockKind::Paragraph(run) = &block.kind else {
            return Some(block.span);
        };
        let prose = run.prose(&document.source);
        let (mut word_count, mut sentence_count) = (words_before, sentences_before);
        let mut over = sentences(&prose.text).into_iter().filter(|sentence| {
            word_count += words(&prose.text[sentence.clone()]);
            sentence_count += 1;
            word_count > MOST_WORDS || sentence_count > MOST_SENTENCES
        });
        return Some(
            over.next()
                .map_or(run.span, |sentence| prose.span(sentence)),
        );
    }
    None
}

fn sentences_in(document: &Document, block: &Block) -> usize {
    let count = |run: &Run| sentences(&run.prose(&document.source).text).len();
    match &block.kind {
        BlockKind::Paragraph(run) => count(run),
        // A list of facts is no prose: only what ends like a sentence is one.
        BlockKind::List(list) => {
            let runs = list.items.iter().filter_map(|item| item.run());
            let spoken = |run: &&Run| {
                run.text(&document.source)
                    .trim_end()
                    .ends_with(['.', '!', '?'])
            };
            runs.filter(spoken).map(count).sum()
        }
        _ => 0,
    }
}

/// The sentences of a text; what ends without a full stop is one too.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open = 0;
    let mut start = None;
    let mut end = 0;
    let mut pieces = text.split_whitespace().peekable();
    while let Some(piece) = pieces.next() {
        let at = piece.as_ptr() as usize - text.as_ptr() as usize;
        let from = *start.get_or_insert(at);
        end = at + piece.len();
        open += words(piece);
        let bare = piece.trim_end_matches(['"', '\'', ')', ']', '”', '’', '*']);
        let word = bare.trim_end_matches(['.', '!', '?', '…']);
        let stops = word.len() < bare.len();
        let abbreviated = bare.ends_with('.')
            && (ABBREVIATIONS.contains(&word.trim_start_matches('(').to_lowercase().as_str())
                || word.chars().count() == 1);
        let capital = pieces.peek().is_none_or(|next| {
            let next = next.trim_start_matches(|c: char| c.is_ascii_punctuation());
            !next.starts_with(char::is_lowercase)
        });
        if stops && !abbreviated && capital && open > 0 {
            found.push(from..end);
            open = 0;
            start = None;
        }
    }
    if let Some(start) = start.filter(|_| open > 0) {
        found.push(start..end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn sentences_end_where_readers_stop() {
        let cases = [
            ("One. Two! Three? Four", 4),
            (
                "Release 2.3.4 of v. 2 ran for approx. 5 minutes, i.e. not long.",
                1,
            ),
            ("It was slow (see \u{1}\u{1}). Then it was not.", 2),
            ("They said \"\u{1}\u{1}.\" and left.", 1),
            ("", 0),
            ("5 % at 10.5 a.m. on Monday.", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(sentences(text).len(), expected, "{text}");
        }
    }
}
