//! Rules about what the incident did, in figures.

mod duration;
mod duration_contradicts_times;
mod figure;
mod impact_unquantified;
mod overstated_outage;
mod statement;
mod token;

use super::Rule;

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[
    &impact_unquantified::RULE,
    &duration_contradicts_times::RULE,
    &overstated_outage::RULE,
];
