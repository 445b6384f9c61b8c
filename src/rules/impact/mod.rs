//! Rules about what the incident did, in figures.

mod duration;
mod duration_contradicts_times;
mod figure;
mod impact_unquantified;
mod overstated_outage;
mod statement;
mod token;

use super::Rule;
use crate::source::{Source, Span};

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &impact_unquantified::RULE,
    &duration_contradicts_times::RULE,
    &overstated_outage::RULE,
];

/// The place of some words of a field; all of it where they stand otherwise in the source (an escape, a folded line).
fn words_in(source: &Source, field: Span, words: &str) -> Span {
    match source.slice(field).find(words) {
        Some(at) => {
            let start = field.start as usize + at;
            Span::new(start, start + words.len())
        }
        None => field,
    }
}
