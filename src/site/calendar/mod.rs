//! The calendar: review meetings, the days that action items are due, and deadlines of the writing that are still ahead.
//!
//! Owns which events there are, as a page and as a file to subscribe to. How long a stage of the writing may take is for
//! [`crate::postmortem::deadline`], what is owed for [`super::board`].

mod ics;

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::board::{Board, Card};
use super::entry::{Entry, Word};
use super::link::encode;
use super::shelf::Shelf;
use super::{Dates, Input, feed, when};
use crate::postmortem::choice::Status;
use crate::postmortem::deadline::{Limit, Stage};
use ics::Writer;

/// A review meeting takes so long (S1: 60 minutes).
const MEETING: SignedDuration = SignedDuration::from_mins(60);
/// Meetings stay in the calendar for so long afterwards.
const MEMORY: SignedDuration = SignedDuration::from_hours(92 * 24);
/// How often a client should look again.
const REFRESH: &str = "PT12H";
/// The most events of the page; the file holds all.
const MOST: usize = 300;
/// The longest title of an event, in characters.
const TITLE: usize = 120;

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Meeting,
    Due,
    Deadline,
}

impl What {
    fn word(self) -> Word {
        let (key, label) = match self {
            Self::Meeting => ("meeting", "Review meeting"),
            Self::Due => ("due", "Action item due"),
            Self::Deadline => ("deadline", "Deadline"),
        };
        Word { key, label }
    }
}

/// When an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Day(Date),
    Moment(Timestamp),
}

impl At {
    fn day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Moment(at) => when::date(at),
        }
    }
}

/// One event.
#[derive(Debug)]
pub(super) struct Event {
    /// Stays the same for as long as the postmortem and the item keep their ids.
    name: String,
    what: What,
    at: At,
    /// What it is in a few words.
    label: String,
    /// What it is about.
    title: String,
    /// The name of what it is about, `INC-2026-014/A1`.
    id: String,
    about: String,
    /// Below the root.
    url: Option<String>,
    dates: Option<Dates>,
    /// When what it says was changed last.
    revised: Timestamp,
}

/// Every event, in their order.
pub(super) fn events(shelf: &Shelf<'_>, board: &Board<'_>, input: &Input<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    for entry in &shelf.entries {
        events.extend(meeting(entry, input));
        events.extend(deadlines(entry, input));
    }
    events.extend(
        board
            .cards
            .iter()
            .filter_map(|card| due(card, shelf, input)),
    );
    events.sort_by_cached_key(|event| {
        let clock = match event.at {
            At::Day(_) => Timestamp::MIN,
            At::Moment(at) => at,
        };
        (event.at.day(), clock, event.name.clone())
    });
    let mut taken = BTreeSet::new();
    for event in &mut events {
        let base = event.name.clone();
        let mut number = 2;
        while !taken.insert(event.name.clone()) {
            event.name = format!("{base}-{number}");
            number += 1;
        }
    }
    events
}

fn of(entry: &Entry<'_>, what: What, name: &str, at: At, input: &Input<'_>) -> Event {
    Event {
        name: format!("{}-{name}", entry.slug),
        what,
        at,
        label: what.word().label.into(),
        title: when::shortened(&entry.row.title, TITLE),
        id: entry.row.id.clone(),
        about: format!("{}: {}", entry.row.id, entry.row.title),
        url: Some(entry.row.url.clone()),
        dates: entry.dates,
        revised: feed::updated(entry, input.now),
    }
}

fn meeting(entry: &Entry<'_>, input: &Input<'_>) -> Option<Event> {
    let at = *entry.postmortem.front.meeting.known()?;
    if input.now.duration_since(at) > MEMORY {
        return None;
    }
    Some(of(entry, What::Meeting, "meeting", At::Moment(at), input))
}

/// The deadlines that nothing has met yet and that are still ahead; what was missed is told by the check.
fn deadlines(entry: &Entry<'_>, input: &Input<'_>) -> Vec<Event> {
    let postmortem = entry.postmortem;
    let conventions = &input.corpus.conventions;
    let Some(resolved) = postmortem.front.incident.resolved.known().copied() else {
        return Vec::new();
    };
    if postmortem.is_imported() {
        return Vec::new();
    }
    let status = postmortem.status();
    let stages = [
        (
            Stage::Draft,
            "draft",
            "first version",
            status == Status::Draft && entry.dates.is_none(),
        ),
        (
            Stage::Meeting,
            "meeting-deadline",
            "review meeting",
            postmortem.front.meeting.is_missing() && postmortem.asks_for_meeting(conventions),
        ),
        (
            Stage::Final,
            "final",
            "final version",
            status != Status::Final,
        ),
    ];
    let severity = postmortem.front.severity.get().map(String::as_str);
    let open = stages.into_iter().filter(|(.., open)| *open);
    let event = |(stage, name, noun, _): (Stage, &str, &str, bool)| {
        let limit = conventions.deadlines.limit(stage, severity)?;
        let over = limit.after(resolved).filter(|over| *over > input.now)?;
        let at = match limit {
            // Whole days end at midnight: the day is the one before.
            Limit::BusinessDays(_) => {
                let last = over.checked_sub(SignedDuration::from_secs(1)).ok()?;
                At::Day(when::date(last))
            }
            Limit::Hours(_) | Limit::Days(_) => At::Moment(over),
        };
        let event = of(entry, What::Deadline, name, at, input);
        Some(Event {
            label: format!("Deadline of the {noun}"),
            about: format!(
                "{}\nThe limit for the {noun} is {} after the resolution.",
                event.about,
                limit.words()
            ),
            ..event
        })
    };
    open.filter_map(event).collect()
}

/// The day of an item that is owed. Where nobody keeps track, days that have passed say nothing.
fn due(card: &Card<'_>, shelf: &Shelf<'_>, input: &Input<'_>) -> Option<Event> {
    let entry = &shelf.entries[card.entry?];
    let due = card.due()?;
    let unknown = card.state().is_none() && due >= when::date(input.now);
    if !card.is_owed() && !unknown {
        return None;
    }
    let own = match card.own {
        "" => "item".to_string(),
        own => encode(own),
    };
    let event = of(entry, What::Due, &own, At::Day(due), input);
    let owners = card.owners().join(", ");
    let facts = [
        ("Owner", Some(owners).filter(|owners| !owners.is_empty())),
        ("Priority", card.priority().map(ToString::to_string)),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, value)| Some(format!("\n{name}: {}", value?)));
    let facts: String = facts.collect();
    Some(Event {
        title: when::shortened(card.action(), TITLE),
        id: card.id(),
        about: format!("{}{facts}\n{}", card.action(), event.about),
        url: card.url(shelf),
        ..event
    })
}

/// `calendar.ics`; whole addresses need a base.
pub(super) fn file(events: &[Event], input: &Input<'_>, base: Option<&str>) -> Vec<u8> {
    let mut out = Writer::default();
    let title = &input.config.site.title;
    out.plain("BEGIN", "VCALENDAR");
    out.plain("VERSION", "2.0");
    out.plain("PRODID", "-//aftersight//aftersight//EN");
    out.plain("CALSCALE", "GREGORIAN");
    out.text("NAME", title);
    out.text("X-WR-CALNAME", title);
    out.text("DESCRIPTION", &input.config.site.description);
    out.text("X-WR-CALDESC", &input.config.site.description);
    out.plain("X-WR-TIMEZONE", "UTC");
    out.plain("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
    out.plain("X-PUBLISHED-TTL", REFRESH);
    if let Some(base) = base {
        out.plain("SOURCE;VALUE=URI", &format!("{base}calendar.ics"));
        out.plain("URL", &feed::whole(base, "calendar/index.html"));
    }
    let host = base.and_then(|base| base.split_once("://")?.1.split(['/', ':']).next());
    for event in events {
        out.plain("BEGIN", "VEVENT");
        out.plain(
            "UID",
            &format!("{}@{}", encode(&event.name), host.unwrap_or("aftersight")),
        );
        out.moment("DTSTAMP", event.revised);
        match event.at {
            At::Day(day) => {
                out.day("DTSTART", day);
                // The end is the first day that is no part of it (RFC 5545, 3.6.1).
                if let Ok(end) = day.tomorrow() {
                    out.day("DTEND", end);
                }
            }
            At::Moment(at) => {
                out.moment("DTSTART", at);
                let end = at.checked_add(MEETING).ok();
                if let Some(end) = end.filter(|_| event.what == What::Meeting) {
                    out.moment("DTEND", end);
                }
            }
        }
        let summary = format!("{}: {} ({})", event.label, event.title, event.id);
        out.text("SUMMARY", &summary);
        out.text("DESCRIPTION", &event.about);
        out.text("CATEGORIES", event.what.word().label);
        // Whoever subscribes is not busy by that.
        out.plain("TRANSP", "TRANSPARENT");
        if let Some(dates) = event.dates {
            out.moment("CREATED", dates.created);
            out.moment("LAST-MODIFIED", dates.changed);
            out.plain("SEQUENCE", &dates.commits.saturating_sub(1).to_string());
        }
        if let (Some(base), Some(url)) = (base, &event.url) {
            out.plain("URL", &linked(base, url));
        }
        out.plain("END", "VEVENT");
    }
    if events.is_empty() {
        // A calendar must hold something (RFC 5545, 3.6).
        for (name, value) in [
            ("BEGIN", "VTIMEZONE"),
            ("TZID", "Etc/UTC"),
            ("BEGIN", "STANDARD"),
            ("DTSTART", "19700101T000000"),
            ("TZOFFSETFROM", "+0000"),
            ("TZOFFSETTO", "+0000"),
            ("TZNAME", "UTC"),
            ("END", "STANDARD"),
            ("END", "VTIMEZONE"),
        ] {
            out.plain(name, value);
        }
    }
    out.plain("END", "VCALENDAR");
    out.into_bytes()
}

/// The whole address of a page, perhaps with a place on it.
fn linked(base: &str, url: &str) -> String {
    match url.split_once('#') {
        Some((page, place)) => format!("{}#{place}", feed::whole(base, page)),
        None => feed::whole(base, url),
    }
}

/// An event of the page.
#[derive(Debug, Serialize)]
struct Shown {
    day: String,
    iso: String,
    clock: Option<String>,
    key: &'static str,
    label: String,
    title: String,
    id: String,
    url: Option<String>,
}

#[derive(Debug, Serialize)]
struct Month {
    key: String,
    label: String,
    events: Vec<Shown>,
}

/// The page.
#[derive(Debug, Serialize)]
pub(super) struct Calendar {
    is_tracked: bool,
    overdue: usize,
    total: usize,
    more: usize,
    months: Vec<Month>,
    /// The address to subscribe to, where it is known.
    subscribe: Option<String>,
}

/// What is ahead, by month.
pub(super) fn page(
    events: &[Event],
    board: &Board<'_>,
    input: &Input<'_>,
    base: Option<&str>,
) -> Calendar {
    let today = when::date(input.now);
    let ahead: Vec<&Event> = events
        .iter()
        .filter(|event| event.at.day() >= today)
        .collect();
    let mut months: Vec<Month> = Vec::new();
    for event in ahead.iter().take(MOST) {
        let day = event.at.day();
        let shown = Shown {
            day: when::weekday(day),
            iso: match event.at {
                At::Day(day) => day.to_string(),
                At::Moment(at) => at.to_string(),
            },
            clock: match event.at {
                At::Day(_) => None,
                At::Moment(at) => Some(when::clock(at)),
            },
            key: event.what.word().key,
            label: event.label.clone(),
            title: event.title.clone(),
            id: event.id.clone(),
            url: event.url.clone(),
        };
        let key = day.strftime("%Y-%m").to_string();
        match months.last_mut() {
            Some(month) if month.key == key => month.events.push(shown),
            _ => months.push(Month {
                label: day.strftime("%B %Y").to_string(),
                key,
                events: vec![shown],
            }),
        }
    }
    Calendar {
        is_tracked: board.is_tracked,
        overdue: board.figures.overdue,
        total: ahead.len(),
        more: ahead.len().saturating_sub(MOST),
        months,
        subscribe: base.map(|base| format!("{base}calendar.ics")),
    }
}
