//! How often and how long things broke in a quarter, how severe, and how soon it was written about.

use super::change::{self, TOO_FEW};
use super::quarterly::Input;
use crate::metrics::count::Count;
use crate::sheet::{Line, Sheet, Table};

/// Causes that are told.
const CAUSES: usize = 8;

/// Writes the tables.
pub(super) fn write(input: &Input<'_>, sheet: &mut Sheet) {
    let (quarter, previous) = (input.quarter, input.previous);
    sheet.heading("Incidents and response");
    let (now, before) = (&quarter.incidents, &previous.incidents);
    let mut rows = vec![
        count("Incidents", now.total, before.total),
        count("Near misses", now.near_misses, before.near_misses),
    ];
    let pairs = quarter.durations.iter().zip(&previous.durations);
    rows.extend(pairs.map(|(now, before)| {
        row(
            stretch(now.to),
            change::spread_now(&now.seconds),
            change::spread(&before.seconds),
            change::spreads(&now.seconds, &before.seconds),
        )
    }));
    figures(input, "Figure", rows, sheet);
    let lost: usize = quarter
        .durations
        .iter()
        .map(|one| one.unknown + one.absent + one.unusable)
        .sum();
    if lost > 0 {
        let word = if lost == 1 { "time is" } else { "times are" };
        sheet.paragraph(format!(
            "{lost} {word} left out, since a moment is unknown or missing in the postmortem."
        ));
    }

    if now.total + before.total > 0 {
        sheet.subheading("By severity");
        let rows = counted(&now.by_severity, &before.by_severity, usize::MAX);
        figures(input, "Severity", rows, sheet);
        let causes = counted(&now.by_cause, &before.by_cause, CAUSES);
        if !causes.is_empty() {
            sheet.subheading("By cause");
            sheet.paragraph("An incident may have several.");
            figures(input, "Cause", causes, sheet);
        }
    }
    timeliness(input, sheet);
}

fn count(name: &str, now: usize, before: usize) -> Vec<Line> {
    let change = Some(change::counts(now, before));
    let now = Line::new().strong(now.to_string());
    row(name, now, before.to_string().into(), change)
}

/// The names that occur in either quarter, at most so many.
fn counted(now: &[Count], before: &[Count], most: usize) -> Vec<Vec<Line>> {
    let of = |counts: &[Count], name: &Option<String>| {
        let own = counts.iter().find(|one| one.name == *name);
        own.map_or(0, |own| own.count)
    };
    let only_before = before
        .iter()
        .filter(|one| now.iter().all(|other| other.name != one.name));
    let names = now.iter().chain(only_before).map(|one| &one.name);
    let rows = names.filter_map(|name| {
        let (now, before) = (of(now, name), of(before, name));
        let shown = name.as_deref().unwrap_or("not set");
        (now + before > 0).then(|| count(shown, now, before))
    });
    rows.take(most).collect()
}

/// How soon the meeting, the draft and the final text came.
fn timeliness(input: &Input<'_>, sheet: &mut Sheet) {
    let pairs = input
        .quarter
        .timeliness
        .iter()
        .zip(&input.previous.timeliness);
    let pairs = pairs.filter(|(now, before)| {
        now.measured && (now.seconds.n + before.seconds.n + now.met.whole + before.met.whole > 0)
    });
    let mut rows = Vec::new();
    for (now, before) in pairs {
        let name = match now.stage {
            "meeting" => "Time to the meeting",
            "draft" => "Time to the draft",
            "final" => "Time to the final text",
            "approval" => "Time to approval",
            "report" => "Meeting to final text",
            other => other,
        };
        rows.push(row(
            name,
            change::spread_now(&now.seconds),
            change::spread(&before.seconds),
            change::spreads(&now.seconds, &before.seconds),
        ));
        if now.met.whole + before.met.whole > 0 {
            rows.push(row(
                "– met the deadline",
                Line::new().strong(change::share(now.met)),
                change::share(before.met).into(),
                change::shares(now.met, before.met),
            ));
        }
    }
    if !rows.is_empty() {
        sheet.subheading("How soon it was written about");
        figures(input, "Stage", rows, sheet);
    }
}

/// A table of figures of both quarters.
fn figures(input: &Input<'_>, about: &str, rows: Vec<Vec<Line>>, sheet: &mut Sheet) {
    let (period, before) = (input.period.to_string(), input.before.to_string());
    let head = [
        (about, false),
        (&*period, true),
        (&*before, true),
        ("Change", true),
    ];
    sheet.table(Table::new(head).with(rows));
}

fn row(name: &str, now: Line, before: Line, change: Option<String>) -> Vec<Line> {
    vec![
        name.into(),
        now,
        before,
        change.unwrap_or_else(|| TOO_FEW.into()).into(),
    ]
}

fn stretch(to: &str) -> &str {
    match to {
        "detect" => "Time to detect",
        "acknowledge" => "Time to acknowledge",
        "identify" => "Time to identify",
        "mitigate" => "Time to mitigate",
        "resolve" => "Time to resolve",
        other => other,
    }
}
