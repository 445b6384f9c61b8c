//! What a reader is given: the text of files, and what was asked.
//!
//! Owns the values. Finding and opening files is for `command`.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::draft::Read;
use super::origin::Origin;
use super::remark::Place;
use crate::postmortem::conventions::Conventions;
use crate::postmortem::section::SectionKey;

/// One file.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name as it is shown, with `/`; below a folder with the path inside it, in an archive behind a `!`.
    pub name: String,
    /// Its text; bytes that are not UTF-8 have become `?`.
    pub text: String,
    /// The SHA-256 of its bytes, of the archive's where it came out of one, in lower-case hexadecimal digits.
    pub sha256: String,
}

impl Input {
    /// The file as a part of a draft's provenance; the archive where it came out of one.
    pub fn as_read(&self) -> Read {
        let name = match self.name.find(".zip!") {
            Some(at) => &self.name[..at + 4],
            None => &self.name,
        };
        let name = name.rsplit('/').next().unwrap_or_default();
        Read {
            name: name.into(),
            sha256: self.sha256.clone(),
        }
    }

    /// The file as a place.
    pub fn place(&self) -> Place {
        Place::file(&self.name)
    }
}

/// What was asked beside the files.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// What the organisation calls things.
    pub conventions: &'a Conventions,
    /// The zone of times that name none; UTC, with a remark, where none was given.
    pub zone: Option<Offset>,
    /// Headings of the documents of one project, in plain form, with the section each names.
    pub aliases: &'a [(String, SectionKey)],
    /// The channel of a chat.
    pub channel: Option<&'a str>,
    /// The first moment of a chat that is wanted.
    pub from: Option<Timestamp>,
    /// The last.
    pub to: Option<Timestamp>,
}

/// A file is not of the format at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The file, as it was named.
    pub file: String,
    /// Why not: lower case, no full stop, in a form that follows the file's name: "is no JSON: …".
    pub why: String,
    /// What it looks like instead.
    pub looks_like: Option<Origin>,
}
