//! Zones by the names people give them, and what these names mean on a day.
//!
//! Owns the names with several meanings, which [`crate::postmortem::clock`] refuses: here a document of the past is read as well
//! as it can be, and every guess is remarked.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Dst, Offset, TimeZone};

use crate::postmortem::clock;

/// A zone as it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// An offset, or `UTC`.
    Offset(Offset),
    /// Letters or a place.
    Named {
        /// As written.
        written: String,
        /// Its place in [`NAMED`].
        index: usize,
    },
}

/// A name, what it is taken to be, its offsets as POSIX writes them (IEEE 1003.1, `TZ`), and whether the letters say that summer time
/// holds.
struct Named {
    names: &'static [(&'static str, Option<bool>)],
    place: &'static str,
    posix: &'static str,
}

/// The summer times are those of today's rules: in North America since 2007, in Europe since 1996.
const NAMED: &[Named] = &[
    Named {
        names: &[
            ("PST", Some(false)),
            ("PDT", Some(true)),
            ("PT", None),
            ("US/Pacific", None),
            ("Pacific", None),
        ],
        place: "the North American Pacific coast",
        posix: "PST8PDT,M3.2.0,M11.1.0",
    },
    Named {
        names: &[
            ("MST", Some(false)),
            ("MDT", Some(true)),
            ("MT", None),
            ("US/Mountain", None),
            ("Mountain time", None),
        ],
        place: "the North American mountains",
        posix: "MST7MDT,M3.2.0,M11.1.0",
    },
    Named {
        names: &[
            ("CST", Some(false)),
            ("CDT", Some(true)),
            ("CT", None),
            ("US/Central", None),
            ("Central time", None),
        ],
        place: "the North American centre",
        posix: "CST6CDT,M3.2.0,M11.1.0",
    },
    Named {
        names: &[
            ("EST", Some(false)),
            ("EDT", Some(true)),
            ("ET", None),
            ("US/Eastern", None),
            ("Eastern", None),
        ],
        place: "the North American east coast",
        posix: "EST5EDT,M3.2.0,M11.1.0",
    },
    Named {
        names: &[
            ("CET", Some(false)),
            ("CEST", Some(true)),
            ("MEZ", Some(false)),
            ("MESZ", Some(true)),
        ],
        place: "central Europe",
        posix: "CET-1CEST,M3.5.0,M10.5.0/3",
    },
    Named {
        names: &[("WET", Some(false)), ("WEST", Some(true))],
        place: "western Europe",
        posix: "WET0WEST,M3.5.0/1,M10.5.0",
    },
    Named {
        names: &[("EET", Some(false)), ("EEST", Some(true))],
        place: "eastern Europe",
        posix: "EET-2EEST,M3.5.0/3,M10.5.0/4",
    },
    Named {
        names: &[
            ("BST", Some(true)),
            ("UK time", None),
            ("London time", None),
        ],
        place: "Britain",
        posix: "GMT0BST,M3.5.0/1,M10.5.0",
    },
    Named {
        names: &[("IST", Some(false))],
        place: "India",
        posix: "IST-5:30",
    },
    Named {
        names: &[("JST", Some(false))],
        place: "Japan",
        posix: "JST-9",
    },
    Named {
        names: &[("MSK", Some(false))],
        place: "Moscow",
        posix: "MSK-3",
    },
    Named {
        names: &[("AEST", Some(false)), ("AEDT", Some(true))],
        place: "the east of Australia",
        posix: "AEST-10AEDT,M10.1.0,M4.1.0/3",
    },
];

impl Zone {
    /// The zone that a line names: `All times in PST`, `(all times US/Pacific)`, `Time (UTC)`.
    pub(super) fn in_line(text: &str) -> Option<Self> {
        // A name goes first: `UTC` may stand beside it, as in `PST (UTC-8)`.
        let named = (0..text.len())
            .filter(|at| text.is_char_boundary(*at) && !text[..*at].ends_with(is_word))
            .find_map(|at| {
                Self::at_start(&text[at..]).filter(|(zone, _)| matches!(zone, Self::Named { .. }))
            });
        let offset = || clock::zone_in(text).map(Self::Offset);
        offset().or(named.map(|(zone, _)| zone))
    }

    /// The zone with which a text begins, and its length.
    pub(super) fn at_start(text: &str) -> Option<(Self, usize)> {
        let found = NAMED.iter().enumerate().flat_map(|(index, named)| {
            named.names.iter().filter_map(move |(name, _)| {
                let begin = text.get(..name.len())?;
                let letters = name.chars().all(|c| c.is_ascii_uppercase());
                let same = if letters {
                    begin == *name
                } else {
                    begin.eq_ignore_ascii_case(name)
                };
                (same && !text[name.len()..].starts_with(is_word)).then_some((index, name.len()))
            })
        });
        let (index, mut length) = found.max_by_key(|(_, length)| *length)?;
        // `CET/CEST`, `Pacific Time`
        let rest = &text[length..];
        if let Some(second) = rest.strip_prefix('/')
            && let Some((Self::Named { index: other, .. }, more)) = Self::at_start(second)
            && other == index
        {
            length += 1 + more;
        } else if let Some(word) = rest.get(..5)
            && word.eq_ignore_ascii_case(" time")
            && !rest[5..].starts_with(is_word)
        {
            length += 5;
        }
        let written = text[..length].into();
        Some((Self::Named { written, index }, length))
    }

    /// The moment of a time of day in this zone.
    pub(super) fn moment(&self, at: DateTime) -> Option<Timestamp> {
        match self {
            Self::Offset(offset) => offset.to_timestamp(at).ok(),
            Self::Named { index, .. } => TimeZone::posix(NAMED[*index].posix)
                .ok()?
                .to_timestamp(at)
                .ok(),
        }
    }

    /// What was guessed: which place is meant; lower case, no full stop. `None` where nothing was.
    pub(super) fn guess(&self) -> Option<String> {
        match self {
            Self::Offset(_) => None,
            Self::Named { written, index } => Some(format!(
                "that `{written}` means the time of {}",
                NAMED[*index].place
            )),
        }
    }

    /// The warning where letters say winter and the day lies in summer, or the other way round.
    pub(super) fn season(&self, at: DateTime) -> Option<String> {
        let Self::Named { written, index } = self else {
            return None;
        };
        let named = &NAMED[*index];
        let (_, summer) = named.names.iter().find(|(name, _)| name == written)?;
        let summer = (*summer)?;
        let zone = TimeZone::posix(named.posix).ok()?;
        let info = zone.to_offset_info(zone.to_timestamp(at).ok()?);
        let holds = info.dst() == Dst::Yes;
        let clock = if holds { "summer" } else { "winter" };
        let abbreviation = info.abbreviation();
        (holds != summer).then(|| {
            format!(
                "that `{written}` means the {clock} time `{abbreviation}` that held on `{}`",
                at.date()
            )
        })
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: &str, time: &str) -> String {
        let zone = Zone::in_line(line).expect(line);
        let time: DateTime = time.parse().expect("a time");
        let moment = zone.moment(time).expect("a moment");
        let warned = if zone.season(time).is_some() {
            " !"
        } else {
            ""
        };
        format!("{moment}{warned}")
    }

    #[test]
    fn names_are_read_for_the_season() {
        assert_eq!(
            at("All times in PST", "2017-12-01T08:00"),
            "2017-12-01T16:00:00Z"
        );
        assert_eq!(
            at("All times in PST", "2017-09-27T13:06"),
            "2017-09-27T20:06:00Z !"
        );
        assert_eq!(
            at(
                "_(All times US/Pacific, 24-hour clock.)_",
                "2021-06-28T13:59"
            ),
            "2021-06-28T20:59:00Z"
        );
        assert_eq!(
            at("All times in CET.", "2020-06-09T11:00"),
            "2020-06-09T09:00:00Z !"
        );
        assert_eq!(
            at("Timeline (all Times in CET/CEST)", "2020-06-09T11:00"),
            "2020-06-09T09:00:00Z"
        );
        assert_eq!(
            at("All times in GMT+2", "2019-04-03T12:50"),
            "2019-04-03T10:50:00Z"
        );
        assert_eq!(
            at("times are UTC", "2019-04-03T12:50"),
            "2019-04-03T12:50:00Z"
        );
        assert_eq!(at("PDT", "2019-01-03T12:50"), "2019-01-03T20:50:00Z !");
    }

    #[test]
    fn other_words_are_no_zones() {
        for text in [
            "Timeline",
            "nodes in WESTERN",
            "the best",
            "test",
            "a PSTN line",
            "Bug in IST_TABLE",
        ] {
            assert_eq!(Zone::in_line(text), None, "{text}");
        }
        assert!(
            Zone::in_line("PST")
                .and_then(|zone| zone.guess())
                .is_some_and(|guess| guess.contains("`PST`"))
        );
    }
}
