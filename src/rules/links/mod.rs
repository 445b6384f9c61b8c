//! Rules about where links lead, what images say, and earlier postmortems that read alike.

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[];
