//! The page of figures: charts that are made when the site is built, each with its numbers as a table.
//!
//! Owns which charts there are and what they say in words. The figures are made before, in [`crate::metrics`]; the geometry is in
//! [`chart`].

mod action;
mod chart;
mod definition;
mod incident;
mod outcome;
mod process;
mod range;

use serde::Serialize;

use super::Input;
use super::shelf::Shelf;
use super::when;
use crate::metrics::Figures;
use crate::metrics::spread::{Share, Spread};
use crate::when::length;
use chart::Drawing;
pub(super) use definition::definitions;

/// The height of charts over time, in pixels.
const HEIGHT: f64 = 250.0;
/// Rows of a chart; its table has all of them.
const MOST: usize = 10;
/// Rows of a table on this page; the CSV has all of them.
const MOST_ROWS: usize = 100;

/// A figure with its title, its drawing, and the same numbers as a table.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    /// Unique on the page; every id inside begins with it.
    id: &'static str,
    title: String,
    /// What stands below the title: how to read it.
    note: String,
    /// What it shows, in a sentence, for those who do not see it.
    description: String,
    legend: Vec<Key>,
    drawing: Drawing,
    table: Table,
}

/// An entry of a legend.
#[derive(Debug, Serialize)]
struct Key {
    /// The class of the parts that it explains.
    class: String,
    /// `part`, `median` or `p90`.
    sign: &'static str,
    label: String,
}

/// Numbers as a table: the first column names the row.
#[derive(Debug, Default, Serialize)]
struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// How many rows the CSV has more.
    more: usize,
}

/// A number that stands above all others.
#[derive(Debug, Serialize)]
struct Headline {
    label: &'static str,
    value: String,
    note: String,
}

/// A stretch of the page.
#[derive(Debug, Serialize)]
struct Section {
    id: &'static str,
    title: &'static str,
    charts: Vec<Chart>,
    notes: Vec<String>,
}

/// A level of maturity.
#[derive(Debug, Serialize)]
struct Level {
    level: u8,
    name: &'static str,
    reached: bool,
    criteria: Vec<Criterion>,
}

/// One criterion of a level.
#[derive(Debug, Serialize)]
struct Criterion {
    verdict: &'static str,
    label: &'static str,
    text: &'static str,
    found: String,
}

/// A postmortem with a low score.
#[derive(Debug, Serialize)]
struct Low {
    name: String,
    url: Option<String>,
    score: i64,
    why: String,
}

/// Everything the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    as_of: String,
    as_of_iso: String,
    lead: String,
    headlines: Vec<Headline>,
    sections: Vec<Section>,
    /// The formula of the score; empty where nothing has one.
    formula: &'static str,
    low: Vec<Low>,
    level: u8,
    level_name: Option<&'static str>,
    missing: Vec<String>,
    levels: Vec<Level>,
}

impl Chart {
    fn new(id: &'static str, title: impl Into<String>, drawing: Drawing, table: Table) -> Self {
        Self {
            id,
            title: title.into(),
            note: String::new(),
            description: String::new(),
            legend: Vec::new(),
            drawing,
            table,
        }
    }

    fn with(mut self, note: impl Into<String>, description: impl Into<String>) -> Self {
        (self.note, self.description) = (note.into(), description.into());
        self
    }

    fn legend(mut self, keys: impl IntoIterator<Item = (String, String)>) -> Self {
        let key = |(class, label)| Key {
            class,
            sign: "part",
            label,
        };
        self.legend = keys.into_iter().map(key).collect();
        self
    }

    /// The legend of ranges.
    fn ranges(mut self) -> Self {
        let key = |sign: &'static str, label: &str| Key {
            class: sign.into(),
            sign,
            label: label.into(),
        };
        self.legend = vec![
            key("median", "median"),
            key("p90", "nine of ten are shorter (p90)"),
        ];
        self
    }
}

impl Table {
    fn new(head: &[&str], rows: Vec<Vec<String>>) -> Self {
        let more = rows.len().saturating_sub(MOST_ROWS);
        Self {
            head: head.iter().map(ToString::to_string).collect(),
            rows: rows.into_iter().take(MOST_ROWS).collect(),
            more,
        }
    }
}

/// A name for people; `nobody` says what it means that there is none.
fn name(name: Option<&str>, nobody: &str) -> String {
    name.unwrap_or(nobody).to_string()
}

/// `83 % (10 of 12)`, or a dash.
fn share(share: Share) -> String {
    match share.share {
        Some(value) => format!("{:.0} % ({} of {})", value * 100.0, share.part, share.whole),
        None if share.whole > 0 => format!("{} of {}", share.part, share.whole),
        None => "–".into(),
    }
}

fn time(seconds: Option<i64>) -> String {
    seconds.map_or("–".into(), length)
}

fn days(days: Option<i64>) -> String {
    match days {
        None => "–".into(),
        Some(1) => "1 day".into(),
        Some(days) => format!("{days} days"),
    }
}

/// Median, 90th percentile and number, as cells.
fn cells(spread: &Spread, show: fn(Option<i64>) -> String) -> [String; 3] {
    [show(spread.median), show(spread.p90), spread.n.to_string()]
}

/// The page.
pub(super) fn page(figures: &Figures, shelf: &Shelf<'_>, input: &Input<'_>) -> Page {
    let mut sections = vec![
        incident::section(figures, input),
        outcome::response(figures),
        process::writing(figures),
        action::section(figures),
        outcome::recurrence(figures),
        process::quality(figures),
    ];
    sections.retain(|section| !section.charts.is_empty() || !section.notes.is_empty());
    let files = &figures.postmortems;
    let lead = format!(
        "{}: {} final, {} in review, {}. {}, {}.",
        when::count(files.total, "postmortem"),
        files.r#final,
        files.in_review,
        when::count(files.draft, "draft"),
        when::count(figures.incidents.total, "incident"),
        match figures.incidents.near_misses {
            1 => "1 near-miss".to_string(),
            n => format!("{n} near-misses"),
        },
    );
    let maturity = &figures.maturity;
    let as_of = figures.as_of;
    Page {
        as_of: as_of.strftime("%-d %B %Y").to_string(),
        as_of_iso: as_of.to_string(),
        lead,
        headlines: headlines(figures),
        sections,
        formula: if figures.quality.score.n > 0 {
            figures.quality.formula
        } else {
            ""
        },
        low: process::low(figures, shelf),
        level: maturity.level,
        level_name: maturity.name,
        missing: maturity.missing.clone(),
        levels: process::levels(figures),
    }
}

fn headlines(figures: &Figures) -> Vec<Headline> {
    let mut headlines = Vec::new();
    let resolve = figures.durations.iter().find(|one| one.to == "resolve");
    if let Some(resolve) = resolve.filter(|one| one.seconds.n > 0) {
        headlines.push(Headline {
            label: "Time to resolve, median",
            value: time(resolve.seconds.median),
            note: format!("p90 {}, n {}", time(resolve.seconds.p90), resolve.seconds.n),
        });
    }
    let finals = figures
        .timeliness
        .iter()
        .find(|stage| stage.stage == "final");
    if let Some(met) = finals.map(|stage| stage.met).filter(|met| met.whole > 0) {
        headlines.push(Headline {
            label: "Final within the deadline",
            value: percent(met),
            note: format!("{} of {}", met.part, met.whole),
        });
    }
    if figures.actions.on_time.whole > 0 {
        let on_time = figures.actions.on_time;
        headlines.push(Headline {
            label: "Action items done in time",
            value: percent(on_time),
            note: format!(
                "{} of {}, {} overdue",
                on_time.part, on_time.whole, figures.actions.overdue
            ),
        });
    }
    let repeated = figures.recurrence.repeated;
    if repeated.whole > 0 {
        headlines.push(Headline {
            label: "Repeated within a year",
            value: percent(repeated),
            note: format!(
                "same cause, same service: {} of {}",
                repeated.part, repeated.whole
            ),
        });
    }
    headlines
}

fn percent(share: Share) -> String {
    share
        .share
        .map_or("–".into(), |value| format!("{:.0} %", value * 100.0))
}
