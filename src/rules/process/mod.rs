//! Rules about whether the postmortem was written, met about and finished in time.
//!
//! They tell facts of git and of the times, and never ask an author for a date. Of one postmortem that is late in
//! several ways the latest is told: see [`lateness`].

mod late_draft;
mod late_final;
mod late_meeting;
mod lateness;
mod stale_draft;

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &late_draft::RULE,
    &late_meeting::RULE,
    &late_final::RULE,
    &stale_draft::RULE,
];
