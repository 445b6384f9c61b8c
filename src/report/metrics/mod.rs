//! Figures as text for people, as JSON, as CSV and as OpenMetrics.
//!
//! The JSON is that of [`Figures`]: `{"version":1,"as_of":"2026-10-14","postmortems":{…},"incidents":{…},"durations":[…],
//! "timeliness":[…],"actions":{…},"recurrence":{…},"quality":{…},"maturity":{…}}`. CSV and OpenMetrics hold the same figures as one
//! list of series. What each means stands in one page, [`crate::metrics::definitions`].

mod csv;
mod openmetrics;
mod promised;
mod series;
mod table;
mod text;

pub use csv::csv;
pub use openmetrics::openmetrics;
pub use series::{Series, series};
pub use text::text;

use super::encode::pretty;
use crate::metrics::Figures;

/// For programs.
pub fn json(figures: &Figures) -> String {
    pretty(figures)
}
