//! How long the response took, and what happened again.

use super::chart::{self, Part, Stack};
use super::incident::{feet, so_far};
use super::range::{self, Range};
use super::{Chart, HEIGHT, MOST, Section, Table, cells, days, share, time};
use crate::metrics::period::Quarter;
use crate::metrics::{Figures, LEAST};

/// How long the response took.
pub(super) fn response(figures: &Figures) -> Section {
    let label = |to: &str| match to {
        "detect" => "Detect, from the first effect",
        "acknowledge" => "Acknowledge, from detection",
        "identify" => "Identify the cause, from detection",
        "mitigate" => "Mitigate, from the first effect",
        _ => "Resolve, from the first effect",
    };
    let short = |to: &str| match to {
        "detect" => "Detect",
        "acknowledge" => "Acknowledge",
        "identify" => "Identify the cause",
        "mitigate" => "Mitigate",
        _ => "Resolve",
    };
    let mut charts = Vec::new();
    let any = figures.durations.iter().any(|one| one.seconds.n > 0);
    if any {
        let ranges: Vec<Range> = figures
            .durations
            .iter()
            .map(|one| Range {
                label: short(one.to).into(),
                under: String::new(),
                seconds: one.seconds.median.zip(one.seconds.p90),
            })
            .collect();
        let rows = figures.durations.iter().map(|one| {
            let mut row = vec![label(one.to).to_string()];
            row.extend(cells(&one.seconds, time));
            row.extend([one.unknown, one.absent, one.unusable].map(|number| number.to_string()));
            row
        });
        let head = [
            "Time to",
            "Median",
            "p90",
            "n",
            "Unknown",
            "Not written",
            "Unusable",
        ];
        let table = Table::new(&head, rows.collect());
        let said = figures
            .durations
            .iter()
            .filter(|one| one.seconds.n > 0)
            .map(|one| {
                format!(
                    "{} {} (p90 {}, n {})",
                    one.to,
                    time(one.seconds.median),
                    time(one.seconds.p90),
                    one.seconds.n
                )
            });
        let said = said.collect::<Vec<_>>().join(", ");
        charts.push(
            Chart::new("response", "How long the response takes", range::ranges(&ranges), table)
                .with("Acknowledging and identifying count from detection, the rest from the first effect. Each step of the scale is several times the one before.", format!("Medians: {said}."))
                .ranges(),
        );
    }
    let quarters = &figures.incidents.quarters;
    if quarters
        .iter()
        .any(|one| one.resolve_seconds.median.is_some())
    {
        let names: Vec<Quarter> = quarters.iter().map(|one| one.quarter).collect();
        let ranges: Vec<Range> = quarters
            .iter()
            .zip(feet(&names))
            .map(|(one, (label, under))| Range {
                label,
                under,
                seconds: one.resolve_seconds.median.zip(one.resolve_seconds.p90),
            })
            .collect();
        let rows = quarters.iter().map(|one| {
            let mut row = vec![so_far(one)];
            row.extend(cells(&one.resolve_seconds, time));
            row.extend(cells(&one.detect_seconds, time));
            row
        });
        let head = [
            "Quarter",
            "Resolve, median",
            "p90",
            "n",
            "Detect, median",
            "p90",
            "n",
        ];
        let table = Table::new(&head, rows.collect());
        let told = quarters
            .iter()
            .filter(|one| one.resolve_seconds.median.is_some());
        let description = format!(
            "Median and p90 of the time to resolve in the {} quarters that have enough incidents.",
            told.count()
        );
        charts.push(
            Chart::new("resolve", "Time to resolve, quarter by quarter", range::upright(&ranges, HEIGHT), table)
                .with(format!("Quarters with fewer than {LEAST} incidents of known length are left empty: so few are no trend."), description)
                .ranges(),
        );
    }
    Section {
        id: "response-times",
        title: "Response",
        charts,
        notes: Vec::new(),
    }
}

/// What happened again.
pub(super) fn recurrence(figures: &Figures) -> Section {
    let recurrence = &figures.recurrence;
    let mut charts = Vec::new();
    let mut notes = Vec::new();
    if figures.incidents.total > 0 {
        notes.push(format!(
            "Said by their authors to have happened before: {}. Same cause on the same service within a year: {}.",
            share(recurrence.declared),
            share(recurrence.repeated)
        ));
        if recurrence.gap_days.n > 0 {
            let [median, p90, n] = cells(&recurrence.gap_days, days);
            notes.push(format!(
                "Time until it happened again: median {median}, p90 {p90}, n {n}."
            ));
        }
        if recurrence.with_owed_items.whole > 0 {
            notes.push(format!(
                "Began while action items of the one before were not done: {}.",
                share(recurrence.with_owed_items)
            ));
        }
        if recurrence.undecided > 0 {
            notes.push(format!(
                "{} without a cause, a service or a date, of which nobody can tell.",
                recurrence.undecided
            ));
        }
    }
    if !recurrence.repeats.is_empty() {
        let stacks: Vec<Stack> = recurrence
            .repeats
            .iter()
            .take(MOST)
            .map(|one| Stack {
                label: format!("{} in {}", one.cause, one.service),
                under: String::new(),
                note: one.incidents.to_string(),
                parts: vec![Part {
                    class: "main-part".into(),
                    value: one.incidents,
                    name: "incidents".into(),
                }],
            })
            .collect();
        let rows = recurrence.repeats.iter().map(|one| {
            vec![
                one.cause.clone(),
                one.service.clone(),
                one.incidents.to_string(),
                one.last.to_string(),
            ]
        });
        let table = Table::new(&["Cause", "Service", "Incidents", "Last"], rows.collect());
        let first = &recurrence.repeats[0];
        let description = format!(
            "{} pairs of a cause and a service with more than one incident in the last year. The most, {}, are {} in {}.",
            recurrence.repeats.len(),
            first.incidents,
            first.cause,
            first.service
        );
        charts.push(
            Chart::new(
                "repeats",
                "The same thing in the same place",
                chart::bars(&stacks, false),
                table,
            )
            .with(
                "What happened more than once in the last 365 days.",
                description,
            ),
        );
    }
    Section {
        id: "recurrence",
        title: "Recurrence",
        charts,
        notes,
    }
}
