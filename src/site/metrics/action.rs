//! Action items: whether what was promised is done, in time, and by whom it is owed.

use super::chart::{self, Part, Stack};
use super::incident::feet;
use super::{Chart, HEIGHT, MOST, Section, Table, cells, days, name, share};
use crate::metrics::Figures;
use crate::metrics::actions::Group;
use crate::metrics::completion::Point;
use crate::metrics::period::Quarter;
use crate::site::when;

/// How items stand: class, name and number.
fn kinds(group: &Group) -> [(&'static str, &'static str, usize); 5] {
    let other = group.total - group.owed - group.done - group.dropped;
    [
        ("met-part", "done", group.done),
        (
            "main-part",
            "owed, not due yet",
            group.owed - group.overdue.min(group.owed),
        ),
        ("overdue-part", "overdue", group.overdue),
        ("pending-part", "waiting or elsewhere", other),
        ("unclear-part", "dropped", group.dropped),
    ]
}

/// The section.
pub(super) fn section(figures: &Figures) -> Section {
    let actions = &figures.actions;
    let mut charts = Vec::new();
    let mut notes = Vec::new();
    if actions.total > 0 && !actions.tracked {
        notes.push(format!(
            "{} promised. No ledger in this clone tells what is done, so nothing is said of it.",
            when::count(actions.total, "action item")
        ));
    }
    if actions.tracked {
        let high = actions.high.join(" and ");
        notes.push(format!(
            "Done: {}, of {high} {}. Done in time: {}, of {high} {}.",
            share(actions.done),
            share(actions.done_high),
            share(actions.on_time),
            share(actions.on_time_high)
        ));
        let [completion, completion_p90, n] = cells(&actions.completion_days, days);
        let [age, age_p90, of] = cells(&actions.age_days, days);
        notes.push(format!(
            "Time to completion: median {completion}, p90 {completion_p90}, n {n}. Age of what is owed: median {age}, p90 {age_p90}, n {of}."
        ));
        let points = actions.completion.as_deref().unwrap_or_default();
        if !points.is_empty() {
            charts.push(over_time(points));
        }
        if actions
            .on_time_by_quarter
            .iter()
            .any(|due| due.on_time.whole > 0)
        {
            charts.push(by_quarter(figures));
        }
        for (id, title, groups, nobody) in [
            (
                "priorities",
                "By priority",
                &actions.by_priority,
                "No priority",
            ),
            ("teams", "By team", &actions.by_team, "No team"),
            ("types", "By type", &actions.by_type, "No type"),
        ] {
            if !groups.is_empty() {
                charts.push(by_name(id, title, groups, nobody));
            }
        }
        if actions.age_days.n > 0 {
            charts.push(by_age(figures));
        }
    }
    Section {
        id: "actions",
        title: "Action items",
        charts,
        notes,
    }
}

fn over_time(points: &[Point]) -> Chart {
    let kinds = |point: &Point| {
        [
            ("met-part", "done", point.done),
            ("main-part", "owed", point.owed),
            ("pending-part", "elsewhere", point.elsewhere),
            ("unclear-part", "dropped", point.dropped),
        ]
    };
    let stack = |(index, point): (usize, &Point)| {
        let month = point.day.month();
        let begins = month == 1 || index == 0 && month < 12;
        Stack {
            label: point.day.strftime("%b").to_string(),
            under: if begins {
                point.day.year().to_string()
            } else {
                String::new()
            },
            note: String::new(),
            parts: kinds(point)
                .into_iter()
                .map(|(class, name, value)| Part {
                    class: class.into(),
                    value,
                    name: name.into(),
                })
                .collect(),
        }
    };
    let stacks: Vec<Stack> = points.iter().enumerate().map(stack).collect();
    let rows = points.iter().map(|point| {
        let mut row = vec![point.day.to_string()];
        row.extend(
            [point.done, point.owed, point.elsewhere, point.dropped]
                .map(|number| number.to_string()),
        );
        row
    });
    let table = Table::new(
        &["At the end of", "Done", "Owed", "Elsewhere", "Dropped"],
        rows.collect(),
    );
    let last = &points[points.len() - 1];
    let keys = kinds(last).map(|(class, name, _)| (class.to_string(), name.to_string()));
    Chart::new(
        "completion",
        "Completion over time",
        chart::columns(&stacks, HEIGHT),
        table,
    )
    .with(
        "Items that the ledger knows, at the end of each month and today.",
        format!(
            "At the end {} are done and {} are owed.",
            last.done, last.owed
        ),
    )
    .legend(keys)
}

fn by_quarter(figures: &Figures) -> Chart {
    let due = &figures.actions.on_time_by_quarter;
    let quarters: Vec<Quarter> = due.iter().map(|one| one.quarter).collect();
    let stacks: Vec<Stack> = due
        .iter()
        .zip(feet(&quarters))
        .map(|(one, (label, under))| {
            let part = |class: &str, value, name: &str| Part {
                class: class.into(),
                value,
                name: name.into(),
            };
            Stack {
                label,
                under,
                note: String::new(),
                parts: vec![
                    part("met-part", one.on_time.part, "in time"),
                    part(
                        "late-part",
                        one.on_time.whole - one.on_time.part,
                        "late or overdue",
                    ),
                ],
            }
        })
        .collect();
    let rows = due
        .iter()
        .map(|one| vec![one.quarter.to_string(), share(one.on_time)]);
    let table = Table::new(&["Due in", "Done in time"], rows.collect());
    Chart::new(
        "on-time",
        "In time, by the quarter of the due date",
        chart::columns(&stacks, HEIGHT),
        table,
    )
    .with(
        "Items that were done by their day, and those that were done later or are overdue.",
        format!(
            "Done in time altogether: {}.",
            share(figures.actions.on_time)
        ),
    )
    .legend([
        ("met-part".into(), "in time".into()),
        ("late-part".into(), "late or overdue".into()),
    ])
}

fn by_name(id: &'static str, title: &str, groups: &[Group], nobody: &str) -> Chart {
    let stacks: Vec<Stack> = groups
        .iter()
        .take(MOST)
        .map(|group| Stack {
            label: name(group.name.as_deref(), nobody),
            under: String::new(),
            note: match group.overdue {
                0 => format!("{} owed", group.owed),
                late => format!("{} owed, {late} overdue", group.owed),
            },
            parts: kinds(group)
                .into_iter()
                .map(|(class, name, value)| Part {
                    class: class.into(),
                    value,
                    name: name.into(),
                })
                .collect(),
        })
        .collect();
    let rows = groups.iter().map(|group| {
        let numbers = [
            group.total,
            group.owed,
            group.overdue,
            group.done,
            group.dropped,
        ];
        let mut row = vec![name(group.name.as_deref(), nobody)];
        row.extend(numbers.map(|number| number.to_string()));
        row.push(share(group.on_time));
        row
    });
    let head = [
        "Name",
        "Items",
        "Owed",
        "Overdue",
        "Done",
        "Dropped",
        "Done in time",
    ];
    let table = Table::new(&head, rows.collect());
    let late: usize = groups.iter().map(|group| group.overdue).sum();
    let owed: usize = groups.iter().map(|group| group.owed).sum();
    let keys = [
        ("met-part", "done"),
        ("main-part", "owed"),
        ("overdue-part", "overdue"),
        ("pending-part", "waiting or elsewhere"),
        ("unclear-part", "dropped"),
    ];
    Chart::new(id, title, chart::bars(&stacks, false), table)
        .with(
            "",
            format!("{owed} items are owed, {late} of them overdue."),
        )
        .legend(keys.map(|(class, label)| (class.to_string(), label.to_string())))
}

fn by_age(figures: &Figures) -> Chart {
    let bands = &figures.actions.by_age;
    let class = ["met-part", "main-part", "late-part", "overdue-part"];
    let label = |name: Option<&str>| format!("{} days", name.unwrap_or_default());
    let stacks: Vec<Stack> = bands
        .iter()
        .zip(class)
        .map(|(band, class)| Stack {
            label: label(band.name.as_deref()),
            under: String::new(),
            note: band.count.to_string(),
            parts: vec![Part {
                class: class.into(),
                value: band.count,
                name: "items".into(),
            }],
        })
        .collect();
    let rows = bands
        .iter()
        .map(|band| vec![label(band.name.as_deref()), band.count.to_string()]);
    let table = Table::new(&["Open for", "Items"], rows.collect());
    let [median, p90, n] = cells(&figures.actions.age_days, days);
    Chart::new(
        "ages",
        "How old what is owed is",
        chart::bars(&stacks, false),
        table,
    )
    .with(
        format!("Since it was opened: median {median}, p90 {p90}, n {n}."),
        format!("{n} items that are owed, by age; the median is {median}."),
    )
}
