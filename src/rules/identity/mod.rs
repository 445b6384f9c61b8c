//! Identity: who and what a postmortem is.

mod unknown_field;

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[&unknown_field::RULE];
