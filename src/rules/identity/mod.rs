//! Identity: who and what a postmortem is.

mod bad_value;
mod catalogue;
mod claimed_approval;
mod duplicate_id;
mod instant;
mod invalid_front_matter;
mod missing_field;
mod problems;
mod several_owners;
mod spelling;
mod times_out_of_order;
mod unknown_cause;
mod unknown_field;
mod unknown_related;
mod unknown_service;

pub(super) use times_out_of_order::is_ahead;

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &invalid_front_matter::RULE,
    &missing_field::RULE,
    &unknown_field::RULE,
    &bad_value::RULE,
    &duplicate_id::RULE,
    &unknown_service::RULE,
    &unknown_cause::RULE,
    &unknown_related::RULE,
    &several_owners::RULE,
    &claimed_approval::RULE,
    &times_out_of_order::RULE,
];
