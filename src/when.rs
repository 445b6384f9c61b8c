//! Moments, spans of time and figures in the words that pages and letters show.
//!
//! Owns the notation: UTC everywhere, English, short. Which moments there are is for whoever shows them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

fn utc(at: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(at)
}

/// The day, in UTC.
pub fn date(at: Timestamp) -> Date {
    utc(at).date()
}

/// `12 Nov 2024`
pub fn civil_day(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

/// `Tue 12 Nov`
pub fn weekday(day: Date) -> String {
    day.strftime("%a %-d %b").to_string()
}

/// `12 Nov 2024`
pub fn day(at: Timestamp) -> String {
    civil_day(date(at))
}

/// `12 November 2024`
pub fn long_day(at: Timestamp) -> String {
    utc(at).strftime("%-d %B %Y").to_string()
}

/// `November 2024`
pub fn month(at: Timestamp) -> String {
    utc(at).strftime("%B %Y").to_string()
}

/// `2024-11-12`
pub fn iso_day(at: Timestamp) -> String {
    utc(at).strftime("%Y-%m-%d").to_string()
}

/// `14:23 UTC`
pub fn clock(at: Timestamp) -> String {
    utc(at).strftime("%H:%M UTC").to_string()
}

/// `14:23 UTC`, with seconds where there are some.
pub(super) fn clock_of(at: Timestamp) -> String {
    match utc(at).second() {
        0 => clock(at),
        _ => utc(at).strftime("%H:%M:%S UTC").to_string(),
    }
}

/// A moment as part of an address: `t-2024-11-12-14-23`, with seconds where there are some.
pub(super) fn slug(at: Timestamp) -> String {
    let form = match utc(at).second() {
        0 => "t-%Y-%m-%d-%H-%M",
        _ => "t-%Y-%m-%d-%H-%M-%S",
    };
    utc(at).strftime(form).to_string()
}

/// `12 Nov 2024, 14:23 UTC`
pub fn moment(at: Timestamp) -> String {
    format!("{}, {}", day(at), clock(at))
}

/// The same, with seconds where there are some.
pub(super) fn moment_of(at: Timestamp) -> String {
    format!("{}, {}", day(at), clock_of(at))
}

/// The year, in UTC.
pub fn year(at: Timestamp) -> i16 {
    utc(at).year()
}

/// Whether both fall on the same day, in UTC.
pub fn same_day(a: Timestamp, b: Timestamp) -> bool {
    utc(a).date() == utc(b).date()
}

/// `45 s`, `8 min`, `3 h 13 min`, `19 days`: two units at most, rounded down; a negative length is 0.
pub fn length(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match (minutes, minutes % 60) {
        (0, _) if seconds > 0 => format!("{seconds} s"),
        (0..60, _) => format!("{minutes} min"),
        (..2_880, 0) => format!("{hours} h"),
        (..2_880, rest) => format!("{hours} h {rest} min"),
        _ => format!("{} days", hours / 24),
    }
}

/// How long from one moment to another: `45 s`, `8 min`, `3 h 13 min`, `19 days`; `None` for a step back.
pub fn between(from: Timestamp, to: Timestamp) -> Option<String> {
    let seconds = to.as_second() - from.as_second();
    (seconds >= 0).then(|| length(seconds))
}

/// How many days ago, `None` for the future: `today`, `yesterday`, `12 days ago`.
pub fn ago(at: Timestamp, now: Timestamp) -> Option<String> {
    let days = u64::try_from(now.as_second() - at.as_second()).ok()? / 86_400;
    Some(match days {
        0 => "today".into(),
        1 => "yesterday".into(),
        days => format!("{days} days ago"),
    })
}

/// A whole number with commas: `12,000`.
pub fn number(value: u64) -> String {
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
pub fn count(n: usize, noun: &str) -> String {
    let figure = number(u64::try_from(n).unwrap_or(u64::MAX));
    format!("{figure} {noun}{}", if n == 1 { "" } else { "s" })
}

/// At most so many characters of a text in one line, cut between words.
pub fn shortened(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most).collect();
    let cut = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(before, _)| before);
    format!("{}…", cut.trim_end_matches([',', ';', ':', ' ']))
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

    #[test]
    fn lengths_are_short() {
        for (seconds, text) in [
            (-5, "0 min"),
            (0, "0 min"),
            (45, "45 s"),
            (480, "8 min"),
            (3_600, "1 h"),
            (11_580, "3 h 13 min"),
            (172_799, "47 h 59 min"),
            (200_000, "2 days"),
        ] {
            assert_eq!(length(seconds), text);
        }
    }
}
