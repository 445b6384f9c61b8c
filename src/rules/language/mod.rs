//! Rules about wording that reads as blame, found by subject, tense and section.

#![allow(dead_code, reason = "the rules follow")]

mod lexicon;
mod pattern;
mod subject;
mod token;

use super::Rule;

#[allow(unused_imports, reason = "for the rules about causes")]
pub(in crate::rules) use subject::person_subject;
#[allow(unused_imports, reason = "for the rules about causes")]
pub(in crate::rules) use token::People;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[];
