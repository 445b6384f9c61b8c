//! The tables of a draft: its timeline and its action items.
//!
//! Owns how a moment is written so that reading it again gives the same, and what does not fit into a cell. Safe text is made by
//! [`super::escape`] and [`super::clean`].

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::clean::{self, Html};
use super::draft::{ActionRow, Event, Text};
use super::escape;
use crate::postmortem::action::Column;
use crate::postmortem::conventions::Conventions;

/// Longest text of an entry, in characters, that stands in its cell.
const MOST: usize = 1000;

/// What an entry says beyond its cell.
pub(super) struct Detail {
    /// Which entry of the draft.
    event: usize,
    /// The number in its heading, from 1.
    number: usize,
    /// Safe Markdown.
    pub(super) text: String,
}

impl Detail {
    /// The heading it stands below.
    pub(super) fn heading(&self) -> String {
        format!("Timeline entry {}", self.number)
    }

    fn link(&self) -> String {
        format!("([in full](#timeline-entry-{}))", self.number)
    }
}

/// The entries in order of time; one without a moment stays behind the one before it.
fn ordered(events: &[Event]) -> Vec<usize> {
    let mut last = Timestamp::MIN;
    let mut keyed: Vec<(Timestamp, usize)> = Vec::with_capacity(events.len());
    for (index, event) in events.iter().enumerate() {
        last = event.at.unwrap_or(last);
        keyed.push((last, index));
    }
    keyed.sort();
    keyed.into_iter().map(|(_, index)| index).collect()
}

/// A cell for a text, and whether it is all of it.
fn cell(text: &Text, html: Html, conventions: &Conventions) -> (String, bool) {
    match text {
        Text::Plain(text) if text.chars().count() > MOST => {
            let short: String = text.chars().take(160).collect();
            (escape::cell(&format!("{}…", short.trim_end())), false)
        }
        Text::Plain(text) => (escape::cell(text), true),
        Text::Markdown(text) => {
            let tamed = clean::markdown(text, html, conventions);
            match clean::cell(&tamed) {
                (cell, true) if cell.chars().count() > MOST => (
                    escape::cell(&text.chars().take(160).collect::<String>()),
                    false,
                ),
                other => other,
            }
        }
    }
}

/// What does not fit into the cells, in the order of the table.
pub(super) fn details(events: &[Event], html: Html, conventions: &Conventions) -> Vec<Detail> {
    let mut details = Vec::new();
    for index in ordered(events) {
        let event = &events[index];
        let (_, whole) = cell(&event.text, html, conventions);
        let mut texts = Vec::new();
        if !whole {
            texts.push(match &event.text {
                Text::Plain(text) => escape::paragraphs(text),
                Text::Markdown(text) => clean::markdown(text, html, conventions),
            });
        }
        if let Some(more) = &event.more {
            texts.push(clean::markdown(more, html, conventions));
        }
        let text = clean::joined(&texts, html, conventions);
        // A blank at the start of a line may be what makes it code.
        let text = text.trim_start_matches('\n').trim_end().to_string();
        if !text.is_empty() {
            details.push(Detail {
                event: index,
                number: details.len() + 1,
                text,
            });
        }
    }
    details
}

/// The timeline; empty where there are no entries.
pub(super) fn timeline(
    events: &[Event],
    details: &[Detail],
    html: Html,
    conventions: &Conventions,
) -> String {
    if events.is_empty() {
        return String::new();
    }
    let mut text = String::from("| Time (UTC) | Event |\n| --- | --- |\n");
    let mut day = None;
    for index in ordered(events) {
        let event = &events[index];
        let (mut cell, _) = cell(&event.text, html, conventions);
        if let Some(detail) = details.iter().find(|detail| detail.event == index) {
            let _ = write!(cell, " {}", detail.link());
        }
        let (time, until) = time(event, &mut day);
        let _ = writeln!(text, "| {time} | {}{until} |", cell.trim());
    }
    text
}

/// The time of an entry with its day where that is another than before, and words for an end that a time of day cannot say.
fn time(event: &Event, day: &mut Option<Date>) -> (String, String) {
    let Some(at) = event.at else {
        return ("unknown".into(), String::new());
    };
    let about = if event.about { "~" } else { "" };
    let start = at.to_zoned(TimeZone::UTC).datetime();
    let date = match *day == Some(start.date()) {
        true => String::new(),
        false => format!("{} ", start.date()),
    };
    *day = Some(start.date());
    let mut text = format!("{about}{date}{}", clock(at));
    let Some(until) = event.until else {
        return (text, String::new());
    };
    let hours = until.duration_since(at).as_hours();
    if hours < 24 && clock(until) != clock(at) {
        let _ = write!(text, "–{}", clock(until));
        return (text, String::new());
    }
    let end = until.to_zoned(TimeZone::UTC);
    (
        text,
        format!(" (until {})", end.strftime("%Y-%m-%d %H:%M UTC")),
    )
}

/// `14:23`, with seconds where there are any.
fn clock(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    match at.second() {
        0 => at.strftime("%H:%M").to_string(),
        _ => at.strftime("%H:%M:%S").to_string(),
    }
}

/// The action items; empty where there are none. Columns of which no row says anything are there all the same, to be filled in.
pub(super) fn actions(rows: &[ActionRow], html: Html, conventions: &Conventions) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut columns = vec![
        Column::Id,
        Column::Action,
        Column::Type,
        Column::Priority,
        Column::Owner,
        Column::Due,
        Column::DoneWhen,
    ];
    if rows.iter().any(|row| !row.issue.is_empty()) {
        columns.push(Column::Issue);
    }
    if rows.iter().any(|row| !row.status.is_empty()) {
        columns.push(Column::Status);
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    let mut text = format!(
        "| {} |\n|{}\n",
        names.join(" | "),
        " --- |".repeat(columns.len())
    );
    let mut taken: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut next = 1;
    for row in rows {
        let mut id = row.id.clone();
        while id.is_empty() {
            let free = format!("A{next}");
            next += 1;
            if !taken.contains(&free) {
                taken.push(free.clone());
                id = free;
            }
        }
        let action = match &row.action {
            Text::Plain(text) => escape::cell(text),
            Text::Markdown(text) => match clean::cell(&clean::markdown(text, html, conventions)) {
                (cell, true) => cell,
                (_, false) => escape::cell(text),
            },
        };
        let cells = columns.iter().map(|column| match column {
            Column::Id => escape::inline(&id),
            Column::Action => action.clone(),
            Column::Type => escape::inline(&row.kind),
            Column::Priority => escape::inline(&row.priority),
            Column::Owner => escape::inline(&row.owner),
            Column::Due => escape::inline(&row.due),
            Column::DoneWhen => escape::inline(&row.done_when),
            Column::Issue => escape::inline(&row.issue),
            Column::Status => escape::inline(&row.status),
        });
        let cells: Vec<String> = cells.collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}
