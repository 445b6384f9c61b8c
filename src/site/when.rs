//! Moments, spans of time and figures in the words a page shows.
//!
//! Owns the notation of the site: UTC everywhere, English, short. Which moments there are is for the pages.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

fn utc(at: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(at)
}

/// `12 Nov 2024`
pub(super) fn day(at: Timestamp) -> String {
    utc(at).strftime("%-d %b %Y").to_string()
}

/// `12 November 2024`
pub(super) fn long_day(at: Timestamp) -> String {
    utc(at).strftime("%-d %B %Y").to_string()
}

/// `November 2024`
pub(super) fn month(at: Timestamp) -> String {
    utc(at).strftime("%B %Y").to_string()
}

/// `2024-11-12`
pub(super) fn iso_day(at: Timestamp) -> String {
    utc(at).strftime("%Y-%m-%d").to_string()
}

/// `14:23 UTC`
pub(super) fn clock(at: Timestamp) -> String {
    utc(at).strftime("%H:%M UTC").to_string()
}

/// `12 Nov 2024, 14:23 UTC`
pub(super) fn moment(at: Timestamp) -> String {
    format!("{}, {}", day(at), clock(at))
}

/// The year, in UTC.
pub(super) fn year(at: Timestamp) -> i16 {
    utc(at).year()
}

/// Whether both fall on the same day, in UTC.
pub(super) fn same_day(a: Timestamp, b: Timestamp) -> bool {
    utc(a).date() == utc(b).date()
}

/// How long from one moment to another: `45 s`, `8 min`, `3 h 13 min`, `19 days`; `None` for a step back.
pub(super) fn between(from: Timestamp, to: Timestamp) -> Option<String> {
    let seconds = u64::try_from(to.as_second() - from.as_second()).ok()?;
    let minutes = seconds / 60;
    Some(match (minutes, minutes / 60, minutes % 60) {
        (0, ..) if seconds > 0 => format!("{seconds} s"),
        (0..60, ..) => format!("{minutes} min"),
        (_, hours @ 0..48, 0) => format!("{hours} h"),
        (_, hours @ 0..48, rest) => format!("{hours} h {rest} min"),
        (_, hours, _) => format!("{} days", hours / 24),
    })
}

/// How many days ago, `None` for the future: `today`, `yesterday`, `12 days ago`.
pub(super) fn ago(at: Timestamp, now: Timestamp) -> Option<String> {
    let days = u64::try_from(now.as_second() - at.as_second()).ok()? / 86_400;
    Some(match days {
        0 => "today".into(),
        1 => "yesterday".into(),
        days => format!("{days} days ago"),
    })
}

/// A whole number with commas: `12,000`.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 postmortem`, `2 postmortems`.
pub(super) fn count(n: usize, noun: &str) -> String {
    let figure = number(u64::try_from(n).unwrap_or(u64::MAX));
    format!("{figure} {noun}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short() {
        let at = |seconds| Timestamp::from_second(seconds).expect("in range");
        let cases = [
            (0, "0 min"),
            (45, "45 s"),
            (480, "8 min"),
            (3600, "1 h"),
            (11_580, "3 h 13 min"),
            (200_000, "2 days"),
        ];
        for (seconds, text) in cases {
            assert_eq!(between(at(0), at(seconds)).as_deref(), Some(text));
        }
        assert_eq!(between(at(10), at(0)), None);
        assert_eq!(ago(at(0), at(90_000)).as_deref(), Some("yesterday"));
        assert_eq!(moment(at(1_731_421_380)), "12 Nov 2024, 14:23 UTC");
    }

    #[test]
    fn figures_have_commas() {
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(count(1, "commit"), "1 commit");
    }
}
