//! Rules about whether the postmortem was written, met about and finished in time.

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[];
