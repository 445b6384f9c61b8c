//! A table of times and texts, separated by commas, semicolons or tabs.
//!
//! Owns which column is which. Times are read as programs write them, and as people write them in timelines.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::draft::{Draft, Event, Text};
use super::input::{Input, Mismatch, Wish};
use super::origin::Origin;
use super::remark::Place;
use super::{moment, sniff};
use crate::postmortem::clock::{self, Reading};

const TIMES: [&str; 10] = [
    "time",
    "timestamp",
    "datetime",
    "date/time",
    "date and time",
    "when",
    "at",
    "utc",
    "created at",
    "created_at",
];
const DAYS: [&str; 2] = ["date", "day"];
const TEXTS: [&str; 11] = [
    "text",
    "event",
    "message",
    "description",
    "entry",
    "what",
    "what happened",
    "note",
    "notes",
    "summary",
    "action",
];

/// One draft of all files.
pub(super) fn read(inputs: &[Input], wish: &Wish<'_>) -> Result<Vec<Draft>, Mismatch> {
    let mut draft = Draft::new(Origin::Csv);
    for input in inputs {
        table(input, wish, &mut draft)?;
        draft.provenance.files.push(input.as_read());
    }
    if let Some(input) = inputs.first() {
        let name = input.name.rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        draft.title = stem.replace(['_', '-'], " ").trim().into();
        draft.guessed(
            "the title is the name of the file (`--title` sets it)",
            input.place(),
        );
    }
    Ok(vec![draft])
}

struct Columns {
    time: Option<usize>,
    day: Option<usize>,
    text: usize,
    zone: Option<Offset>,
    names: Vec<String>,
}

fn table(input: &Input, wish: &Wish<'_>, draft: &mut Draft) -> Result<(), Mismatch> {
    let text = input.text.trim_start_matches('\u{feff}');
    let mismatch = |why: &str| Mismatch {
        file: input.name.clone(),
        why: why.into(),
        looks_like: sniff::text(text).filter(|origin| *origin != Origin::Csv),
    };
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .ok_or_else(|| mismatch("holds nothing"))?;
    let count = |sign: char| first.matches(sign).count();
    let delimiter = [('\t', b'\t'), (';', b';'), (',', b',')]
        .into_iter()
        .max_by_key(|(sign, _)| count(*sign))
        .map_or(b',', |(_, byte)| byte);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut columns: Option<Columns> = None;
    let mut day: Option<Date> = None;
    for record in reader.records() {
        let record = record.map_err(|error| mismatch(&format!("is no table: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let place = Place::line(&input.name, u32::try_from(line).unwrap_or(u32::MAX));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(columns) = &columns else {
            let found = header(&record).ok_or_else(|| {
                mismatch(
                    "has no column of times and no column of texts: name them `time` and `text`",
                )
            })?;
            let headless = found.names.is_empty();
            columns = Some(found);
            if headless && let Some(columns) = &columns {
                row(&record, columns, &mut day, wish, &place, draft);
            }
            continue;
        };
        row(&record, columns, &mut day, wish, &place, draft);
    }
    match columns {
        Some(_) => Ok(()),
        None => Err(mismatch("holds nothing")),
    }
}

/// The columns by their names; a first row that begins with a time has none.
fn header(record: &csv::StringRecord) -> Option<Columns> {
    let cells: Vec<String> = record
        .iter()
        .map(|cell| cell.trim().to_lowercase())
        .collect();
    let first = cells.first()?;
    if moment::read(first.to_uppercase().as_str(), None).is_some()
        || matches!(clock::read(first), Reading::Time(..))
    {
        return (cells.len() > 1).then(|| Columns {
            time: Some(0),
            day: None,
            text: 1,
            zone: None,
            names: Vec::new(),
        });
    }
    // `Time (UTC)` and `time` are one.
    let bare = |cell: &String| {
        cell.split(['(', '['])
            .next()
            .unwrap_or_default()
            .trim()
            .to_string()
    };
    let find = |names: &[&str]| {
        cells
            .iter()
            .position(|cell| names.contains(&bare(cell).as_str()))
    };
    let day = find(&DAYS);
    let time = find(&TIMES).or_else(|| cells.iter().position(|cell| cell.starts_with("time")));
    let text = find(&TEXTS)?;
    let named = time.or(day)?;
    Some(Columns {
        time,
        day,
        text,
        zone: clock::zone_in(record.get(named)?),
        names: record.iter().map(|cell| cell.trim().to_string()).collect(),
    })
}

fn row(
    record: &csv::StringRecord,
    columns: &Columns,
    day: &mut Option<Date>,
    wish: &Wish<'_>,
    place: &Place,
    draft: &mut Draft,
) {
    let cell = |column: usize| record.get(column).unwrap_or_default().trim();
    let written = [columns.day, columns.time]
        .into_iter()
        .flatten()
        .map(cell)
        .collect::<Vec<_>>()
        .join(" ");
    let at = time(written.trim(), columns, day, wish, place, draft);
    let mut text = cell(columns.text).to_string();
    for (index, other) in record.iter().enumerate() {
        let used =
            Some(index) == columns.time || Some(index) == columns.day || index == columns.text;
        if used || other.trim().is_empty() {
            continue;
        }
        let name = columns.names.get(index).filter(|name| !name.is_empty());
        text += &match name {
            Some(name) => format!("\n{name}: {}", other.trim()),
            None => format!("\n{}", other.trim()),
        };
    }
    if at.is_none() && !written.trim().is_empty() {
        text = format!("{text} ({})", written.trim());
    }
    if text.trim().is_empty() {
        draft.left_out("rows without a text", place.clone());
        return;
    }
    draft.timeline.push(Event::new(at, Text::Plain(text)));
}

fn time(
    written: &str,
    columns: &Columns,
    day: &mut Option<Date>,
    wish: &Wish<'_>,
    place: &Place,
    draft: &mut Draft,
) -> Option<Timestamp> {
    let zone = columns.zone.or(wish.zone);
    if written.is_empty() {
        draft.not_understood("rows without a time", place.clone());
        return None;
    }
    let guess = |draft: &mut Draft| {
        draft.guessed(
            "times without a zone are taken to be in UTC (`--zone` sets it)",
            place.clone(),
        )
    };
    // A day alone is no moment.
    if written.len() > 10
        && let Some((at, guessed)) = moment::read(written, zone)
    {
        if guessed {
            guess(draft);
        }
        *day = Some(zone.unwrap_or(Offset::UTC).to_datetime(at).date());
        return Some(at);
    }
    let shown = written.replace('`', "'");
    match clock::read(written) {
        Reading::Time(read, _) => {
            *day = read.date.or(*day);
            let Some(date) = *day else {
                draft.not_understood(
                    format!("the time `{shown}`, whose day nothing tells"),
                    place.clone(),
                );
                return None;
            };
            if read.offset.is_none() && zone.is_none() {
                guess(draft);
            }
            let offset = read.offset.or(zone).unwrap_or(Offset::UTC);
            offset.to_timestamp(date.to_datetime(read.time)).ok()
        }
        Reading::Unknown(_) => None,
        Reading::Unreadable(why, _) => {
            draft.not_understood(format!("the time `{shown}`: {why}"), place.clone());
            None
        }
        Reading::Nothing => {
            draft.not_understood(format!("the time `{shown}`"), place.clone());
            None
        }
    }
}
