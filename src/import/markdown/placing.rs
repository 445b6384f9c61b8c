//! The moments of a timeline's entries, in UTC.
//!
//! Owns which day and which zone an entry has that names none, and that every guess is remarked. Entries come from
//! [`super::timeline`].

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use super::entry::Entry;
use super::excerpt::indent;
use super::when::Day;
use super::zone::Zone;
use crate::import::draft::{Draft, Event, Text};
use crate::import::remark::Place;

/// What a document says about all of its times.
#[derive(Clone, Debug, Default)]
pub(super) struct Setting {
    /// The file, as it was named.
    pub(super) file: String,
    /// The zone that was asked for.
    pub(super) asked: Option<Offset>,
    /// The zone that the document names.
    pub(super) zone: Option<Zone>,
    /// The day of the incident, and where it is said.
    pub(super) day: Option<(Day, String)>,
    /// The year of days that name none.
    pub(super) year: Option<i16>,
}

/// An entry and its moment.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    /// The entry.
    pub(super) entry: Entry,
    /// Its moment; `None` where its day or its time of day is not known.
    pub(super) at: Option<Timestamp>,
    /// Its end.
    pub(super) until: Option<Timestamp>,
}

/// A step back by more than this is one over midnight; a smaller one is an entry out of order.
const OVER_MIDNIGHT: i64 = 12 * 3600;

impl Setting {
    /// The moment of a time of day, with the remarks that it asks for.
    pub(super) fn moment(
        &self,
        at: DateTime,
        zone: Option<&Zone>,
        draft: &mut Draft,
        place: &Place,
    ) -> Option<Timestamp> {
        let Some(zone) = zone.or(self.zone.as_ref()) else {
            if self.asked.is_none() {
                draft.guessed(
                    "that times without a zone are UTC (`--zone OFFSET` sets another)",
                    place.clone(),
                );
            }
            let offset = self.asked.unwrap_or(Offset::UTC);
            return offset.to_timestamp(at).ok();
        };
        for guess in [zone.guess(), zone.season(at)].into_iter().flatten() {
            draft.guessed(guess, place.clone());
        }
        zone.moment(at)
    }

    /// The date of a day, with the remark where month and day may be the other way round.
    pub(super) fn date(
        &self,
        day: Day,
        written: &str,
        draft: &mut Draft,
        place: &Place,
    ) -> Option<Date> {
        let date = day.date(self.year);
        match date {
            Some(date) if day.either => {
                draft.guessed(
                    format!(
                        "that `{}` is {date}, month first",
                        written.replace('`', "'")
                    ),
                    place.clone(),
                );
            }
            Some(date) if day.year.is_none() => {
                draft.guessed(
                    format!("the year {} of days that name none", date.year()),
                    place.clone(),
                );
            }
            _ => {}
        }
        date
    }

    fn place(&self, line: u32) -> Place {
        Place::line(&self.file, line)
    }

    /// Finds the moment of each entry; `above` is the day that the section's heading gives.
    pub(super) fn place_all(
        &self,
        entries: Vec<Entry>,
        above: Option<Date>,
        draft: &mut Draft,
    ) -> Vec<Placed> {
        let mut day: Option<Date> = above;
        let mut given: Option<Day> = None;
        let mut last: Option<DateTime> = None;
        let mut placed = Vec::with_capacity(entries.len());
        for entry in entries {
            let place = self.place(entry.line);
            if entry.day.is_some() && entry.day != given {
                given = entry.day;
                let date = given.and_then(|day| self.date(day, "a line above", draft, &place));
                if date.is_some() {
                    day = date;
                    last = None;
                }
            }
            let mut one = Placed {
                entry,
                at: None,
                until: None,
            };
            let Some(when) = one.entry.when.clone() else {
                placed.push(one);
                continue;
            };
            if let Some(own) = when.day
                && let Some(date) = self.date(own, &one.entry.written, draft, &place)
            {
                day = Some(date);
                // The order of days that are written down is the writer's.
                last = last.filter(|last| last.date() == date);
            }
            let Some(time) = when.time else {
                placed.push(one);
                continue;
            };
            if day.is_none()
                && let Some((known, from)) = &self.day
                && let Some(date) = self.date(*known, from, draft, &place)
            {
                draft.guessed(
                    format!("the day {date} of times that name none, from {from}"),
                    place.clone(),
                );
                day = Some(date);
            }
            let Some(mut date) = day else {
                draft.not_understood(
                    format!(
                        "the time `{}`, which has no day",
                        one.entry.written.replace('`', "'")
                    ),
                    place.clone(),
                );
                placed.push(one);
                continue;
            };
            let mut at = date.to_datetime(time);
            if let Some(before) = last.filter(|before| at < *before) {
                let back = at.duration_until(before).as_secs();
                if when.day.is_none()
                    && back >= OVER_MIDNIGHT
                    && let Ok(next) = date.tomorrow()
                {
                    draft.guessed(
                        format!(
                            "that `{}` is of {next}, the day after",
                            one.entry.written.replace('`', "'")
                        ),
                        place.clone(),
                    );
                    date = next;
                    at = date.to_datetime(time);
                } else {
                    draft.not_understood("a time before that of the entry above it", place.clone());
                }
            }
            day = Some(date);
            last = Some(at);
            let zone = when.zone.as_ref().or(one.entry.zone.as_ref());
            one.at = self.moment(at, zone, draft, &place);
            one.until = when.end.and_then(|(end_day, end)| {
                let end_date = match end_day {
                    Some(end_day) => end_day.date(self.year.or(Some(date.year())))?,
                    None if end < time => date.tomorrow().ok()?,
                    None => date,
                };
                let until = zone.or(self.zone.as_ref()).map_or_else(
                    || {
                        self.asked
                            .unwrap_or(Offset::UTC)
                            .to_timestamp(end_date.to_datetime(end))
                            .ok()
                    },
                    |zone| zone.moment(end_date.to_datetime(end)),
                )?;
                (one.at < Some(until)).then_some(until)
            });
            placed.push(one);
        }
        placed
    }
}

impl Placed {
    /// What happened, with the time as written in front where it has no moment.
    pub(super) fn text(&self) -> String {
        let Entry { written, text, .. } = &self.entry;
        match self.at {
            None if !written.is_empty() && text.is_empty() => written.clone(),
            None if !written.is_empty() => format!("{written}: {text}"),
            _ => text.clone(),
        }
    }

    /// The entry as a row of the timeline.
    pub(super) fn event(&self) -> Event {
        let about = self.entry.when.as_ref().is_some_and(|when| when.about);
        Event {
            until: self.until,
            about,
            ..Event::new(self.at, Text::Markdown(self.text()))
        }
    }

    /// Whether it says more than a row can hold.
    pub(super) fn is_rich(&self) -> bool {
        !self.entry.more.is_empty() || self.entry.text.len() > 900 || self.entry.text.contains('<')
    }

    /// The entry as an item of a list that begins with its time, everything else below it.
    pub(super) fn item(&self) -> String {
        let about = if self.entry.when.as_ref().is_some_and(|when| when.about) {
            "~"
        } else {
            ""
        };
        let clock = |at: Timestamp| {
            let at = at.to_zoned(TimeZone::UTC);
            let form = if at.second() == 0 {
                "%H:%M"
            } else {
                "%H:%M:%S"
            };
            at.strftime(form).to_string()
        };
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let mut item = match self.at {
            None => "- unknown:".to_string(),
            Some(at) => format!("- {about}{} {}", day(at), clock(at)),
        };
        let mut text = self.text();
        match (self.at, self.until) {
            (Some(at), Some(until)) if until.duration_since(at).as_hours() < 24 => {
                let _ = write!(item, "–{} UTC:", clock(until));
            }
            (Some(_), Some(until)) => {
                item.push_str(" UTC:");
                let _ = write!(text, " (until {} {} UTC)", day(until), clock(until));
            }
            (Some(_), None) => item.push_str(" UTC:"),
            (None, _) => {}
        }
        let _ = write!(item, " {}", indent(&text.replace('\n', "\\\n"), 2));
        item.truncate(item.trim_end().len());
        if !self.entry.more.is_empty() {
            let _ = write!(item, "\n\n  {}", indent(&self.entry.more, 2));
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::draft::Draft;
    use crate::import::markdown::excerpt::Excerpt;
    use crate::import::markdown::timeline;
    use crate::import::origin::Origin;

    fn placed(text: &str, setting: Setting) -> (Vec<String>, Vec<String>) {
        let mut draft = Draft::new(Origin::Markdown);
        let reading = Excerpt::new(text, 1).read("a.md", "");
        let found = timeline::read(&reading);
        let setting = Setting {
            file: "a.md".into(),
            zone: found.zone,
            ..setting
        };
        let placed = setting.place_all(found.entries, None, &mut draft);
        let items = placed.iter().map(Placed::item).collect();
        (
            items,
            draft
                .remarks
                .iter()
                .map(|remark| format!("{}: {}", remark.place, remark.what))
                .collect(),
        )
    }

    fn day(year: i16, month: i8, day: i8) -> Option<(Day, String)> {
        Some((
            Day {
                year: Some(year),
                month,
                day,
                either: false,
            },
            "the file's name".into(),
        ))
    }

    #[test]
    fn days_and_zones_are_carried_down_and_guesses_are_told() {
        let (items, remarks) = placed(
            "All times in PST\n\n- 2017-09-27 23:50 a\n- 00:10 b\n- 00:05 c\n",
            Setting::default(),
        );
        assert_eq!(
            items,
            [
                "- 2017-09-28 06:50 UTC: a",
                "- 2017-09-28 07:10 UTC: b",
                "- 2017-09-28 07:05 UTC: c"
            ]
        );
        assert_eq!(
            remarks[..3],
            [
                "a.md:3: that `PST` means the time of the North American Pacific coast",
                "a.md:3: that `PST` means the summer time `PDT` that held on `2017-09-27`",
                "a.md:4: that `00:10` is of 2017-09-28, the day after"
            ]
        );
        assert!(
            remarks
                .iter()
                .any(|remark| remark == "a.md:5: a time before that of the entry above it"),
            "{remarks:?}"
        );
    }

    #[test]
    fn what_is_not_known_is_told() {
        let (items, remarks) = placed(
            "- 10:00–10:20 a\n- 04/03/2023 9am b\n",
            Setting {
                day: day(2018, 7, 12),
                ..Setting::default()
            },
        );
        assert_eq!(
            items,
            [
                "- 2018-07-12 10:00–10:20 UTC: a",
                "- 2023-04-03 09:00 UTC: b"
            ]
        );
        assert!(
            remarks.contains(
                &"a.md:1: the day 2018-07-12 of times that name none, from the file's name"
                    .to_string()
            ),
            "{remarks:?}"
        );
        assert!(
            remarks
                .contains(&"a.md:2: that `04/03/2023 9am` is 2023-04-03, month first".to_string()),
            "{remarks:?}"
        );
        assert!(
            remarks
                .iter()
                .any(|remark| remark.contains("times without a zone are UTC")),
            "{remarks:?}"
        );
        let (items, remarks) = placed(
            "- 10:00 a\n- 2023-04-23 - b\n",
            Setting {
                asked: Offset::from_seconds(7200).ok(),
                ..Setting::default()
            },
        );
        assert_eq!(items, ["- unknown: 10:00: a", "- unknown: 2023-04-23: b"]);
        assert_eq!(remarks, ["a.md:1: the time `10:00`, which has no day"]);
    }

    #[test]
    fn blocks_stay_inside_their_item() {
        let (items, _) = placed(
            "### 2020-01-02 10:00 UTC\n\nIt\nfell.\n\n```\ncode\n```\n",
            Setting::default(),
        );
        assert_eq!(
            items,
            ["- 2020-01-02 10:00 UTC: It fell.\n\n  ```\n  code\n  ```"]
        );
    }
}
