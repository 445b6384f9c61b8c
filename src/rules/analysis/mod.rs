//! Rules about how deep the search for causes went.

mod chain_ends_with_person;
mod factor;
mod safeguards_unexamined;
mod shallow_whys;
mod single_cause;
mod third_party_unjudged;

use super::Rule;
pub(in crate::rules) use chain_ends_with_person::answer;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &shallow_whys::RULE,
    &chain_ends_with_person::RULE,
    &single_cause::RULE,
    &safeguards_unexamined::RULE,
    &third_party_unjudged::RULE,
];
