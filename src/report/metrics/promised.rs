//! Action items for people: what was promised, what of it is done, and in time.

use std::fmt::Write as _;

use super::table::{
    MOST, NONE, Table, counts, days, heading, more, name, note, plain, share, spread, statistics,
};
use crate::metrics::Actions;
use crate::metrics::actions::Group;
use crate::report::count;

/// The block of action items.
pub(super) fn actions(text: &mut String, actions: &Actions) {
    heading(text, "Action items");
    let _ = writeln!(
        text,
        "  {}: {}",
        count(actions.total, "action item"),
        counts(&actions.by_state)
    );
    if actions.tracked {
        let high = actions.high.join(" and ");
        let _ = writeln!(
            text,
            "  owed: {}, {} of them overdue",
            actions.owed, actions.overdue
        );
        let _ = writeln!(
            text,
            "  done: {}; of {high}: {}",
            share(actions.done),
            share(actions.done_high)
        );
        let _ = writeln!(
            text,
            "  done in time, of those that were due or done: {}; of {high}: {}",
            share(actions.on_time),
            share(actions.on_time_high)
        );
        let mean = actions.completion_days.mean.is_some();
        let mut table = Table::new(&statistics("", mean, &[]));
        for (title, own) in [
            ("days to completion".to_string(), &actions.completion_days),
            (format!("of {high}"), &actions.completion_days_high),
            ("age of what is owed".into(), &actions.age_days),
            ("overdue by".into(), &actions.overdue_days),
        ] {
            let mut row = vec![title];
            let mut cells = spread(own, days);
            if mean && own.mean.is_none() {
                cells.insert(2, NONE.into());
            }
            row.extend(cells);
            table.row(row);
        }
        table.write(text);
        note(
            text,
            &[
                (actions.without_due, "without a due date"),
                (
                    actions.on_time_unknown,
                    "done, and nobody knows when or by when",
                ),
                (actions.completion_unknown, "done, and never seen open"),
                (actions.age_unknown, "owed, and nobody knows since when"),
            ],
        );
    } else if actions.total > 0 {
        let _ = writeln!(
            text,
            "  no ledger tells what is done, so nothing is said of it"
        );
    }
    let per = spread(&actions.per_postmortem, plain);
    let _ = writeln!(
        text,
        "  per postmortem that has some: median {}, p90 {}, n {}",
        per[0], per[1], actions.per_postmortem.n
    );
    for (title, groups) in [
        ("priority", &actions.by_priority),
        ("type", &actions.by_type),
        ("team", &actions.by_team),
        ("service", &actions.by_service),
    ] {
        group(text, title, groups, actions.tracked);
    }
    if let Some(points) = actions
        .completion
        .as_ref()
        .filter(|points| !points.is_empty())
    {
        let mut table = Table::new(&["at the end of", "owed", "done", "dropped", "elsewhere"]);
        for point in points {
            let numbers = [point.owed, point.done, point.dropped, point.elsewhere];
            let mut row = vec![point.day.to_string()];
            row.extend(numbers.map(|number| number.to_string()));
            table.row(row);
        }
        table.write(text);
    }
}

fn group(text: &mut String, title: &'static str, groups: &[Group], tracked: bool) {
    if groups.is_empty() {
        return;
    }
    let head: &[&str] = match tracked {
        true => &[
            title, "items", "owed", "overdue", "done", "dropped", "in time",
        ],
        false => &[title, "items", "dropped"],
    };
    let mut table = Table::new(head);
    for one in groups.iter().take(MOST) {
        let mut row = vec![name(one.name.as_deref()), one.total.to_string()];
        if tracked {
            row.extend([one.owed, one.overdue, one.done].map(|number| number.to_string()));
        }
        row.push(one.dropped.to_string());
        if tracked {
            row.push(share(one.on_time));
        }
        table.row(row);
    }
    table.write(text);
    more(text, groups.len(), title);
}
