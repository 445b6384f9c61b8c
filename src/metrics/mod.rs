//! Figures: what all postmortems together say about how an organisation responds, writes, keeps its promises and learns.
//!
//! Owns every figure and its definition (`definitions.md`). Pure: the corpus, what git, the ledger and the check tell of it, and
//! the moment come in, [`Figures`] go out; the time is an argument. How figures look in a terminal or on a page is for `report` and
//! `site`; gathering what comes in is for `command`.
//!
//! Made in one pass over the postmortems and one over the action items, with a sort here and there: linear for all that a
//! repository holds. The same input in any order gives the same figures.

pub mod actions;
pub mod completion;
pub mod count;
pub mod definitions;
pub mod durations;
pub mod incidents;
pub mod lives;
pub mod maturity;
pub mod period;
mod population;
pub mod quality;
pub mod recurrence;
pub mod spread;
pub mod timeliness;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::Serialize;

use crate::config::Config;
use crate::corpus::Corpus;
use crate::ledger::standing::Standing;
use crate::tracker::item::Item;
pub use actions::Actions;
pub use durations::Duration;
pub use incidents::Incidents;
pub use lives::Lives;
pub use maturity::Maturity;
use population::Population;
pub use quality::{Findings, Quality};
pub use recurrence::Recurrence;
pub use timeliness::{Timeliness, Written};

/// Of fewer than this nothing is said that depends on chance: no median of a quarter, no verdict on a share. Of four, one more or
/// less moves the median by a whole rank and a share by 25 points. Our own choice; the figure `n` always stands beside it.
pub const LEAST: usize = 5;

/// What figures are made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Every postmortem, as it was at the moment.
    pub corpus: &'a Corpus,
    /// The organisation's names and deadlines.
    pub config: &'a Config,
    /// The moment; nothing that happened later is counted.
    pub now: Timestamp,
    /// Paths of postmortems that were written before this tool came, so that nothing is said of how they were written.
    pub old: &'a BTreeSet<String>,
    /// When each was written, by its path; `None` where no history can be read, with the reason in `unwritten`.
    pub written: Option<&'a BTreeMap<String, Written>>,
    /// Why no history can be read, in words that end a sentence: `this is a shallow clone`.
    pub unwritten: &'a str,
    /// Where each stands, by its path; `None` where nobody records approvals.
    pub standings: Option<&'a BTreeMap<String, Standing>>,
    /// What the check found in each, by its path; `None` where it was not asked.
    pub findings: Option<&'a BTreeMap<String, Findings>>,
    /// Every action item.
    pub items: &'a [Item],
    /// How every item's state changed; `None` where no ledger tells it. Without it nobody knows what is done.
    pub lives: Option<&'a Lives>,
    /// Whether a ledger tells how items stand.
    pub tracked: bool,
    /// Whether means stand beside the medians.
    pub mean: bool,
}

/// Every figure at one moment. Its JSON is the format of `metrics --format json`; `definitions.md` says what each means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// The version of this format.
    pub version: u32,
    /// The day in UTC at whose end, or at a moment of which, all this was so.
    pub as_of: Date,
    /// How many files there are, and how far they are written.
    pub postmortems: Postmortems,
    /// How many incidents, how severe, where and why.
    pub incidents: Incidents,
    /// How long the response took.
    pub durations: Vec<Duration>,
    /// How long the writing took.
    pub timeliness: Vec<Timeliness>,
    /// What was promised and what became of it.
    pub actions: Actions,
    /// What happened again.
    pub recurrence: Recurrence,
    /// How the check judges the texts.
    pub quality: Quality,
    /// The measurable part of the maturity model.
    pub maturity: Maturity,
}

/// How many files there are, and how far they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Postmortems {
    /// Every file, readable or not.
    pub total: usize,
    /// Those whose front matter cannot be read whole; they count nowhere else.
    pub unreadable: usize,
    /// Those about something that begins only after the moment; they count nowhere else.
    pub future: usize,
    /// Of the rest: being written.
    pub draft: usize,
    /// Of the rest: being read by others.
    pub in_review: usize,
    /// Of the rest: done.
    pub r#final: usize,
    /// Of the rest: written before this tool came, and so left out of timeliness, quality and maturity.
    pub old: usize,
}

impl Figures {
    /// Makes all figures.
    pub fn new(input: &Input<'_>) -> Self {
        let population = Population::new(input);
        let (actions, (incidents, recurrence)) = rayon::join(
            || Actions::new(&population, input),
            || {
                let incidents = Incidents::new(&population, input);
                (incidents, Recurrence::new(&population, input))
            },
        );
        let durations = durations::durations(&population, input.mean);
        let timeliness = timeliness::timeliness(&population, input);
        let quality = Quality::new(&population, input);
        let maturity = Maturity::new(
            &maturity::Known {
                timeliness: &timeliness,
                actions: &actions,
                incidents: &incidents,
            },
            &population,
            input,
        );
        Self {
            version: 1,
            as_of: Offset::UTC.to_datetime(input.now).date(),
            postmortems: population.files,
            incidents,
            durations,
            timeliness,
            actions,
            recurrence,
            quality,
            maturity,
        }
    }
}
