//! Rules about where links lead, what images say, and earlier postmortems that read alike.

mod broken_link;
mod image_without_text;
mod likely_recurrence;
mod missing_image;
mod target;

use super::Rule;
pub use target::wanted;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &broken_link::RULE,
    &missing_image::RULE,
    &image_without_text::RULE,
    &likely_recurrence::RULE,
];
