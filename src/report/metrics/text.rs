//! Figures for people: one block a question, every duration as median, 90th percentile and their number.

use std::fmt::Write as _;

use super::promised::actions;
use super::table::{
    MOST, NONE, Table, counts, days, heading, more, name, note, plain, share, spread, statistics,
};
use crate::metrics::maturity::Verdict;
use crate::metrics::spread::Spread;
use crate::metrics::timeliness::Timeliness;
use crate::metrics::{Figures, Incidents, LEAST, Quality, Recurrence};
use crate::report::count;
use crate::when::length;

/// All figures.
pub fn text(figures: &Figures) -> String {
    let mut text = String::new();
    let files = &figures.postmortems;
    let _ = writeln!(
        text,
        "as of {}: {}, {} final, {} in review, {} drafts",
        figures.as_of,
        count(files.total, "postmortem"),
        files.r#final,
        files.in_review,
        files.draft
    );
    let notes = [
        (files.unreadable, "cannot be read"),
        (files.future, "about something that is still to come"),
        (
            files.old,
            "of before, left out of timeliness, quality and maturity",
        ),
    ];
    note(&mut text, &notes);
    incidents(&mut text, &figures.incidents, figures.actions.tracked);
    response(&mut text, figures);
    writing(&mut text, &figures.timeliness);
    actions(&mut text, &figures.actions);
    recurrence(&mut text, &figures.recurrence);
    quality(&mut text, &figures.quality);
    maturity(&mut text, figures);
    text += "\nmedian and p90: of ten, five and nine do not exceed it; n: of how many. `aftersight metrics --definitions` says what each figure means\n";
    if figures
        .durations
        .iter()
        .any(|one| one.seconds.mean.is_some())
    {
        text += "mean: durations of incidents are skewed, a few long ones pull it far away from what is usual, so compare medians (VOID report, thevoid.community)\n";
    }
    text
}

fn incidents(text: &mut String, incidents: &Incidents, tracked: bool) {
    heading(text, "Incidents");
    let _ = writeln!(
        text,
        "  {}, {}",
        count(incidents.total, "incident"),
        match incidents.near_misses {
            1 => "1 near-miss".to_string(),
            number => format!("{number} near-misses"),
        }
    );
    for (title, list) in [
        ("severity", &incidents.by_severity),
        ("kind", &incidents.by_kind),
        ("noticed by", &incidents.by_detection),
        ("cause", &incidents.by_cause),
    ] {
        let _ = writeln!(text, "  {title}: {}", counts(list));
    }
    note(
        text,
        &[
            (incidents.undated, "without a date, in no quarter"),
            (incidents.earlier, "of before the first quarter shown"),
        ],
    );
    if !incidents.quarters.is_empty() {
        let mut head = vec!["quarter", "incidents"];
        let severities: Vec<String> = incidents
            .by_severity
            .iter()
            .map(|one| name(one.name.as_deref()))
            .collect();
        head.extend(severities.iter().map(String::as_str));
        head.extend(["again", "near-misses", "resolve median", "p90"]);
        let mut table = Table::new(&head);
        for one in &incidents.quarters {
            let open = if one.complete { "" } else { " (so far)" };
            let mut row = vec![format!("{}{open}", one.quarter), one.incidents.to_string()];
            for severity in &incidents.by_severity {
                let own = one.by_severity.iter().find(|it| it.name == severity.name);
                row.push(own.map_or(0, |own| own.count).to_string());
            }
            row.push(one.recurrences.to_string());
            row.push(one.near_misses.to_string());
            let cells = spread(&one.resolve_seconds, length);
            row.extend(cells.into_iter().take(2));
            table.row(row);
        }
        table.write(text);
        let _ = writeln!(
            text,
            "  durations of fewer than {LEAST} incidents a quarter are not shown"
        );
    }
    if !incidents.by_service.is_empty() {
        let mut head = vec![
            "service",
            "incidents",
            "last year",
            "again",
            "resolve median",
            "p90",
            "n",
        ];
        if tracked {
            head.extend(["owed", "overdue"]);
        }
        let mut table = Table::new(&head);
        for one in incidents.by_service.iter().take(MOST) {
            let mut row = vec![
                name(one.name.as_deref()),
                one.incidents.to_string(),
                one.last_year.to_string(),
                one.recurrences.to_string(),
            ];
            let without_mean = Spread {
                mean: None,
                ..one.resolve_seconds.clone()
            };
            row.extend(spread(&without_mean, length));
            if tracked {
                row.extend([one.owed.to_string(), one.overdue.to_string()]);
            }
            table.row(row);
        }
        table.write(text);
        more(text, incidents.by_service.len(), "service");
    }
}

fn response(text: &mut String, figures: &Figures) {
    heading(text, "Response");
    let mean = figures
        .durations
        .iter()
        .any(|one| one.seconds.mean.is_some());
    let mut table = Table::new(&statistics(
        "time to",
        mean,
        &["unknown", "absent", "unusable"],
    ));
    for one in &figures.durations {
        let mut row = vec![one.to.to_string()];
        let mut cells = spread(&one.seconds, length);
        if mean && one.seconds.mean.is_none() {
            cells.insert(2, NONE.into());
        }
        row.extend(cells);
        row.extend([one.unknown, one.absent, one.unusable].map(|number| number.to_string()));
        table.row(row);
    }
    table.write(text);
}

fn writing(text: &mut String, stages: &[Timeliness]) {
    heading(text, "Writing, from the resolution");
    let mean = stages.iter().any(|stage| stage.seconds.mean.is_some());
    let mut table = Table::new(&statistics(
        "time to",
        mean,
        &["deadline", "met", "overdue", "not known"],
    ));
    for stage in stages.iter().filter(|stage| stage.measured) {
        let title = match stage.stage {
            "report" => "final, from the meeting".to_string(),
            other => other.to_string(),
        };
        let mut row = vec![title];
        let mut cells = spread(&stage.seconds, length);
        if mean && stage.seconds.mean.is_none() {
            cells.insert(2, NONE.into());
        }
        row.extend(cells);
        row.push(stage.deadline.clone().unwrap_or(NONE.into()));
        row.push(share(stage.met));
        row.push(stage.overdue.to_string());
        let unclear = stage.unknown + stage.absent + stage.unusable + stage.earlier;
        row.push(unclear.to_string());
        table.row(row);
    }
    table.write(text);
    let own: Vec<String> = stages
        .iter()
        .flat_map(|stage| {
            stage
                .deadlines_by_severity
                .iter()
                .map(move |(severity, limit)| {
                    let limit = limit.as_deref().unwrap_or("none");
                    format!("{} of {}: {limit}", stage.stage, name(Some(severity)))
                })
        })
        .collect();
    if !own.is_empty() {
        let _ = writeln!(text, "  other deadlines: {}", own.join(", "));
    }
    for stage in stages {
        if let Some(because) = &stage.unmeasured_because {
            let _ = writeln!(text, "  {}: not measured, {because}", stage.stage);
        }
    }
}

fn recurrence(text: &mut String, recurrence: &Recurrence) {
    heading(text, "Recurrence");
    let _ = writeln!(
        text,
        "  said to have happened before: {}",
        share(recurrence.declared)
    );
    let _ = writeln!(
        text,
        "  same cause on the same service within a year: {}",
        share(recurrence.repeated)
    );
    let gap = spread(&recurrence.gap_days, days);
    if recurrence.gap_days.n > 0 {
        let _ = writeln!(
            text,
            "  time in between: median {}, p90 {}, n {}",
            gap[0], gap[1], recurrence.gap_days.n
        );
    }
    if recurrence.with_owed_items.whole > 0 {
        let _ = writeln!(
            text,
            "  began while action items of the one before were not done: {}",
            share(recurrence.with_owed_items)
        );
    }
    note(
        text,
        &[
            (recurrence.dangling, "name a postmortem that is not here"),
            (
                recurrence.undecided,
                "without a cause, a service or a date, so nobody can tell",
            ),
        ],
    );
    for one in recurrence.repeats.iter().take(MOST) {
        let _ = writeln!(
            text,
            "  {} in {}: {} in the last year, the last on {}",
            name(Some(&one.cause)),
            name(Some(&one.service)),
            one.incidents,
            one.last
        );
    }
    more(text, recurrence.repeats.len(), "pair");
}

fn quality(text: &mut String, quality: &Quality) {
    heading(text, "Quality of final postmortems");
    let score = spread(&quality.score, plain);
    let _ = writeln!(
        text,
        "  score: median {}, p90 {}, n {}; {}",
        score[0], score[1], quality.score.n, quality.formula
    );
    if quality.score.n > 0 {
        let _ = writeln!(text, "  {}", counts(&quality.by_band));
    }
    let low = quality.postmortems.iter().filter(|one| one.score < 75);
    for one in low.take(5) {
        let _ = writeln!(
            text,
            "  {:>3}  {}: {} errors, {} warnings, {} notes",
            one.score,
            name(Some(one.id.as_deref().unwrap_or(&one.path))),
            one.errors,
            one.warnings,
            one.notes
        );
    }
}

fn maturity(text: &mut String, figures: &Figures) {
    let maturity = &figures.maturity;
    heading(text, "Maturity, as far as a repository shows it");
    let _ = writeln!(
        text,
        "  level {} of 4{}",
        maturity.level,
        maturity
            .name
            .map(|name| format!(", {name}"))
            .unwrap_or_default()
    );
    for level in &maturity.levels {
        let _ = writeln!(text, "  {} {}", level.level, level.name);
        for criterion in &level.criteria {
            let sign = match criterion.verdict {
                Verdict::Holds => "yes",
                Verdict::Lacks => "no ",
                Verdict::TooFew => "?  ",
                Verdict::NotMeasurable => "-  ",
            };
            let _ = writeln!(text, "    {sign}  {}: {}", criterion.text, criterion.found);
        }
    }
    let _ = writeln!(
        text,
        "  yes: it holds, no: it does not, ?: too little to tell, -: no repository shows it"
    );
}
