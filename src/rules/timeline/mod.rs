//! Timeline: what happened when.

mod empty_timeline;
mod moments;
mod phase;
mod time_without_zone;
mod timeline_contradicts_times;
mod timeline_gap;
mod timeline_misses_phase;
mod timeline_out_of_order;
mod timeline_starts_late;
mod unreadable_time;

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &empty_timeline::RULE,
    &unreadable_time::RULE,
    &time_without_zone::RULE,
    &timeline_out_of_order::RULE,
    &timeline_starts_late::RULE,
    &timeline_misses_phase::RULE,
    &timeline_contradicts_times::RULE,
    &timeline_gap::RULE,
];
