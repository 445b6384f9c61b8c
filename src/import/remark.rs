//! Remarks: what an import guessed, left out or did not understand, each with its place.
//!
//! Owns their kinds and how many alike are told as one. Printing them is for `command`, keeping them in the draft for
//! [`super::write`].

use std::fmt;

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemarkKind {
    /// The source does not say it.
    Guessed,
    /// The draft does not say it.
    LeftOut,
    /// It is not as its format wants it.
    NotUnderstood,
}

impl RemarkKind {
    /// The kind in the words of a message.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guessed => "guessed",
            Self::LeftOut => "left out",
            Self::NotUnderstood => "not understood",
        }
    }
}

/// A place in an input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// Where in it.
    pub at: At,
}

/// Where in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum At {
    /// Nowhere in particular.
    File,
    /// A line, from 1.
    Line(u32),
    /// A value of a JSON text, as a path: `$.incidents[2].title`.
    Json(String),
}

impl Place {
    /// A file as a whole.
    pub fn file(file: &str) -> Self {
        Self {
            file: file.into(),
            at: At::File,
        }
    }

    /// A line of a file, from 1.
    pub fn line(file: &str, line: u32) -> Self {
        Self {
            file: file.into(),
            at: At::Line(line),
        }
    }

    /// A value of a JSON file.
    pub fn json(file: &str, path: &str) -> Self {
        Self {
            file: file.into(),
            at: At::Json(path.into()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            At::File => write!(f, "{}", self.file),
            At::Line(line) => write!(f, "{}:{line}", self.file),
            At::Json(path) => write!(f, "{}: {path}", self.file),
        }
    }
}

/// One remark. Remarks alike in kind and words are told as one, counted; so the words hold no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What it is about.
    pub kind: RemarkKind,
    /// What was guessed, left out or not understood: lower case, no full stop, values in backticks. Of something left out or not
    /// understood it names the thing: "messages of bots", "the time `25:99` of an update".
    pub what: String,
    /// Where in the source.
    pub place: Place,
}

/// Remarks alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// What they are about.
    pub kind: RemarkKind,
    /// Their words.
    pub what: &'a str,
    /// Their places, in order; at least one.
    pub places: Vec<&'a Place>,
}

/// Remarks grouped by kind and words, in order of kind, then of first mention.
pub fn groups(remarks: &[Remark]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for remark in remarks {
        let next = groups.len();
        let index = *known
            .entry((remark.kind, remark.what.as_str()))
            .or_insert(next);
        if index == next {
            groups.push(Group {
                kind: remark.kind,
                what: &remark.what,
                places: Vec::new(),
            });
        }
        groups[index].places.push(&remark.place);
    }
    groups.sort_by_key(|group| group.kind);
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_alike_are_one() {
        let remark = |kind, what: &str, line| Remark {
            kind,
            what: what.into(),
            place: Place::line("a.csv", line),
        };
        let remarks = [
            remark(RemarkKind::LeftOut, "messages of bots", 1),
            remark(RemarkKind::Guessed, "the zone", 2),
            remark(RemarkKind::LeftOut, "joins", 3),
            remark(RemarkKind::LeftOut, "messages of bots", 4),
        ];
        let told: Vec<(&str, usize)> = groups(&remarks)
            .iter()
            .map(|group| (group.what, group.places.len()))
            .collect();
        assert_eq!(
            told,
            [("the zone", 1), ("messages of bots", 2), ("joins", 1)]
        );
        assert_eq!(remarks[0].place.to_string(), "a.csv:1");
    }
}
