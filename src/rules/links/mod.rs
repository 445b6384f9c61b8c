//! Rules about where links lead, what images say, and earlier postmortems that read alike.

mod likely_recurrence;

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[&likely_recurrence::RULE];
