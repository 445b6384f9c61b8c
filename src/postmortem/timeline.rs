//! The timeline: tables and lists of timed entries, read as one.
//!
//! Owns where entries are found, their zone and their day. How a single time is written is for
//! [`super::clock`]; whether the timeline is a good one is for the rules.

use std::borrow::Cow;

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

use super::clock::{self, Clock, Reading};
use crate::document::Document;
use crate::document::block::{BlockKind, Cell, List, Table};
use crate::document::run::Run;
use crate::document::section::Section;
use crate::source::{Source, Span};

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The row or the item.
    pub span: Span,
    /// The time as written.
    pub time_span: Span,
    /// What happened, visible text of every other cell.
    pub event: String,
    /// Where the event stands.
    pub event_span: Span,
    /// The time as read; `None` for `unknown`.
    pub clock: Option<Clock>,
    /// Whether neither the entry nor its column, its heading or a line above names a zone.
    pub without_zone: bool,
    /// The moment, in UTC; `None` where the day is not known. A bare time without a zone counts as UTC here.
    pub at: Option<Timestamp>,
    /// The end of a range, in UTC.
    pub until: Option<Timestamp>,
    /// The day was taken to be the next one, because the time stepped back and nothing gave a day.
    pub rolled_over: bool,
}

/// A time that cannot be read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Where it stands.
    pub span: Span,
    /// Why; lower case, no full stop.
    pub why: String,
}

/// Everything timed below the timeline's heading, in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Times that cannot be read.
    pub unreadable: Vec<Unreadable>,
}

/// The zone that a column, a heading or a line of text names.
#[derive(Clone, Debug)]
enum Zone {
    /// Its offset.
    Known(Offset),
    /// A name with several offsets, its place, and why it is none.
    Ambiguous(Span, String),
}

impl Zone {
    fn read(text: &str, span: Span) -> Option<Self> {
        let known = clock::zone_in(text).map(Self::Known);
        known.or_else(|| clock::ambiguous_in(text).map(|why| Self::Ambiguous(span, why)))
    }
}

struct Reader<'a> {
    source: &'a Source,
    timeline: Timeline,
    /// The zone of the table's column, else of the heading or a line of text.
    column: Option<Zone>,
    section: Option<Zone>,
    /// When the incident began: it gives the first day where nothing else does.
    started: Option<Timestamp>,
    /// The day that a heading or a row gave, in the zone of the rows.
    day: Option<Date>,
    /// Whether `day` was written down for the entries that follow.
    day_given: bool,
    /// The moment of the row before, and its time of day where no day is known.
    last: Option<Timestamp>,
    last_clock: Option<Time>,
}

/// Reads a timeline section; `started` gives the first day.
pub fn read(document: &Document, section: &Section, started: Option<Timestamp>) -> Timeline {
    let source = &*document.source;
    let zone = Zone::read(&section.title, section.heading);
    let mut reader = Reader {
        source,
        timeline: Timeline::default(),
        column: None,
        section: zone,
        started,
        day: clock::date_in(&section.title),
        day_given: false,
        last: None,
        last_clock: None,
    };
    reader.day_given = reader.day.is_some();
    for block in &document.blocks[section.all.clone()] {
        match &block.kind {
            BlockKind::Heading { run, .. } => reader.heading(block.span, run),
            BlockKind::Paragraph(run) => reader.paragraph(block.span, run),
            BlockKind::List(list) => reader.list(list),
            BlockKind::Table(table) => reader.table(table),
            _ => {}
        }
    }
    reader.timeline
}

impl Reader<'_> {
    fn heading(&mut self, span: Span, run: &Run) {
        let text = run.text(self.source);
        if clock::read(&text).begins_entry() {
            self.timed(span, run);
            return;
        }
        self.zone_of_section(&text, span);
        self.give_day(&text);
    }

    fn zone_of_section(&mut self, text: &str, span: Span) {
        self.section = Zone::read(text, span).or(self.section.take());
    }

    fn give_day(&mut self, text: &str) {
        if let Some(day) = clock::date_in(text) {
            self.day = Some(day);
            self.day_given = true;
            self.last = None;
        }
    }

    fn paragraph(&mut self, span: Span, run: &Run) {
        let text = run.text(self.source);
        if clock::read(&text).begins_entry() {
            self.timed(span, run);
        } else if text.len() < 200 {
            let lower = text.to_lowercase();
            if lower.contains("time") || text.len() < 40 {
                self.zone_of_section(&text, span);
            }
            if text.len() < 40 {
                self.give_day(&text);
            }
        }
    }

    fn list(&mut self, list: &List) {
        let timed = |run: &Run| {
            matches!(
                clock::read(&run.text(self.source)),
                Reading::Time(..) | Reading::Unknown(_)
            )
        };
        let any = list.items.iter().filter_map(|item| item.run()).any(timed);
        for item in &list.items {
            let Some(run) = item.run() else { continue };
            let day = clock::day_only(&run.text(self.source)).is_some();
            if day {
                self.give_day(&run.text(self.source));
            } else if any || matches!(clock::read(&run.text(self.source)), Reading::Unreadable(..))
            {
                self.timed(item.span, run);
            } else {
                let text = run.text(self.source);
                if text.len() < 40 {
                    self.give_day(&text);
                }
            }
            for block in item.blocks.iter().skip(1) {
                match &block.kind {
                    BlockKind::List(inner) if day || !any => self.list(inner),
                    BlockKind::Table(table) if day || !any => self.table(table),
                    _ => {}
                }
            }
        }
    }

    /// A run that begins with its time.
    fn timed(&mut self, span: Span, run: &Run) {
        let visible = run.visible(self.source);
        let text = &visible.text;
        let reading = clock::read(text);
        let length = match &reading {
            Reading::Time(_, length)
            | Reading::Unknown(length)
            | Reading::Unreadable(_, length) => *length,
            Reading::Nothing => return,
        };
        let lead = text.len() - text.trim_start().len();
        let rest = text[length..]
            .trim_start_matches(|c: char| c.is_whitespace() || "-–—:|=>.,]".contains(c));
        let event = visible.span(text.len() - rest.len()..text.len());
        self.entry(
            reading,
            span,
            visible.span(lead..length),
            rest.trim_end().into(),
            event,
        );
    }

    fn table(&mut self, table: &Table) {
        let names: Vec<Cow<'_, str>> = table
            .header
            .cells
            .iter()
            .map(|cell| cell.text(self.source))
            .collect();
        let plain: Vec<String> = names
            .iter()
            .map(|name| super::section::plain(name))
            .collect();
        let named = |names: &[&str]| plain.iter().position(|name| names.contains(&name.as_str()));
        let day_column = named(&["date", "day"]);
        let time_column = named(&[
            "time",
            "timestamp",
            "when",
            "utc",
            "time utc",
            "utc time",
            "date/time",
            "date and time",
            "datetime",
            "date time",
            "start",
        ]);
        let timed = |column: &usize| {
            let readable = |row: &&crate::document::block::Row| {
                let cell = row.cells.get(*column);
                cell.is_some_and(|cell| {
                    matches!(clock::read(&cell.text(self.source)), Reading::Time(..))
                })
            };
            table.rows.iter().filter(readable).count() * 2 > table.rows.len()
        };
        let Some(column) = time_column
            .or_else(|| plain.iter().position(|name| name.starts_with("time")))
            .or_else(|| (0..names.len().min(4)).find(timed))
            .or(day_column)
        else {
            return;
        };
        let day_column = day_column.filter(|day| *day != column);
        self.column = Zone::read(&names[column], table.header.cells[column].span);
        for row in &table.rows {
            let Some(cell) = row.cells.get(column) else {
                continue;
            };
            if let Some(day) = day_column.and_then(|column| row.cells.get(column)) {
                self.give_day(&day.text(self.source));
            }
            let text = cell.run.visible(self.source);
            if text.text.trim().is_empty() {
                continue;
            }
            let alone = row
                .cells
                .iter()
                .enumerate()
                .all(|(index, cell)| index == column || cell.run.is_empty());
            if alone && clock::day_only(&text.text).is_some() {
                self.give_day(&text.text);
                continue;
            }
            let mut reading = clock::read(&text.text);
            if reading == Reading::Nothing {
                reading = Reading::Unreadable("this is not a time of the form `14:23`".into(), 0);
            }
            let other = |(index, cell): &(usize, &Cell)| {
                *index != column && Some(*index) != day_column && !cell.run.is_empty()
            };
            let others: Vec<&Cell> = row
                .cells
                .iter()
                .enumerate()
                .filter(other)
                .map(|(_, cell)| cell)
                .collect();
            let event: Vec<Cow<'_, str>> =
                others.iter().map(|cell| cell.text(self.source)).collect();
            let span = others
                .iter()
                .map(|cell| cell.span)
                .reduce(Span::to)
                .unwrap_or(cell.span);
            self.entry(reading, row.span, cell.span, event.join(" · "), span);
        }
        self.column = None;
    }

    fn entry(
        &mut self,
        reading: Reading,
        span: Span,
        time_span: Span,
        event: String,
        event_span: Span,
    ) {
        let mut entry = Entry {
            span,
            time_span,
            event,
            event_span,
            clock: None,
            without_zone: false,
            at: None,
            until: None,
            rolled_over: false,
        };
        match reading {
            Reading::Unreadable(why, _) => {
                self.timeline.unreadable.push(Unreadable {
                    span: time_span,
                    why,
                });
                return;
            }
            Reading::Time(clock, _) => {
                let zone = match self.column.as_ref().or(self.section.as_ref()) {
                    Some(Zone::Ambiguous(span, why)) if clock.offset.is_none() => {
                        let (span, why) = (*span, why.clone());
                        self.timeline.unreadable.push(Unreadable { span, why });
                        return;
                    }
                    Some(Zone::Known(offset)) => Some(*offset),
                    _ => None,
                };
                self.place(&mut entry, clock, clock.offset.or(zone));
            }
            Reading::Unknown(_) | Reading::Nothing => {}
        }
        self.timeline.entries.push(entry);
    }

    /// Finds the moment of an entry: its own day, else the day given above, else that of the row before.
    fn place(&mut self, entry: &mut Entry, clock: Clock, zone: Option<Offset>) {
        let offset = zone.unwrap_or(Offset::UTC);
        entry.clock = Some(clock);
        entry.without_zone = zone.is_none();
        if let Some(date) = clock.date {
            self.day = Some(date);
            self.day_given = false;
            self.last = None;
        }
        // The day of the row before is that of its moment, as this row's zone counts it.
        let before = self.last.or(self.started.filter(|_| self.day.is_none()));
        let inherited = before
            .filter(|_| !self.day_given)
            .map(|at| offset.to_datetime(at).date());
        let Some(mut day) = inherited.or(self.day) else {
            self.roll_without_day(entry, clock);
            return;
        };
        let moment = |day: Date| offset.to_timestamp(day.to_datetime(clock.time)).ok();
        if !self.day_given && self.last.is_some_and(|last| moment(day) < Some(last)) {
            day = day.checked_add(1.day()).unwrap_or(day);
            entry.rolled_over = true;
        }
        self.day = Some(day);
        entry.at = moment(day);
        self.last = entry.at.or(self.last);
        entry.until = clock.end.and_then(|end| {
            let day = if end < clock.time {
                day.checked_add(1.day()).ok()?
            } else {
                day
            };
            offset.to_timestamp(day.to_datetime(end)).ok()
        });
    }

    /// Without any day only a step back can be seen.
    fn roll_without_day(&mut self, entry: &mut Entry, clock: Clock) {
        entry.rolled_over = self.last_clock.is_some_and(|last| clock.time < last);
        self.last_clock = Some(clock.time);
    }
}
