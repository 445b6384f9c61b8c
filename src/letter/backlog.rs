//! Whether promises are kept, who is behind, and whether there is enough time for it.

use jiff::civil::Date;

use super::change;
use super::items;
use super::quarterly::Input;
use crate::metrics::Actions;
use crate::metrics::actions::Group;
use crate::metrics::completion::Point;
use crate::metrics::spread::Share;
use crate::sheet::{Line, Sheet, Table};

/// Teams that are told.
const TEAMS: usize = 10;

/// Writes what became of action items.
pub(super) fn write(input: &Input<'_>, sheet: &mut Sheet) {
    let actions = &input.overall.actions;
    sheet.heading("Action items");
    if !actions.tracked {
        sheet.paragraph(
            Line::new()
                .text(format!(
                    "{} promised; nobody can tell from this repository what is done: ",
                    items(actions.total)
                ))
                .code("aftersight actions sync")
                .text(" keeps the ledger that does."),
        );
        return;
    }
    let high = actions.high.join(" and ");
    let rows = [
        (
            "Done, of those owed or done".to_string(),
            change::share(actions.done),
        ),
        (format!("– of {high}"), change::share(actions.done_high)),
        (
            "Done in time, of those done or overdue".into(),
            change::share(actions.on_time),
        ),
        (format!("– of {high}"), change::share(actions.on_time_high)),
        ("To be done or decided".into(), actions.owed.to_string()),
        ("Overdue".into(), actions.overdue.to_string()),
    ];
    let rows = rows.map(|(name, figure)| vec![name.into(), Line::new().strong(figure)]);
    sheet.table(Table::new([("Figure", false), ("Now", true)]).with(rows));
    sheet.paragraph(in_time(input, actions));
    let mut late: Vec<&Group> = actions
        .by_team
        .iter()
        .filter(|team| team.overdue > 0)
        .collect();
    late.sort_by(|a, b| (b.overdue, &a.name).cmp(&(a.overdue, &b.name)));
    if !late.is_empty() {
        sheet.subheading("Overdue, by team");
        let head = [
            ("Team", false),
            ("Overdue", true),
            ("To be done", true),
            ("In time", true),
        ];
        let rows = late.iter().take(TEAMS).map(|team| row(team));
        sheet.table(Table::new(head).with(rows));
    }
    resources(input, actions, &late, sheet);
}

fn row(team: &Group) -> Vec<Line> {
    let name = match &team.name {
        Some(name) => Line::new().code(name.as_str()),
        None => "no team".into(),
    };
    vec![
        name,
        Line::new().strong(team.overdue.to_string()),
        team.owed.to_string().into(),
        change::share(team.on_time).into(),
    ]
}

/// What was due in the quarter, against what was due in the one before.
fn in_time(input: &Input<'_>, actions: &Actions) -> String {
    let due = |quarter| {
        let all = actions.on_time_by_quarter.iter();
        let own = all
            .filter(|one| one.quarter == quarter)
            .map(|one| one.on_time)
            .next();
        // Of few there is no share, but the numbers are there.
        own.map_or_else(Share::default, |own| Share::of(own.part, own.whole))
    };
    let now = due(input.period.of_quarter());
    let before = due(input.before.of_quarter());
    if now.whole == 0 {
        return format!("Nothing that was promised was due in {}.", input.period);
    }
    let before = match before.whole {
        0 => "nothing was due".into(),
        _ => match change::shares(now, before) {
            Some(change) => format!("{}: {change}", change::share(before)),
            None => change::share(before),
        },
    };
    format!(
        "Of what was due in {}, {} were done in time; in {}, {before}.",
        input.period,
        change::share(now),
        input.before
    )
}

/// Whether what is to be done grows, and the question that follows (S4: *Discuss resourcing needs if action item backlog growing*).
fn resources(input: &Input<'_>, actions: &Actions, late: &[&Group], sheet: &mut Sheet) {
    let Some(points) = &actions.completion else {
        return;
    };
    let Some((end, begin)) = ends(points, input.period.last, input.before.last) else {
        return;
    };
    sheet.subheading("Is there enough time for it?");
    let stands = format!(
        "{} to be done or decided at the end of {}, {} at the end of {}",
        items(begin.owed),
        input.before,
        end.owed,
        match input.period.is_over(input.now) {
            true => input.period.to_string(),
            false => format!("{} so far", input.period),
        }
    );
    if end.owed <= begin.owed {
        sheet.paragraph(format!("{stands}: it does not grow."));
        return;
    }
    let teams: Vec<&str> = late
        .iter()
        .filter_map(|team| team.name.as_deref())
        .take(3)
        .collect();
    let most = match teams.is_empty() {
        true => Line::new(),
        false => Line::from(" Most is overdue with ")
            .then(Line::names(teams))
            .text("."),
    };
    sheet.paragraph(
        Line::new()
            .text(format!("{stands}: "))
            .strong("it grows.")
            .text(" Which teams get time for it in the coming quarter, and what is dropped, with its reason?")
            .then(most),
    );
}

/// How many were owed on two days; none where the ledger does not reach back.
fn ends(points: &[Point], last: Date, first: Date) -> Option<(&Point, &Point)> {
    let end = points.iter().rfind(|point| point.day <= last)?;
    let begin = points.iter().find(|point| point.day == first)?;
    (end.day > begin.day).then_some((end, begin))
}
