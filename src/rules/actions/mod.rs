//! Actions: what was promised.

mod action_with_several_owners;
mod action_without_due_date;
mod action_without_end;
mod action_without_id;
mod action_without_owner;
mod action_without_priority;
mod action_without_type;
mod action_without_verb;
mod column;
mod day;
mod dropped_without_reason;
mod due_date_unrealistic;
mod duplicate_action_id;
mod gap;
mod grid;
mod ledger_disagreement;
mod no_action_items;
mod no_preventive_action;
mod no_urgent_action;
mod open_ended_action;
mod sentence;
#[cfg(test)]
mod tests;
mod too_many_actions;
mod unknown_action_type;
mod unknown_priority;
mod vague_action;
mod vanished_action;

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &no_action_items::RULE,
    &action_without_owner::RULE,
    &action_without_due_date::RULE,
    &action_without_priority::RULE,
    &action_without_type::RULE,
    &action_without_id::RULE,
    &action_without_end::RULE,
    &action_with_several_owners::RULE,
    &vague_action::RULE,
    &open_ended_action::RULE,
    &action_without_verb::RULE,
    &due_date_unrealistic::RULE,
    &no_preventive_action::RULE,
    &no_urgent_action::RULE,
    &too_many_actions::RULE,
    &dropped_without_reason::RULE,
    &vanished_action::RULE,
    &ledger_disagreement::RULE,
    &duplicate_action_id::RULE,
    &unknown_action_type::RULE,
    &unknown_priority::RULE,
];
