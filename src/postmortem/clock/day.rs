//! Days as people write them: `2026-10-10`, `10 October 2026`, `Saturday, October 10th, 2026`.

use jiff::civil::Date;

use super::cursor::Cursor;
use super::{Reading, read};

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

/// The month, from 1, that a word of three letters or more is or begins.
pub(crate) fn month(word: &str) -> Option<i8> {
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

impl Cursor<'_> {
    /// `2026-10-10`; `Some(Err)` where it has that shape and no such day exists.
    pub(super) fn date(&mut self) -> Option<Result<Date, ()>> {
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
}
