//! Moments as exports write them.
//!
//! Owns the notations of programs. Those of people, in timelines, are read by [`crate::postmortem::clock`].

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// Reads a moment, and says whether its zone was guessed: it names none, and none is given.
pub(super) fn read(text: &str, zone: Option<Offset>) -> Option<(Timestamp, bool)> {
    let text = text.trim();
    if !text.is_ascii() || text.len() < 8 || text.len() > 64 {
        return None;
    }
    // `2024-03-19T8:30:00Z`: people write such files too.
    let padded = match text.as_bytes() {
        [
            _,
            _,
            _,
            _,
            b'-',
            _,
            _,
            b'-',
            _,
            _,
            b'T' | b' ',
            digit,
            b':',
            ..,
        ] if digit.is_ascii_digit() => {
            format!("{}0{}", &text[..11], &text[11..])
        }
        _ => text.to_string(),
    };
    let text = padded.as_str();
    if let Ok(at) = text.parse() {
        return Some((at, false));
    }
    // `2020-08-14 16:11:34 UTC`, `2020-08-14 16:11:34 +0000`
    let bare = ["UTC", "GMT", "Z"]
        .iter()
        .find_map(|name| text.strip_suffix(name));
    if let Some(bare) = bare
        && let Some(at) = civil(bare.trim_end())
    {
        return at_offset(at, Offset::UTC).map(|at| (at, false));
    }
    if let Some((bare, offset)) = text.rsplit_once(' ').or_else(|| split_offset(text))
        && let Some(offset) = numeric(offset)
        && let Some(at) = civil(bare.trim_end())
    {
        return at_offset(at, offset).map(|at| (at, false));
    }
    let at = civil(text)?;
    at_offset(at, zone.unwrap_or(Offset::UTC)).map(|at| (at, zone.is_none()))
}

/// Seconds since 1970, or milliseconds where they would lie after the year 5000.
pub(super) fn epoch(number: f64) -> Option<Timestamp> {
    const LATEST: f64 = 95_617_584_000.0;
    if !number.is_finite() || number <= 0.0 {
        return None;
    }
    let seconds = if number > LATEST {
        number / 1000.0
    } else {
        number
    };
    // The range was looked at above, so nothing is cut off but the fraction.
    #[expect(clippy::cast_possible_truncation)]
    Timestamp::from_second(seconds as i64).ok()
}

fn civil(text: &str) -> Option<DateTime> {
    if let Ok(at) = text.parse::<DateTime>() {
        return Some(at);
    }
    let day: Date = text.parse().ok()?;
    Some(day.at(0, 0, 0, 0))
}

fn at_offset(at: DateTime, offset: Offset) -> Option<Timestamp> {
    offset.to_timestamp(at).ok()
}

/// The sign of an offset written without a space before it: `…11:34+0000`.
fn split_offset(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind(['+', '-'])?;
    (at > 10).then(|| text.split_at(at))
}

/// `+0200`, `-05:00`, `+02`.
pub(super) fn numeric(text: &str) -> Option<Offset> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = match digits.len() {
        1 | 2 => (digits.parse().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    let seconds = hours * 3600 + minutes * 60;
    (minutes < 60 && hours < 19)
        .then(|| Offset::from_seconds(sign * seconds).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notations_of_programs_are_read() {
        let cases = [
            ("2020-08-14T16:11:34Z", "2020-08-14T16:11:34Z", false),
            (
                "2020-08-14T16:11:34.075-04:00",
                "2020-08-14T20:11:34.075Z",
                false,
            ),
            ("2020-08-14 16:11:34 UTC", "2020-08-14T16:11:34Z", false),
            ("2020-08-14 16:11:34 +0200", "2020-08-14T14:11:34Z", false),
            ("2020-08-14T16:11:34+0200", "2020-08-14T14:11:34Z", false),
            ("2024-03-19T8:30:00-00:00", "2024-03-19T08:30:00Z", false),
            ("2020-08-14T16:11:34", "2020-08-14T16:11:34Z", true),
            ("2020-08-14", "2020-08-14T00:00:00Z", true),
        ];
        for (text, at, guessed) in cases {
            let at: Timestamp = at.parse().unwrap_or_default();
            assert_eq!(read(text, None), Some((at, guessed)), "{text}");
        }
        let two = Offset::from_seconds(7200).ok();
        let read_there =
            read("2020-08-14 16:11", two).map(|(at, guessed)| (at.to_string(), guessed));
        assert_eq!(read_there, Some(("2020-08-14T14:11:00Z".into(), false)));
        for text in ["soon", "", "2020-13-14T16:11:34Z", "16:11", "9999999999-1"] {
            assert_eq!(read(text, None), None, "{text}");
        }
        assert_eq!(epoch(1_600_000_000.5), epoch(1_600_000_000_500.0));
        assert_eq!(epoch(f64::NAN), None);
    }
}
