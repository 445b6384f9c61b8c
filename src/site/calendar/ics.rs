//! The text of an iCalendar file (RFC 5545, RFC 7986).
//!
//! Owns lines, folding and escaping. Which events there are is for [`super`]. Written here and not with the crate `icalendar`, whose
//! events are made of chrono's times and whose names of calendars carry no parameters; it reads our output in the tests instead.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// The longest line, in octets without its end (RFC 5545, 3.1).
const LINE: usize = 75;

/// A calendar while it is written.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
}

impl Writer {
    /// A property whose value is written as it is: a word, a moment, an address.
    pub(super) fn plain(&mut self, name: &str, value: &str) {
        // No value may begin another line; what a text cannot hold is no word or address either.
        self.fold(&format!("{name}:{}", printable(value)));
    }

    /// A property whose value is a text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{}", escaped(value)));
    }

    /// A property that is a moment, in UTC.
    pub(super) fn moment(&mut self, name: &str, at: Timestamp) {
        let at = Offset::UTC.to_datetime(at);
        self.plain(name, &at.strftime("%Y%m%dT%H%M%SZ").to_string());
    }

    /// A property that is a whole day.
    pub(super) fn day(&mut self, name: &str, day: Date) {
        let name = format!("{name};VALUE=DATE");
        self.plain(&name, &day.strftime("%Y%m%d").to_string());
    }

    /// The whole.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    /// Writes a line, cut where it is too long, and never inside a character.
    fn fold(&mut self, line: &str) {
        let mut room = LINE;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.text += "\r\n ";
                room = LINE - 1;
            }
            self.text.push(c);
            room -= c.len_utf8();
        }
        self.text += "\r\n";
    }
}

/// A text as a value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.trim().replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => {
                value.push('\\');
                value.push(c);
            }
            '\n' | '\r' => value += "\\n",
            c => value.push(c),
        }
    }
    printable(&value)
}

/// Without what ends a line for one reader or another: controls, and the separators of Unicode.
fn printable(text: &str) -> String {
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.replace(ends_line, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Writer)) -> String {
        let mut writer = Writer::default();
        write(&mut writer);
        String::from_utf8(writer.into_bytes()).expect("text")
    }

    #[test]
    fn a_value_stays_one_value() {
        let hostile = "a;b,c\\d\r\nBEGIN:VEVENT\rX\u{2028}Y\u{85}Z\u{0}";
        assert_eq!(
            written(|writer| writer.text("SUMMARY", hostile)),
            "SUMMARY:a\\;b\\,c\\\\d\\nBEGIN:VEVENT\\nX Y Z \r\n"
        );
        assert_eq!(
            written(|writer| writer.plain("URL", "https://x.example/\r\nX:1")),
            "URL:https://x.example/  X:1\r\n"
        );
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let text = "ü€😀".repeat(40);
        let lines = written(|writer| writer.text("SUMMARY", &text));
        for line in lines.split("\r\n") {
            assert!(line.len() <= LINE, "{line}");
        }
        assert_eq!(lines.replace("\r\n ", ""), format!("SUMMARY:{text}\r\n"));
        let whole = written(|writer| writer.text("X", &"a".repeat(LINE - 2)));
        assert!(!whole.contains("\r\n "), "what fits is not cut");
    }

    #[test]
    fn moments_are_in_utc_and_days_have_none() {
        let at = "2026-11-30T01:02:03+02:00".parse().expect("a time");
        let day = "0987-01-02".parse().expect("a day");
        let lines = written(|writer| {
            writer.moment("DTSTART", at);
            writer.day("DTSTART", day);
        });
        assert_eq!(
            lines,
            "DTSTART:20261129T230203Z\r\nDTSTART;VALUE=DATE:09870102\r\n"
        );
    }
}
