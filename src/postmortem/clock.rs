//! Times as people write them in a timeline.
//!
//! Owns the notation: a day, a time of day, a zone, `~` and ranges. Which day a bare time belongs to is for
//! [`super::timeline`].

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// A time as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The day, where it is written.
    pub date: Option<Date>,
    /// The time of day.
    pub time: Time,
    /// The end of a range.
    pub end: Option<Time>,
    /// The offset from UTC, where a zone is written.
    pub offset: Option<Offset>,
    /// Whether it is approximate (`~14:23`).
    pub about: bool,
}

/// What the start of a text is.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A time and how many bytes it takes.
    Time(Clock, usize),
    /// The honest word `unknown` and how many bytes it takes.
    Unknown(usize),
    /// Something that was meant as a time, why it cannot be read, and how many bytes it takes.
    Unreadable(String, usize),
    /// No time at all.
    Nothing,
}

impl Reading {
    /// Whether a text begins with this as an entry of a timeline does: with a time, or one whose zone nobody can know.
    pub fn begins_entry(&self) -> bool {
        match self {
            Self::Time(..) => true,
            Self::Unreadable(why, _) => why.starts_with(AMBIGUOUS_ZONE),
            Self::Unknown(_) | Self::Nothing => false,
        }
    }
}

/// How it is told that a zone's name has several meanings.
const AMBIGUOUS_ZONE: &str = "the zone `";

/// Reads the time at the start of `text`.
pub fn read(text: &str) -> Reading {
    let mut at = Cursor { text, at: 0 };
    at.skip(" \t");
    let bracket = at.eat_any("[(");
    if at.eat_word("unknown") {
        at.eat_any("])");
        return Reading::Unknown(at.at);
    }
    let start = at.at;
    let mut about =
        at.eat_any("~≈") || at.eat_word("about") || at.eat_word("approx.") || at.eat_word("ca.");
    at.skip(" ");
    let date = match at.date() {
        Some(Ok(date)) => {
            at.skip(" ,");
            if at.rest().starts_with(['T', 't'])
                && at.rest()[1..].starts_with(|c: char| c.is_ascii_digit())
            {
                at.at += 1;
            }
            Some(date)
        }
        Some(Err(())) => return unreadable(text, start, "no such day exists"),
        None => None,
    };
    about |= at.eat_any("~≈");
    let time = match at.time() {
        Some(Ok(time)) => time,
        Some(Err(())) => return unreadable(text, start, "no such time of day exists"),
        None if date.is_some() => {
            return unreadable(text, start, "the time of day is missing");
        }
        None if at.rest().starts_with(|c: char| c.is_ascii_digit())
            && looks_like_time(at.rest()) =>
        {
            return unreadable(text, start, "this is not a time of the form `14:23`");
        }
        None => return Reading::Nothing,
    };
    let mut offset = match at.zone() {
        Ok(offset) => offset,
        Err(zone) => return unreadable(text, start, &ambiguous(&zone)),
    };
    let mut end = None;
    let before = at.at;
    at.skip(" ");
    if at.eat_any("–—-") || at.eat_word("to ") {
        at.skip(" ~");
        match at.time() {
            Some(Ok(time)) => {
                end = Some(time);
                match at.zone() {
                    Ok(zone) => offset = offset.or(zone),
                    Err(zone) => return unreadable(text, start, &ambiguous(&zone)),
                }
            }
            _ => at.at = before,
        }
    } else {
        at.at = before;
    }
    if bracket {
        at.skip(" ");
        at.eat_any("])");
    }
    Reading::Time(
        Clock {
            date,
            time,
            end,
            offset,
            about,
        },
        at.at,
    )
}

/// The zone a heading or a column names: `Time (UTC)`, `Timeline (all times UTC+2)`, `Time (+02:00)`.
pub fn zone_in(text: &str) -> Option<Offset> {
    for (index, _) in text
        .char_indices()
        .filter(|(_, c)| matches!(c, 'U' | 'G' | '+' | '-' | '−' | 'u' | 'Z'))
    {
        let before = text[..index].chars().next_back();
        if before.is_some_and(char::is_alphanumeric) {
            continue;
        }
        let mut at = Cursor { text, at: index };
        if let Ok(Some(offset)) = at.zone()
            && !at.rest().starts_with(|c: char| c.is_alphanumeric())
        {
            return Some(offset);
        }
    }
    None
}

/// The day a text names: `2026-10-10`, `10 October 2026`, `October 10, 2026`.
pub fn date_in(text: &str) -> Option<Date> {
    for (index, _) in text.char_indices() {
        if text[..index].ends_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        if let Some(Ok(date)) = (Cursor { text, at: index }).date() {
            return Some(date);
        }
    }
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(3).find_map(|three| {
        let (month, day) = match (month(three[0]), month(three[1])) {
            (Some(month), _) => (month, three[1]),
            (_, Some(month)) => (month, three[0]),
            _ => return None,
        };
        let day = day
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .parse()
            .ok()?;
        let year = three[2].parse().ok().filter(|year| *year > 1900)?;
        Date::new(year, month, day).ok()
    })
}

/// The day, where a text names one and says nothing else: `2026-10-10`, `Saturday, 10 October 2026:`.
pub fn day_only(text: &str) -> Option<Date> {
    const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let belongs = |word: &str| {
        let lower = word.to_lowercase();
        word.starts_with(|c: char| c.is_ascii_digit())
            || month(word).is_some()
            || lower == "on"
            || WEEKDAYS.iter().any(|day| lower.starts_with(day))
    };
    let mut words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    (text.len() < 40 && words.all(belongs) && !matches!(read(text), Reading::Time(..)))
        .then(|| date_in(text))
        .flatten()
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_lowercase();
    let same = |name: &&str| word.len() >= 3 && name.starts_with(&word);
    MONTHS
        .iter()
        .position(same)
        .and_then(|index| i8::try_from(index + 1).ok())
}

fn ambiguous(zone: &str) -> String {
    format!("{AMBIGUOUS_ZONE}{zone}` stands for different offsets in different places and seasons")
}

fn unreadable(text: &str, start: usize, why: &str) -> Reading {
    let token = text[start..].split([' ', '\t']).next().unwrap_or_default();
    Reading::Unreadable(why.into(), start + token.len())
}

/// Digits with something between them that somebody may have meant as a time.
fn looks_like_time(text: &str) -> bool {
    let token = text
        .split(|c: char| c.is_whitespace())
        .next()
        .unwrap_or_default();
    let digits = token.len() - token.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = token[digits..].chars().next();
    digits <= 4
        && (matches!(after, Some(':' | 'h' | 'H' | '.'))
            && token[digits + 1..].starts_with(|c: char| c.is_ascii_digit())
            || (digits == 4
                && (matches!(after, Some('Z' | 'z' | 'h')) || digits == text.trim().len())))
        || digits <= 2 && after == Some('h') && token.len() == digits + 1
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip(&mut self, set: &str) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c| set.contains(c)).len();
    }

    fn eat_any(&mut self, set: &str) -> bool {
        match self.rest().chars().next() {
            Some(c) if set.contains(c) => {
                self.at += c.len_utf8();
                true
            }
            _ => false,
        }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self
            .rest()
            .get(..word.len())
            .is_some_and(|rest| rest.eq_ignore_ascii_case(word));
        if found {
            self.at += word.len();
        }
        found
    }

    /// One or more digits, at most `most`, as a number.
    fn number(&mut self, least: usize, most: usize) -> Option<i16> {
        let rest = self.rest();
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if !(least..=most).contains(&digits) {
            return None;
        }
        self.at += digits;
        rest[..digits].parse().ok()
    }

    /// `2026-10-10`; `Some(Err)` where it has that shape and no such day exists.
    fn date(&mut self) -> Option<Result<Date, ()>> {
        let start = self.at;
        let read = |at: &mut Self| {
            let year = at.number(4, 4)?;
            let month = at.eat_any("-").then(|| at.number(2, 2))??;
            let day = at.eat_any("-").then(|| at.number(2, 2))??;
            Some(Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).map_err(drop))
        };
        let date = read(self);
        if date.is_none() {
            self.at = start;
        }
        date
    }

    /// `14:23`, `14:23:10`, `2:23 pm`.
    fn time(&mut self) -> Option<Result<Time, ()>> {
        let start = self.at;
        let read = |at: &mut Self| {
            let mut hour = at.number(1, 2)?;
            let minute = at.eat_any(":").then(|| at.number(2, 2))??;
            let second = if at.rest().starts_with(':')
                && at.rest()[1..].starts_with(|c: char| c.is_ascii_digit())
            {
                at.at += 1;
                at.number(2, 2)?
            } else {
                0
            };
            if at.rest().starts_with('.')
                && at.rest()[1..].starts_with(|c: char| c.is_ascii_digit())
            {
                at.at += 1;
                at.skip("0123456789");
            }
            let before = at.at;
            at.skip(" ");
            let afternoon = at.eat_word("pm") || at.eat_word("p.m.");
            if afternoon || at.eat_word("am") || at.eat_word("a.m.") {
                if !(1..=12).contains(&hour) {
                    return Some(Err(()));
                }
                hour = hour % 12 + if afternoon { 12 } else { 0 };
            } else {
                at.at = before;
            }
            let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
            Some(Time::new(hour, minute, i8::try_from(second).ok()?, 0).map_err(drop))
        };
        let time = read(self);
        if time.is_none() {
            self.at = start;
        }
        time
    }

    /// `Z`, `UTC`, `GMT`, `+02:00`, `UTC+2`; an error names a zone whose offset nobody can know.
    fn zone(&mut self) -> Result<Option<Offset>, String> {
        const AMBIGUOUS: [&str; 24] = [
            "PST", "PDT", "PT", "MST", "MDT", "MT", "CST", "CDT", "CT", "EST", "EDT", "ET", "CET",
            "CEST", "BST", "IST", "WET", "WEST", "EET", "EEST", "AEST", "AEDT", "JST", "MSK",
        ];
        let start = self.at;
        self.skip(" (");
        let rest = self.rest();
        let word = &rest[..rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                .len()];
        let upper = word.to_ascii_uppercase();
        let named = match upper.as_str() {
            "Z" | "UTC" | "GMT" => {
                self.at += word.len();
                true
            }
            _ if AMBIGUOUS.contains(&upper.as_str())
                && word.chars().all(|c| c.is_ascii_uppercase()) =>
            {
                return Err(word.into());
            }
            _ => false,
        };
        let sign = match self.rest().chars().next() {
            Some('+') => 1,
            Some('-' | '−') => -1,
            _ => 0,
        };
        if sign != 0 && (named || self.rest().contains(':')) {
            let before = self.at;
            self.eat_any("+-−");
            let hours = self.number(1, 2);
            let minutes = match self.rest().strip_prefix(':') {
                Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
                    self.at += 1;
                    self.number(2, 2)
                }
                _ if named => Some(0),
                _ => None,
            };
            if let (Some(hours @ 0..=14), Some(minutes @ 0..60)) = (hours, minutes) {
                let seconds = sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60);
                self.eat_any(")");
                return Ok(Offset::from_seconds(seconds).ok());
            }
            self.at = before;
        }
        if named {
            self.eat_any(")");
            return Ok(Some(Offset::UTC));
        }
        self.at = start;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        match read(text) {
            Reading::Time(clock, length) => {
                let date = clock
                    .date
                    .map(|date| format!("{date} "))
                    .unwrap_or_default();
                let end = clock.end.map(|end| format!("-{end}")).unwrap_or_default();
                let offset = clock
                    .offset
                    .map(|offset| offset.to_string())
                    .unwrap_or_default();
                let about = if clock.about { "~" } else { "" };
                format!(
                    "{about}{date}{}{end}{offset}|{}",
                    clock.time,
                    &text[length..]
                )
            }
            Reading::Unknown(length) => format!("unknown|{}", &text[length..]),
            Reading::Unreadable(_, length) => format!("unreadable {}", &text[..length]),
            Reading::Nothing => "nothing".into(),
        }
    }

    #[test]
    fn every_notation_is_read() {
        let cases = [
            ("14:23", "14:23:00|"),
            ("14:23:10 x", "14:23:10| x"),
            ("14:23 UTC - deploy", "14:23:00+00| - deploy"),
            ("14:23+02:00", "14:23:00+02|"),
            ("2026-10-10 14:23Z", "2026-10-10 14:23:00+00|"),
            ("2026-10-10T14:23:00Z", "2026-10-10 14:23:00+00|"),
            ("~14:23", "~14:23:00|"),
            ("14:23–14:40 UTC: x", "14:23:00-14:40:00+00|: x"),
            ("14:23 - 14:40", "14:23:00-14:40:00|"),
            ("[14:23] x", "14:23:00| x"),
            ("2:23 pm", "14:23:00|"),
            ("14:23 - 3 of 4 nodes", "14:23:00| - 3 of 4 nodes"),
            ("unknown", "unknown|"),
            ("25:70", "unreadable 25:70"),
            ("14h23", "unreadable 14h23"),
            ("1423", "unreadable 1423"),
            ("14:23 CET", "unreadable 14:23"),
            ("2026-13-10 14:23", "unreadable 2026-13-10"),
            ("2026-10-10", "unreadable 2026-10-10"),
            ("3 nodes left", "nothing"),
            ("2024 was", "nothing"),
            ("deploy", "nothing"),
            ("", "nothing"),
            ("日本 14:23", "nothing"),
        ];
        for (text, expected) in cases {
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn zones_and_days_are_found_in_headings() {
        assert_eq!(zone_in("Time (UTC)"), Some(Offset::UTC));
        assert_eq!(zone_in("Time (UTC+2)").map(Offset::seconds), Some(7200));
        assert_eq!(zone_in("All times are in UTC."), Some(Offset::UTC));
        assert_eq!(zone_in("Time (-05:00)").map(Offset::seconds), Some(-18000));
        assert_eq!(zone_in("Timeline"), None);
        assert_eq!(zone_in("Follow-up"), None);
        for text in [
            "On 2026-10-10:",
            "Saturday, 10 October 2026",
            "Oct 10th, 2026",
        ] {
            assert_eq!(date_in(text), Date::new(2026, 10, 10).ok(), "{text}");
        }
        assert_eq!(date_in("2026-10-99 and 4 nodes"), None);
        for (text, day) in [
            ("2026-10-10:", true),
            ("Saturday, 10 October 2026", true),
            ("2026-10-10 14:23", false),
            ("2026-10-10 deployed", false),
            ("2026-10", false),
        ] {
            assert_eq!(day_only(text).is_some(), day, "{text}");
        }
    }
}
