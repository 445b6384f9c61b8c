//! The writing: whether it is in time, how the check judges it, and how far the organisation is.

use super::chart::{self, Part, Stack};
use super::range::{self, Range};
use super::{Chart, Criterion, Level, Low, Section, Table, cells, percent, share, time};
use crate::metrics::Figures;
use crate::metrics::maturity::Verdict;
use crate::metrics::timeliness::Timeliness;
use crate::site::shelf::Shelf;
use crate::site::when;

/// Scores that are listed one by one.
const LOWEST: usize = 5;
/// A score that needs nobody's attention.
const GOOD: i64 = 90;

fn short(stage: &Timeliness) -> &'static str {
    match stage.stage {
        "meeting" => "Meeting",
        "draft" => "First draft",
        "final" => "Final",
        "approval" => "Approved",
        _ => "Final, from the meeting",
    }
}

fn label(stage: &Timeliness) -> String {
    let what = short(stage);
    match &stage.deadline {
        Some(limit) => format!("{what}, within {}", spelled(limit)),
        None => what.into(),
    }
}

/// `48h` as people say it.
fn spelled(limit: &str) -> String {
    let end = limit
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(limit.len());
    let number: usize = limit[..end].parse().unwrap_or(0);
    let noun = match &limit[end..] {
        "h" => "hour",
        "d" => "day",
        _ => "business day",
    };
    when::count(number, noun)
}

/// What became of a stage: its class, its name and its number.
fn outcomes(stage: &Timeliness) -> [(&'static str, &'static str, usize); 5] {
    let late = stage.met.whole - stage.met.part - stage.overdue;
    let unclear = stage.unknown + stage.absent + stage.unusable + stage.earlier;
    [
        ("met-part", "in time", stage.met.part),
        ("late-part", "late", late),
        ("overdue-part", "overdue", stage.overdue),
        (
            "pending-part",
            "not due yet",
            stage.pending + stage.without_deadline,
        ),
        ("unclear-part", "not known", unclear),
    ]
}

/// Whether meetings, drafts, final texts and approvals come in time.
pub(super) fn writing(figures: &Figures) -> Section {
    let told = figures.timeliness.iter().filter(|stage| {
        let all: usize = outcomes(stage).iter().map(|(.., number)| number).sum();
        stage.measured && all > 0
    });
    let told: Vec<&Timeliness> = told.collect();
    let with_deadline: Vec<&&Timeliness> = told
        .iter()
        .filter(|stage| stage.stage != "report")
        .collect();
    let mut charts = Vec::new();
    if !with_deadline.is_empty() {
        let stacks: Vec<Stack> = with_deadline
            .iter()
            .map(|stage| Stack {
                label: label(stage),
                under: String::new(),
                note: percent(stage.met),
                parts: outcomes(stage)
                    .into_iter()
                    .map(|(class, name, value)| Part {
                        class: class.into(),
                        value,
                        name: name.into(),
                    })
                    .collect(),
            })
            .collect();
        let rows = with_deadline.iter().map(|stage| {
            let mut row = vec![label(stage), share(stage.met)];
            row.extend(outcomes(stage).map(|(.., number)| number.to_string()));
            row
        });
        let head = [
            "Stage",
            "Met",
            "In time",
            "Late",
            "Overdue",
            "Not due yet",
            "Not known",
        ];
        let table = Table::new(&head, rows.collect());
        let said: Vec<String> = with_deadline
            .iter()
            .map(|stage| format!("{} {}", label(stage), share(stage.met)))
            .collect();
        let keys = [
            ("met-part", "in time"),
            ("late-part", "late"),
            ("overdue-part", "overdue: has not happened"),
            ("pending-part", "not due yet"),
            ("unclear-part", "not known"),
        ];
        charts.push(
            Chart::new("deadlines", "Against the deadlines", chart::bars(&stacks, true), table)
                .with(
                    "From the resolution of the incident. What has not happened counts as late once its deadline is over.",
                    format!("Met in time: {}.", said.join("; ")),
                )
                .legend(keys.map(|(class, label)| (class.to_string(), label.to_string()))),
        );
    }
    if told.iter().any(|stage| stage.seconds.n > 0) {
        let ranges: Vec<Range> = told
            .iter()
            .map(|stage| Range {
                label: short(stage).into(),
                under: String::new(),
                seconds: stage.seconds.median.zip(stage.seconds.p90),
            })
            .collect();
        let rows = told.iter().map(|stage| {
            let mut row = vec![label(stage)];
            row.extend(cells(&stage.seconds, time));
            let lost = [stage.unknown, stage.absent, stage.unusable, stage.earlier];
            row.extend(lost.map(|number| number.to_string()));
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
            "Earlier than git knows",
        ];
        let table = Table::new(&head, rows.collect());
        let said: Vec<String> = told
            .iter()
            .filter(|stage| stage.seconds.n > 0)
            .map(|stage| format!("{} {}", stage.stage, time(stage.seconds.median)))
            .collect();
        charts.push(
            Chart::new(
                "writing",
                "How long the writing takes",
                range::ranges(&ranges),
                table,
            )
            .with(
                "From the resolution, and from the meeting to the final text.",
                format!("Medians: {}.", said.join(", ")),
            )
            .ranges(),
        );
    }
    let lacking = figures.timeliness.iter().filter_map(|stage| {
        let because = stage.unmeasured_because.as_ref()?;
        Some(format!("{}: not measured, {because}.", label(stage)))
    });
    Section {
        id: "timeliness",
        title: "Writing in time",
        notes: if figures.incidents.total > 0 {
            lacking.collect()
        } else {
            Vec::new()
        },
        charts,
    }
}

/// How the check judges final postmortems.
pub(super) fn quality(figures: &Figures) -> Section {
    let quality = &figures.quality;
    let mut charts = Vec::new();
    if quality.score.n > 0 {
        let class = ["met-part", "main-part", "late-part", "overdue-part"];
        let stacks: Vec<Stack> = quality
            .by_band
            .iter()
            .zip(class)
            .map(|(band, class)| Stack {
                label: format!("{} points", band.name.as_deref().unwrap_or_default()),
                under: String::new(),
                note: band.count.to_string(),
                parts: vec![Part {
                    class: class.into(),
                    value: band.count,
                    name: "postmortems".into(),
                }],
            })
            .collect();
        let rows = quality.postmortems.iter().map(|one| {
            let numbers = [one.errors, one.warnings, one.notes, one.allowed];
            let mut row = vec![
                one.id.clone().unwrap_or_else(|| one.path.clone()),
                one.score.to_string(),
            ];
            row.extend(numbers.map(|number| number.to_string()));
            row
        });
        let head = [
            "Postmortem",
            "Score",
            "Errors",
            "Warnings",
            "Notes",
            "Allowed",
        ];
        let table = Table::new(&head, rows.collect());
        let [median, p90, n] = cells(&quality.score, |value| {
            value.map_or("–".into(), |it| it.to_string())
        });
        charts.push(
            Chart::new(
                "quality",
                "What the check says of final postmortems",
                chart::bars(&stacks, false),
                table,
            )
            .with(
                format!(
                    "Median {median}, p90 {p90}, n {n}. Score = {}, each rule once.",
                    quality.formula.replace(" x ", " × ").replace(" - ", " − ")
                ),
                format!("{n} final postmortems by score, with a median of {median} points."),
            ),
        );
    }
    Section {
        id: "quality-scores",
        title: "Quality",
        charts,
        notes: Vec::new(),
    }
}

/// The final postmortems that somebody should look at first.
pub(super) fn low(figures: &Figures, shelf: &Shelf<'_>) -> Vec<Low> {
    let low = figures
        .quality
        .postmortems
        .iter()
        .filter(|one| one.score < GOOD);
    low.take(LOWEST)
        .map(|one| {
            let entry = one.id.as_deref().and_then(|id| shelf.by_id(id));
            let row = entry.map(|index| &shelf.entries[index].row);
            let found = [
                (one.errors, "error"),
                (one.warnings, "warning"),
                (one.notes, "note"),
            ];
            let found = found.into_iter().filter(|(number, _)| *number > 0);
            let why: Vec<String> = found
                .map(|(number, noun)| when::count(number, noun))
                .collect();
            Low {
                name: row.map_or_else(
                    || one.path.clone(),
                    |row| format!("{}: {}", row.id, row.title),
                ),
                url: row.map(|row| row.url.clone()),
                score: one.score,
                why: why.join(", "),
            }
        })
        .collect()
}

/// The levels of maturity, with a word for every verdict.
pub(super) fn levels(figures: &Figures) -> Vec<Level> {
    let levels = figures.maturity.levels.iter();
    levels
        .map(|level| Level {
            level: level.level,
            name: level.name,
            reached: level.reached,
            criteria: level
                .criteria
                .iter()
                .map(|one| Criterion {
                    verdict: one.verdict.name(),
                    label: match one.verdict {
                        Verdict::Holds => "Holds",
                        Verdict::Lacks => "Lacks",
                        Verdict::TooFew => "Too little to tell",
                        Verdict::NotMeasurable => "Not measurable here",
                    },
                    text: one.text,
                    found: one.found.clone(),
                })
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn limits_are_spelled_out() {
        assert_eq!(spelled("48h"), "48 hours");
        assert_eq!(spelled("1d"), "1 day");
        assert_eq!(spelled("5bd"), "5 business days");
    }
}
