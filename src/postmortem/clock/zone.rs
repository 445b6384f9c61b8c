//! Zones as people write them: `UTC`, `Z`, `+02:00`, `UTC+2`; and names of which nobody can know the offset.

use jiff::tz::Offset;

use super::cursor::Cursor;

/// Names that stand for several offsets.
const AMBIGUOUS: [&str; 24] = [
    "PST", "PDT", "PT", "MST", "MDT", "MT", "CST", "CDT", "CT", "EST", "EDT", "ET", "CET", "CEST",
    "BST", "IST", "WET", "WEST", "EET", "EEST", "AEST", "AEDT", "JST", "MSK",
];

/// How it is told that a zone's name has several meanings.
pub(super) const AMBIGUOUS_ZONE: &str = "the zone `";

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

/// Why nobody can know the offset of the zone that a heading, a column or a line names: `Time (CET)`, `10 May (PST)`, `EST`;
/// lower case, no full stop. Elsewhere such letters may stand for anything.
pub fn ambiguous_in(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let zone = words.find(|word| AMBIGUOUS.contains(word))?;
    let timed = text.to_lowercase().contains("time");
    let meant = timed || text.trim() == zone || text.contains(&format!("({zone})"));
    meant.then(|| ambiguous(zone))
}

pub(super) fn ambiguous(zone: &str) -> String {
    format!("{AMBIGUOUS_ZONE}{zone}` stands for different offsets in different places and seasons")
}

impl Cursor<'_> {
    /// `Z`, `UTC`, `GMT`, `+02:00`, `UTC+2`; an error names a zone whose offset nobody can know.
    pub(super) fn zone(&mut self) -> Result<Option<Offset>, String> {
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
