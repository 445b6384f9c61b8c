//! What stands below a heading: nothing, next to nothing, or something; and how many words.

use crate::document::Document;
use crate::document::block::{Block, BlockKind};
use crate::document::run::Run;
use crate::document::section::Section;
use crate::source::{Span, Spanned};

/// What a section says.
#[derive(Debug, PartialEq)]
pub(in crate::rules) enum Says {
    /// Nothing anyone could see.
    Nothing,
    /// A word or a sign without content, such as `n/a`.
    Evasion(Spanned<String>),
    /// Something.
    Something,
}

/// Answers that say nothing.
const EVASIONS: &[&str] = &[
    "n/a",
    "na",
    "nil",
    "nothing",
    "none",
    "not applicable",
    "nothing in particular",
    "nothing really",
    "nothing went well",
    "nothing went wrong",
    "nothing that we know of",
    "none that we know of",
    "n/a for this incident",
    "to be confirmed",
    "to be determined",
    "tbc",
    "no",
    "empty",
];

/// Longer text is never an evasion.
const EVASION_LENGTH: usize = 32;

/// What everything below a heading says, sub-sections included and their headings not.
pub(in crate::rules) fn says(document: &Document, section: &Section) -> Says {
    let mut text = Spanned::new(String::new(), Span::default());
    for block in &document.blocks[section.all.clone()] {
        if adds(document, block, &mut text) {
            return Says::Something;
        }
    }
    let image = |link: &crate::document::Link| link.image && section.body.contains(link.span);
    if document.links.iter().any(image) {
        return Says::Something;
    }
    let plain = text
        .value
        .trim()
        .trim_end_matches(['.', '!'])
        .to_lowercase();
    match () {
        () if text.value.trim().is_empty() => Says::Nothing,
        () if EVASIONS.contains(&plain.as_str())
            || !plain.contains(char::is_alphanumeric) && !plain.contains("??") =>
        {
            Says::Evasion(Spanned::new(text.value.trim().into(), text.span))
        }
        () => Says::Something,
    }
}

/// Adds the text of a block; true once there is more than an evasion could be.
fn adds(document: &Document, block: &Block, text: &mut Spanned<String>) -> bool {
    match &block.kind {
        BlockKind::Heading { .. } | BlockKind::Break => false,
        BlockKind::Code => true,
        BlockKind::Html => document.html.iter().any(|span| {
            // A comment that never ends hides all that follows.
            block.span.contains(*span) && !document.source.slice(*span).starts_with("<!--")
        }),
        BlockKind::Quote(inner) | BlockKind::Footnote(inner) => {
            inner.iter().any(|block| adds(document, block, text))
        }
        BlockKind::Paragraph(run) => adds_run(document, run, text),
        BlockKind::List(list) => {
            let mut blocks = list.items.iter().flat_map(|item| &item.blocks);
            blocks.any(|block| adds(document, block, text))
        }
        BlockKind::Table(table) => {
            let mut cells = table.rows.iter().flat_map(|row| &row.cells);
            cells.any(|cell| adds_run(document, &cell.run, text))
        }
    }
}

fn adds_run(document: &Document, run: &Run, text: &mut Spanned<String>) -> bool {
    if run.is_empty() {
        return false;
    }
    text.span = if text.value.is_empty() {
        run.span
    } else {
        text.span.to(run.span)
    };
    text.value.push_str(&run.text(&document.source));
    text.value.push(' ');
    text.value.len() > EVASION_LENGTH
}

/// How many words a text has; signs alone are none.
pub(super) fn words(text: &str) -> usize {
    if text.is_ascii() {
        // Most texts are, and bytes are counted much faster than characters.
        let words = text.as_bytes().split(u8::is_ascii_whitespace);
        return words
            .filter(|word| word.iter().any(u8::is_ascii_alphanumeric))
            .count();
    }
    let word = |word: &&str| word.contains(char::is_alphanumeric);
    text.split_whitespace().filter(word).count()
}

/// How many words the runs of a block have.
pub(super) fn words_in(document: &Document, block: &Block) -> usize {
    let mut count = 0;
    block.runs(&mut |run| count += words(&run.text(&document.source)));
    count
}
