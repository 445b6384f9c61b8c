//! Sections: which are there and whether they say something.

mod acronym;
mod content;
mod document_length;
mod element;
mod empty_section;
mod external_message_missing;
mod instruction;
mod leftover;
mod missing_section;
mod overlong_external;
mod required;
mod skeleton;
mod summary_too_long;
mod template_leftover;
mod undefined_acronym;
mod went_well_missing;

pub(super) use content::{Says, says};
pub(super) use leftover::is_leftover;
pub(super) use required::asked_for;

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &missing_section::RULE,
    &empty_section::RULE,
    &template_leftover::RULE,
    &went_well_missing::RULE,
    &summary_too_long::RULE,
    &document_length::RULE,
    &undefined_acronym::RULE,
    &external_message_missing::RULE,
    &overlong_external::RULE,
];
