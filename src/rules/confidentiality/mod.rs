//! Rules about what must not be published: secrets, and what tells of single people.

mod address;
mod assignment;
mod exposure;
mod number;
mod person;
mod personal_data;
mod placeholder;
mod scan;
mod secret;
mod token;

use super::Rule;
pub use exposure::{Exposure, exposures};

/// The rules of the group, in the order of the catalogue.
pub const RULES: &[&Rule] = &[&secret::RULE, &personal_data::RULE];
