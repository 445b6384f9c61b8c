//! Lengths of time as people write them: `47 minutes`, `1h 20m`, `nearly two hours`, `30–40 min`.
//!
//! Owns the notation and how exactly it is meant. Whether one is said of the incident is for [`super::statement`].

use std::sync::LazyLock;

use regex::Regex;

use super::token::{Kind, Token};

/// A length of time in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Duration {
    /// The first token of the figure, without `about` and the like.
    pub(super) first: usize,
    /// The first token of `about` and the like; `first` where there is none.
    pub(super) hedge: usize,
    /// One more than the last token.
    pub(super) end: usize,
    /// The length as written, in seconds; of a range the lower end.
    pub(super) seconds: f64,
    /// The shortest and the longest time it can stand for, in seconds.
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Duration {
    /// Whether it can stand for so many seconds.
    pub(super) fn fits(&self, seconds: f64) -> bool {
        self.least <= seconds && seconds <= self.most
    }
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

const NUMBERS: &[(&str, f64)] = &[
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("fifteen", 15.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("ninety", 90.0),
];

/// Units with their seconds; the short ones only right behind a figure.
const UNITS: &[(&[&str], f64)] = &[
    (&["second", "seconds", "sec", "secs", "s"], 1.0),
    (&["minute", "minutes", "min", "mins", "m"], MINUTE),
    (&["hour", "hours", "hr", "hrs", "h"], HOUR),
    (&["day", "days", "d"], DAY),
    (&["week", "weeks"], 7.0 * DAY),
];

/// What is part of every unit, as a word or right behind a figure.
static UNIT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i-u)sec|min|hour|hr|day|week|[0-9][smhd]|\b[smhd]\b").ok());

/// Whether a text may hold a length of time: most do not, and need not be cut into tokens.
pub(super) fn may_hold_one(text: &str) -> bool {
    UNIT.as_ref().is_none_or(|unit| unit.is_match(text))
}

/// How the words before a figure widen it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Hedge {
    Exact,
    About,
    Below,
    Above,
}

const HEDGES: &[(&[&str], Hedge)] = &[
    (&["about"], Hedge::About),
    (&["around"], Hedge::About),
    (&["roughly"], Hedge::About),
    (&["approximately"], Hedge::About),
    (&["approx", "."], Hedge::About),
    (&["approx"], Hedge::About),
    (&["circa"], Hedge::About),
    (&["ca", "."], Hedge::About),
    (&["some"], Hedge::About),
    (&["~"], Hedge::About),
    (&["≈"], Hedge::About),
    (&["a", "little", "under"], Hedge::Below),
    (&["a", "little", "less", "than"], Hedge::Below),
    (&["just", "under"], Hedge::Below),
    (&["nearly"], Hedge::Below),
    (&["almost"], Hedge::Below),
    (&["close", "to"], Hedge::Below),
    (&["under"], Hedge::Below),
    (&["less", "than"], Hedge::Below),
    (&["<"], Hedge::Below),
    (&["a", "little", "over"], Hedge::Above),
    (&["a", "little", "more", "than"], Hedge::Above),
    (&["just", "over"], Hedge::Above),
    (&["more", "than"], Hedge::Above),
    (&["well", "over"], Hedge::Above),
    (&["over"], Hedge::Above),
    (&["at", "least"], Hedge::Above),
    (&[">"], Hedge::Above),
    (&["only"], Hedge::Exact),
    (&["a", "total", "of"], Hedge::Exact),
    (&["the", "whole"], Hedge::Exact),
    (&["all", "of"], Hedge::Exact),
];

/// Every length of time in the tokens, in order.
pub(super) fn durations(tokens: &[Token]) -> Vec<Duration> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match read(tokens, at) {
            Some(duration) => {
                at = duration.end;
                found.push(duration);
            }
            None => at += 1,
        }
    }
    found
}

/// One figure with its unit.
struct Part {
    /// Lower and upper end; the same but for a range.
    value: (f64, f64),
    unit: f64,
    /// How far the writer may have rounded, in seconds.
    slack: f64,
    end: usize,
}

/// The length that begins at a token.
fn read(tokens: &[Token], first: usize) -> Option<Duration> {
    // `three quarters of an hour`
    if first > 0 && tokens[first - 1].is("of") && tokens[first].is_any(&["a", "an"]) {
        return None;
    }
    let mut part = part(tokens, first)?;
    let (mut least, mut most) = (part.value.0 * part.unit, part.value.1 * part.unit);
    loop {
        let mut next = part.end;
        while tokens
            .get(next)
            .is_some_and(|token| token.is_any(&["and", ","]))
        {
            next += 1;
        }
        let Some(more) = self::part(tokens, next).filter(|more| more.unit < part.unit) else {
            break;
        };
        least += more.value.0 * more.unit;
        most += more.value.1 * more.unit;
        part = more;
    }
    let seconds = least;
    let (hedge, start) = hedge(tokens, first);
    let slack = part.slack.max(0.03 * least);
    // `3 days` is said of anything that has not become four.
    let days = if part.unit >= DAY { 0.99 * DAY } else { 0.0 };
    let (least, most) = match hedge {
        Hedge::Exact => (least - slack, most + slack.max(days)),
        Hedge::About => {
            let slack = (2.0 * slack).max(0.15 * most);
            (least - slack, most + slack)
        }
        Hedge::Below => (0.75 * least - slack, most + slack),
        Hedge::Above => (least - slack, 1.5 * most + slack),
    };
    Some(Duration {
        first,
        hedge: start,
        end: part.end,
        seconds,
        least,
        most,
    })
}

/// The widening words that end right before a token, and where they begin.
fn hedge(tokens: &[Token], first: usize) -> (Hedge, usize) {
    let found = HEDGES.iter().find_map(|(words, hedge)| {
        let start = first.checked_sub(words.len())?;
        let mut pairs = tokens[start..first].iter().zip(*words);
        pairs
            .all(|(token, word)| token.is(word))
            .then_some((*hedge, start))
    });
    found.unwrap_or((Hedge::Exact, first))
}

/// `47 minutes`, `2h`, `30–40 min`, `half an hour`, `one and a half hours`, `an hour and a half`.
fn part(tokens: &[Token], at: usize) -> Option<Part> {
    let is = |at: usize, list: &[&str]| tokens.get(at).is_some_and(|token| token.is_any(list));
    if is(at, &["half"]) && is(at + 1, &["a", "an"]) {
        let unit = unit(tokens, at + 2)?;
        return Some(Part {
            value: (0.5, 0.5),
            unit,
            slack: unit / 12.0,
            end: at + 3,
        });
    }
    if is(at, &["a", "an"]) {
        let unit = unit(tokens, at + 1).filter(|unit| *unit >= MINUTE)?;
        let half = is(at + 2, &["and"]) && is(at + 3, &["a"]) && is(at + 4, &["half"]);
        let (value, end) = if half { (1.5, at + 5) } else { (1.0, at + 2) };
        let slack = rounding(value, unit, false);
        return Some(Part {
            value: (value, value),
            unit,
            slack,
            end,
        });
    }
    let lower = number(tokens.get(at)?)?;
    let mut value = (lower, lower);
    let mut next = at + 1;
    if is(next, &["-", "–", "—", "to", "or"])
        && let Some(upper) = tokens.get(next + 1).and_then(number)
        && upper > lower
    {
        value.1 = upper;
        next += 2;
    }
    let half = is(next, &["and"]) && is(next + 1, &["a"]) && is(next + 2, &["half"]);
    if half {
        value = (value.0 + 0.5, value.1 + 0.5);
        next += 3;
    }
    next += usize::from(is(next, &["-"]));
    let unit = unit(tokens, next)?;
    let written = &tokens[at].text;
    let slack = rounding(value.0, unit, written.contains(['.', ',']) && !half);
    Some(Part {
        value,
        unit,
        slack,
        end: next + 1,
    })
}

/// How far a figure may be rounded: whole hours further than minutes, round minutes further than others.
fn rounding(value: f64, unit: f64, fraction: bool) -> f64 {
    let halves = value.fract() == 0.5;
    match unit {
        _ if unit < MINUTE => MINUTE,
        _ if unit < HOUR && value % 5.0 == 0.0 => 3.0 * MINUTE,
        _ if unit < HOUR => 2.0 * MINUTE,
        _ if fraction && !halves => unit / 15.0,
        _ if halves => unit / 6.0,
        _ if value < 2.0 => unit / 6.0,
        _ => unit / 3.0,
    }
}

fn number(token: &Token) -> Option<f64> {
    if token.kind == Kind::Word {
        let found = NUMBERS.iter().find(|(word, _)| token.is(word));
        return found.map(|(_, value)| *value);
    }
    if token.kind != Kind::Number {
        return None;
    }
    let thousands = token.text.split(',').skip(1).all(|group| group.len() == 3);
    let plain = token.text.replace(',', if thousands { "" } else { "." });
    let value = plain.parse().ok();
    value.filter(|value: &f64| *value > 0.0 && value.is_finite())
}

fn unit(tokens: &[Token], at: usize) -> Option<f64> {
    let token = tokens.get(at)?;
    let (_, seconds) = UNITS.iter().find(|(names, _)| token.is_any(names))?;
    if token.text.len() > 1 || token.is("h") {
        return Some(*seconds);
    }
    // `20m` may be metres or millions, `1h 20m` is not; `30 s` is no plural.
    let hours = |back: usize| {
        let before = at.checked_sub(back).and_then(|at| tokens.get(at));
        before.is_some_and(|before| before.is_any(&["h", "hr", "hrs"]))
    };
    let fits = match &*token.text {
        "m" => hours(2),
        _ => token.joined,
    };
    fits.then_some(*seconds)
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn minutes(text: &str) -> Vec<(i64, i64)> {
        let whole = |seconds: f64| (seconds / MINUTE).round() as i64;
        let found = durations(&tokens(text));
        let bounds = found.iter().map(|one| (whole(one.least), whole(one.most)));
        bounds.collect()
    }

    #[test]
    fn every_notation_is_read_with_what_it_can_stand_for() {
        let cases: &[(&str, &[(i64, i64)])] = &[
            ("47 minutes", &[(45, 49)]),
            ("a 47-minute outage", &[(45, 49)]),
            ("45 min", &[(42, 48)]),
            ("about 45 minutes", &[(38, 52)]),
            ("~ 45 minutes", &[(38, 52)]),
            ("1h 20m", &[(77, 83)]),
            ("1 hour and 20 minutes", &[(77, 83)]),
            ("2 hours, 15 minutes", &[(131, 139)]),
            ("two hours", &[(100, 140)]),
            ("nearly two hours", &[(70, 140)]),
            ("over an hour", &[(50, 100)]),
            ("an hour and a half", &[(80, 100)]),
            ("one and a half hours", &[(80, 100)]),
            ("half an hour", &[(25, 35)]),
            ("1.5 hours", &[(80, 100)]),
            ("2.4 hours", &[(140, 148)]),
            ("30–40 minutes", &[(27, 43)]),
            ("1,200 minutes", &[(1164, 1236)]),
            ("three quarters of an hour", &[]),
            ("20m users in 5 regions at 14:23", &[]),
            ("10 requests a second", &[]),
            ("3 of 4 days", &[(5280, 7186)]),
        ];
        for (text, expected) in cases {
            assert_eq!(minutes(text), *expected, "{text}");
            assert!(expected.is_empty() || may_hold_one(text), "{text}");
        }
    }
}
