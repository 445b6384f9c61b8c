//! A draft: what one incident's export says, in the words of a postmortem.
//!
//! Owns the shape that every reader fills and the writer turns into Markdown. It holds text as the source has it, marked as plain
//! or as Markdown; making it safe is for [`super::write`].

use jiff::Timestamp;
use jiff::civil::Date;

use super::escape;
use super::origin::Origin;
use super::remark::{Place, Remark, RemarkKind};
use crate::postmortem::choice::{DetectedBy, Extent, Kind, Status};
use crate::postmortem::section::SectionKey;

/// A text of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// Letters that mean nothing but themselves: every sign of Markdown in it is escaped.
    Plain(String),
    /// Markdown: its marks stay, its headings are put below those of the postmortem, and orders to this tool are taken out of force.
    Markdown(String),
}

impl Text {
    /// The text as the source has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Markdown(text) => text,
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.as_str().trim().is_empty()
    }
}

/// The moments of the incident, in UTC; `None` where the source does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// First effect.
    pub started: Option<Timestamp>,
    /// First noticed.
    pub detected: Option<Timestamp>,
    /// Somebody took it on.
    pub acknowledged: Option<Timestamp>,
    /// The cause was understood.
    pub identified: Option<Timestamp>,
    /// The effect was over, perhaps by a makeshift.
    pub mitigated: Option<Timestamp>,
    /// It was over.
    pub resolved: Option<Timestamp>,
}

impl Times {
    /// The moments in their order.
    pub(super) fn all(&mut self) -> [&mut Option<Timestamp>; 6] {
        [
            &mut self.started,
            &mut self.detected,
            &mut self.acknowledged,
            &mut self.identified,
            &mut self.mitigated,
            &mut self.resolved,
        ]
    }
}

/// An entry of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The moment; `None` where nobody knows, and it stays where it stands among the others.
    pub at: Option<Timestamp>,
    /// The end, where it took a while.
    pub until: Option<Timestamp>,
    /// Whether the moment is only about right.
    pub about: bool,
    /// What happened, for a cell of a table: lines are kept as lines, blocks of Markdown are not understood.
    pub text: Text,
    /// What does not fit into a cell (code, lists, pictures), as Markdown; it goes below a heading of its own in the appendix.
    pub more: Option<String>,
}

impl Event {
    /// An entry at a moment.
    pub fn new(at: Option<Timestamp>, text: Text) -> Self {
        Self {
            at,
            until: None,
            about: false,
            text,
            more: None,
        }
    }
}

/// What a section is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heading {
    /// One that the format knows.
    Known(SectionKey),
    /// The source's own, plain text.
    Own(String),
}

/// A section and its text, without its heading. Two with one heading become one, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its heading.
    pub heading: Heading,
    /// What stands below it.
    pub text: Text,
}

/// A row of the action items. Every cell but the action is plain text; what is empty was not said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionRow {
    /// `A1`, `A2` …; empty for the next free one.
    pub id: String,
    /// What will be done; lines are kept as lines.
    pub action: Text,
    /// One of our types, as the source or the reader knows it.
    pub kind: String,
    /// A priority.
    pub priority: String,
    /// Who will do it.
    pub owner: String,
    /// By which day, `2026-11-01`.
    pub due: String,
    /// How anyone can tell that it is finished.
    pub done_when: String,
    /// Where it is tracked.
    pub issue: String,
    /// Only `dropped: reason` has a meaning; everything else is kept as it is.
    pub status: String,
}

impl ActionRow {
    /// A row that says only what will be done.
    pub fn new(action: Text) -> Self {
        Self {
            id: String::new(),
            action,
            kind: String::new(),
            priority: String::new(),
            owner: String::new(),
            due: String::new(),
            done_when: String::new(),
            issue: String::new(),
            status: String::new(),
        }
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Its name without the folders before it.
    pub name: String,
    /// The SHA-256 of its bytes, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// Where a draft comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// What wrote the export.
    pub origin: Origin,
    /// The incident's id there.
    pub id: Option<String>,
    /// Its address there; only `http` and `https` are written.
    pub url: Option<String>,
    /// The files that told of it.
    pub files: Vec<Read>,
}

/// One incident as its export tells it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// One line; never empty once it is written.
    pub title: String,
    /// What kind of event, where the source says.
    pub kind: Option<Kind>,
    /// How far the writing is. What is asked for and not known of a final document is written as `unknown`.
    pub status: Status,
    /// The severity in the source's own words.
    pub severity: Option<String>,
    /// What was affected, in the source's own words.
    pub services: Vec<String>,
    /// Who is accountable: `@user`, `@org/team` or an e-mail address; anything else becomes a remark.
    pub owner: Option<String>,
    /// Who wrote it: the same forms.
    pub authors: Vec<String>,
    /// Who took part: the same forms.
    pub participants: Vec<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// The day it happened, where no moment tells.
    pub day: Option<Date>,
    /// The moments.
    pub times: Times,
    /// Who noticed first.
    pub detected_by: Option<DetectedBy>,
    /// How much of the service was gone.
    pub extent: Option<Extent>,
    /// The timeline, in the order of the source.
    pub timeline: Vec<Event>,
    /// The sections in their order, without the timeline and the action items of the fields here.
    pub parts: Vec<Part>,
    /// The action items.
    pub actions: Vec<ActionRow>,
    /// Where it comes from.
    pub provenance: Provenance,
    /// What was guessed, left out or not understood.
    pub remarks: Vec<Remark>,
}

impl Draft {
    /// A draft that says nothing yet.
    pub fn new(origin: Origin) -> Self {
        Self {
            title: String::new(),
            kind: None,
            status: Status::Draft,
            severity: None,
            services: Vec::new(),
            owner: None,
            authors: Vec::new(),
            participants: Vec::new(),
            tags: Vec::new(),
            day: None,
            times: Times::default(),
            detected_by: None,
            extent: None,
            timeline: Vec::new(),
            parts: Vec::new(),
            actions: Vec::new(),
            provenance: Provenance {
                origin,
                id: None,
                url: None,
                files: Vec::new(),
            },
            remarks: Vec::new(),
        }
    }

    /// Adds to a section, unless nothing is said.
    pub fn part(&mut self, heading: Heading, text: Text) {
        if !text.is_empty() {
            self.parts.push(Part { heading, text });
        }
    }

    /// Something the source says that no field holds, as a line of the appendix: `- Urgency: high`.
    pub fn fact(&mut self, name: &str, value: &str) {
        if value.trim().is_empty() {
            return;
        }
        let line = format!("- {}: {}", escape::inline(name), escape::inline(value));
        let heading = Heading::Known(SectionKey::Appendix);
        if let Some(part) = self.parts.last_mut()
            && part.heading == heading
            && let Text::Markdown(text) = &mut part.text
            && text.starts_with("- ")
        {
            text.push('\n');
            text.push_str(&line);
            return;
        }
        self.part(heading, Text::Markdown(line));
    }

    /// Takes the first entry of the timeline for the moment of detection where nothing else tells it, and says so.
    pub(super) fn detected_by_first(&mut self, place: Option<Place>) {
        let first = self.timeline.iter().filter_map(|event| event.at).min();
        if let (None, Some(at), Some(place)) = (self.times.detected, first, place) {
            self.times.detected = Some(at);
            self.guessed("`detected` is the moment of the first entry", place);
        }
    }

    /// Something that the source does not say and that was taken to be so.
    pub fn guessed(&mut self, what: impl Into<String>, place: Place) {
        self.remark(RemarkKind::Guessed, what.into(), place);
    }

    /// Something that the source says and the draft does not.
    pub fn left_out(&mut self, what: impl Into<String>, place: Place) {
        self.remark(RemarkKind::LeftOut, what.into(), place);
    }

    /// Something that is not as its format wants it.
    pub fn not_understood(&mut self, what: impl Into<String>, place: Place) {
        self.remark(RemarkKind::NotUnderstood, what.into(), place);
    }

    fn remark(&mut self, kind: RemarkKind, what: String, place: Place) {
        self.remarks.push(Remark { kind, what, place });
    }
}
