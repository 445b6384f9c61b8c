//! Incidents: how many, how severe, where and why, and who noticed first.

use super::chart::{self, GridRow, Part, Stack};
use super::{Chart, HEIGHT, MOST, Section, Table, cells, name, time};
use crate::metrics::Figures;
use crate::metrics::count::Count;
use crate::metrics::incidents::InQuarter;
use crate::metrics::period::Quarter;
use crate::site::Input;
use crate::site::entry::severity;
use crate::site::when;

/// The first line below a column, and the second: the year stands where it begins, and below the first column if the next one is
/// of the same year.
pub(super) fn feet(quarters: &[Quarter]) -> Vec<(String, String)> {
    let foot = |(index, quarter): (usize, &Quarter)| {
        let begins = quarter.number == 1 || index == 0 && quarter.number < 4;
        let year = if begins {
            quarter.year.to_string()
        } else {
            String::new()
        };
        (format!("Q{}", quarter.number), year)
    };
    quarters.iter().enumerate().map(foot).collect()
}

/// The class of a severity, and what it is called.
fn severity_class(one: &Count, input: &Input<'_>) -> (String, String) {
    match one.name.as_deref() {
        Some(own) => {
            let level = severity(own, &input.config.conventions).level;
            (format!("severity-part-{level}"), own.to_string())
        }
        None => ("other-part".into(), "no severity".into()),
    }
}

fn parts(counts: &[Count], input: &Input<'_>) -> Vec<Part> {
    let part = |one: &Count| {
        let (class, name) = severity_class(one, input);
        Part {
            class,
            value: one.count,
            name,
        }
    };
    counts.iter().map(part).collect()
}

/// How often, how severe, where and why.
pub(super) fn section(figures: &Figures, input: &Input<'_>) -> Section {
    let incidents = &figures.incidents;
    let mut charts = Vec::new();
    if !incidents.quarters.is_empty() {
        charts.push(quarters(figures, input));
    }
    if incidents.by_service.iter().any(|one| one.name.is_some()) {
        charts.push(services(figures, input));
    }
    if incidents.by_cause.iter().any(|one| one.name.is_some()) && !incidents.quarters.is_empty() {
        charts.push(causes(figures));
    }
    if incidents
        .by_detection
        .iter()
        .any(|one| one.name.is_some() && one.count > 0)
    {
        charts.push(detection(figures));
    }
    let mut notes = Vec::new();
    if incidents.undated > 0 {
        notes.push(format!(
            "{} without a date, so in no quarter.",
            when::count(incidents.undated, "incident")
        ));
    }
    if incidents.earlier > 0 {
        notes.push(format!(
            "{} began before the first quarter that is shown.",
            when::count(incidents.earlier, "incident")
        ));
    }
    Section {
        id: "incidents",
        title: "Incidents",
        charts,
        notes,
    }
}

fn quarters(figures: &Figures, input: &Input<'_>) -> Chart {
    let incidents = &figures.incidents;
    let quarters: Vec<Quarter> = incidents.quarters.iter().map(|one| one.quarter).collect();
    let stacks: Vec<Stack> = incidents
        .quarters
        .iter()
        .zip(feet(&quarters))
        .map(|(one, (label, under))| Stack {
            label,
            under,
            note: String::new(),
            parts: parts(&one.by_severity, input),
        })
        .collect();
    let mut head = vec!["Quarter".to_string(), "Incidents".into()];
    let severities: Vec<(String, String)> = incidents
        .by_severity
        .iter()
        .map(|one| severity_class(one, input))
        .collect();
    head.extend(severities.iter().map(|(_, name)| name.clone()));
    head.push("Near-misses".into());
    let rows = incidents.quarters.iter().map(|one| {
        let mut row = vec![so_far(one), one.incidents.to_string()];
        row.extend(incidents.by_severity.iter().map(|severity| {
            let own = one.by_severity.iter().find(|it| it.name == severity.name);
            own.map_or(0, |own| own.count).to_string()
        }));
        row.push(one.near_misses.to_string());
        row
    });
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let table = Table::new(&head, rows.collect());
    let highest = incidents.quarters.iter().max_by_key(|one| one.incidents);
    let description = highest.map_or(String::new(), |one| {
        format!(
            "Incidents in {} quarters, stacked by severity with the most severe at the foot. The most were {} in {}.",
            incidents.quarters.len(),
            one.incidents,
            one.quarter
        )
    });
    let used = incidents.by_severity.iter().zip(severities);
    let used = used.filter(|(one, _)| one.count > 0).map(|(_, key)| key);
    Chart::new("quarters", "How many, and how severe", chart::columns(&stacks, HEIGHT), table)
        .with("Incidents by the quarter in which they began, the most severe at the foot; the last quarter is not over yet.", description)
        .legend(used)
}

/// A quarter, and whether it is still going on.
pub(super) fn so_far(one: &InQuarter) -> String {
    format!(
        "{}{}",
        one.quarter,
        if one.complete { "" } else { ", so far" }
    )
}

fn services(figures: &Figures, input: &Input<'_>) -> Chart {
    let services = &figures.incidents.by_service;
    let stacks: Vec<Stack> = services
        .iter()
        .take(MOST)
        .map(|one| Stack {
            label: name(one.name.as_deref(), "No service named"),
            under: String::new(),
            note: one.incidents.to_string(),
            parts: parts(&one.by_severity, input),
        })
        .collect();
    let rows = services.iter().map(|one| {
        let mut row = vec![
            name(one.name.as_deref(), "No service named"),
            one.incidents.to_string(),
            one.last_year.to_string(),
            one.recurrences.to_string(),
        ];
        row.extend(cells(&one.resolve_seconds, time));
        row.extend([one.owed.to_string(), one.overdue.to_string()]);
        row
    });
    let head = [
        "Service",
        "Incidents",
        "Last year",
        "Happened before",
        "Resolved in, median",
        "p90",
        "n",
        "Items owed",
        "Overdue",
    ];
    let table = Table::new(&head, rows.collect());
    let first = &services[0];
    let hidden = services.len().saturating_sub(MOST);
    let more = match hidden {
        0 => String::new(),
        more => format!(" {more} more are in the table."),
    };
    let description = format!(
        "Incidents of {} services by severity. The most, {}, are of {}.",
        services.len(),
        first.incidents,
        name(first.name.as_deref(), "no service")
    );
    let severities = figures
        .incidents
        .by_severity
        .iter()
        .filter(|one| one.count > 0);
    Chart::new("services", "Where", chart::bars(&stacks, false), table)
        .with(
            format!("Incidents by service and severity; one may be of several services.{more}"),
            description,
        )
        .legend(severities.map(|one| severity_class(one, input)))
}

fn causes(figures: &Figures) -> Chart {
    let incidents = &figures.incidents;
    let quarters: Vec<Quarter> = incidents.quarters.iter().map(|one| one.quarter).collect();
    let values = |index: usize| -> Vec<usize> {
        let quarters = incidents.quarters.iter();
        quarters
            .map(|one| one.by_cause.get(index).map_or(0, |cause| cause.count))
            .collect()
    };
    let rows: Vec<GridRow> = incidents
        .by_cause
        .iter()
        .enumerate()
        .map(|(index, cause)| GridRow {
            label: name(cause.name.as_deref(), "No cause named"),
            values: values(index),
        })
        .collect();
    let mut head = vec!["Cause".to_string(), "Ever".into()];
    head.extend(incidents.quarters.iter().map(so_far));
    let cells = rows.iter().zip(&incidents.by_cause).map(|(row, cause)| {
        let mut cells = vec![row.label.clone(), cause.count.to_string()];
        cells.extend(row.values.iter().map(ToString::to_string));
        cells
    });
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let table = Table::new(&head, cells.collect());
    let description = format!(
        "A grid of {} causes and {} quarters. The most frequent cause is {}, {} times.",
        rows.len(),
        quarters.len(),
        rows[0].label,
        incidents.by_cause[0].count
    );
    let shown = &rows[..rows.len().min(MOST)];
    Chart::new("causes", "Why", chart::grid(&feet(&quarters), shown), table).with(
        "Incidents by cause and quarter, the more the darker; on the right how many in these quarters. One incident may have several causes.",
        description,
    )
}

fn detection(figures: &Figures) -> Chart {
    let by = &figures.incidents.by_detection;
    let all: usize = by.iter().map(|one| one.count).sum();
    let label = |one: &Count| match one.name.as_deref() {
        Some("monitoring") => "Monitoring".to_string(),
        Some("customer") => "A customer".into(),
        Some("staff") => "A colleague".into(),
        Some("third-party") => "A third party".into(),
        Some("unknown") => "Unknown".into(),
        Some(other) => other.into(),
        None => "Not written".into(),
    };
    let stacks: Vec<Stack> = by
        .iter()
        .map(|one| Stack {
            label: label(one),
            under: String::new(),
            note: one.count.to_string(),
            parts: vec![Part {
                class: "main-part".into(),
                value: one.count,
                name: "incidents".into(),
            }],
        })
        .collect();
    let rows = by.iter().map(|one| vec![label(one), one.count.to_string()]);
    let table = Table::new(&["Noticed by", "Incidents"], rows.collect());
    let monitoring = by
        .iter()
        .find(|one| one.name.as_deref() == Some("monitoring"));
    let description = format!(
        "Monitoring noticed {} of {all} incidents first.",
        monitoring.map_or(0, |one| one.count)
    );
    Chart::new(
        "detection",
        "Who noticed first",
        chart::bars(&stacks, false),
        table,
    )
    .with(
        "Incidents by who saw them before anybody else.",
        description,
    )
}
