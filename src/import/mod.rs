//! Drafts of postmortems from what other tools know of an incident.
//!
//! Owns the formats of the sources and the form of a draft. Every reader takes texts and returns drafts; it never fails on what it
//! does not understand, but remarks it with its place. Only a file that is not of the format at all is refused. Opening files,
//! choosing among incidents and writing the draft down is for `command`.

mod adf;
mod bundle;
mod clean;
mod cstate;
mod csv;
pub mod draft;
pub mod escape;
mod github;
mod grafana;
mod html;
mod incident_io;
pub mod input;
mod json;
pub mod mark;
pub mod markdown;
mod moment;
pub mod notes;
mod opsgenie;
pub mod origin;
mod pagerduty;
mod people;
pub mod remark;
mod sections;
pub mod settle;
mod slack;
mod sniff;
mod statuspage;
mod table;
#[cfg(test)]
mod tests;
mod upptime;
pub mod write;

use draft::Draft;
use input::{Input, Mismatch, Wish};
use origin::Origin;

/// Reads files of a source: one draft an incident, none where there is no incident in them.
pub fn read(origin: Origin, inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let blank = |input: &&Input| input.text.trim_start_matches('\u{feff}').trim().is_empty();
    if let Some(input) = inputs.iter().find(blank) {
        return Err(Mismatch {
            file: input.name.clone(),
            why: "is empty".into(),
            looks_like: None,
        });
    }
    let read = match origin {
        Origin::PagerDuty => pagerduty::read(inputs, wish),
        Origin::Opsgenie => opsgenie::read(inputs, wish),
        Origin::IncidentIo => incident_io::read(inputs, wish),
        Origin::Statuspage => statuspage::read(inputs, wish),
        Origin::Grafana => grafana::read(inputs, wish),
        Origin::Upptime => upptime::read(inputs, wish),
        Origin::GitHub => github::read(inputs, wish),
        Origin::Slack => slack::read(inputs, wish),
        Origin::CState => cstate::read(inputs, wish),
        Origin::Csv => csv::read(inputs, wish),
        Origin::Markdown => markdown::read(inputs, wish),
    };
    // What looks like its source and cannot be read is no reason to send anybody in a circle.
    read.map_err(|mismatch| Mismatch {
        looks_like: mismatch.looks_like.filter(|looks| *looks != origin),
        ..mismatch
    })
}
