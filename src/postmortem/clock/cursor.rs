//! Reading a text from left to right: single characters, words, digits, a time of day.

use jiff::civil::Time;

/// A place in a text that moves on as notations are read.
pub(crate) struct Cursor<'a> {
    /// The whole text.
    pub(crate) text: &'a str,
    /// The byte that is read next.
    pub(crate) at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(crate) fn skip(&mut self, set: &str) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c| set.contains(c)).len();
    }

    pub(crate) fn eat_any(&mut self, set: &str) -> bool {
        match self.rest().chars().next() {
            Some(c) if set.contains(c) => {
                self.at += c.len_utf8();
                true
            }
            _ => false,
        }
    }

    pub(crate) fn eat_word(&mut self, word: &str) -> bool {
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
    pub(crate) fn number(&mut self, least: usize, most: usize) -> Option<i16> {
        let rest = self.rest();
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if !(least..=most).contains(&digits) {
            return None;
        }
        self.at += digits;
        rest[..digits].parse().ok()
    }

    /// `14:23`, `14:23:10`, `2:23 pm`.
    pub(super) fn time(&mut self) -> Option<Result<Time, ()>> {
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
}
