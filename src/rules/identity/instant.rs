//! Moments of the front matter that are plain to a reader and no RFC 3339.

use jiff::tz::Offset;

use crate::postmortem::Front;
use crate::postmortem::clock::{self, Reading};
use crate::source::{Source, Span};

/// What to write for the same moment as RFC 3339, quotes as they were, where `span` is one of the front matter's moments and names a day,
/// a time of day and an offset. `None` for everything that could be another moment too.
pub(super) fn rewritten(front: &Front, source: &Source, span: Span) -> Option<String> {
    let phases = front.incident.phases();
    let mut moments = phases
        .iter()
        .map(|(_, moment)| *moment)
        .chain([&front.meeting]);
    moments.find(|moment| moment.span() == Some(span))?;
    let written = source.slice(span);
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| written.strip_prefix(quote)?.strip_suffix(quote));
    let moment = rfc3339(quoted.unwrap_or(written))?;
    let quote = if quoted.is_some() { &written[..1] } else { "" };
    Some(format!("{quote}{moment}{quote}"))
}

fn rfc3339(text: &str) -> Option<String> {
    // Fractions of a second would be lost, and a rough time would look exact.
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.contains('.') {
        return None;
    }
    let Reading::Time(clock, length) = clock::read(text) else {
        return None;
    };
    let (date, offset) = (clock.date?, clock.offset?);
    if length != text.len() || clock.end.is_some() || clock.about {
        return None;
    }
    let local = date.to_datetime(clock.time);
    offset.to_timestamp(local).ok()?;
    let zone = match offset {
        Offset::UTC => "Z".into(),
        offset => {
            let minutes = offset.seconds() / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        }
    };
    Some(format!("{date}T{}{zone}", local.strftime("%H:%M:%S")))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::rfc3339;

    #[test]
    fn the_same_moment_is_written() {
        for (text, expected) in [
            ("2026-10-10 14:23 UTC", "2026-10-10T14:23:00Z"),
            ("2026-10-10 14:23:59 GMT", "2026-10-10T14:23:59Z"),
            ("2026-10-10, 2:23 pm UTC", "2026-10-10T14:23:00Z"),
            ("2026-10-10 14:23 +02:00", "2026-10-10T14:23:00+02:00"),
            ("2026-10-10 14:23 UTC-5", "2026-10-10T14:23:00-05:00"),
            ("2026-10-10T14:23 UTC−05:30", "2026-10-10T14:23:00-05:30"),
        ] {
            assert_eq!(rfc3339(text).as_deref(), Some(expected), "{text}");
            assert!(expected.parse::<Timestamp>().is_ok(), "{expected}");
        }
        for text in [
            "2026-10-10 14:23",
            "14:23 UTC",
            "~2026-10-10 14:23 UTC",
            "2026-10-10 14:23 CET",
            "2026-10-10 14:23-14:40 UTC",
            "2026-10-10 14:23 UTC or so",
            "2026-10-10 14:23:01.5 UTC",
            "10/11/2026 14:23 UTC",
            "9999-12-31 23:59 UTC-14",
            "",
        ] {
            assert_eq!(rfc3339(text), None, "{text}");
        }
    }
}
