//! Allow: findings let pass, with a reason.

mod bare_allow;
mod expired_allow;
mod unknown_allow;
mod unused_allow;

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &bare_allow::RULE,
    &unknown_allow::RULE,
    &unused_allow::RULE,
    &expired_allow::RULE,
];
