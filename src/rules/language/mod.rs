//! Rules about wording that reads as blame, found by subject, tense and section.

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[];
