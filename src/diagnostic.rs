//! What can be said about a postmortem: a finding of a rule, and the diagnostic the check makes of it.
//!
//! Owns levels, labels, edits and fingerprints. Which level applies is decided in `check::policy`;
//! how a diagnostic looks is for `report`.

use std::fmt;
use std::sync::Arc;

use crate::source::{Source, Span};

/// How much a diagnostic weighs. Only errors fail a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Worth mending; fails only under `--deny-warnings`.
    Warning,
    /// Fails the check.
    Error,
}

impl Level {
    /// The word used in every report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A second place that explains a finding, perhaps in another file.
#[derive(Clone, Debug)]
pub struct Label {
    /// The file it stands in.
    pub source: Arc<Source>,
    /// The place.
    pub span: Span,
    /// What to see there; lower case, no full stop.
    pub message: String,
}

/// A replacement of one span by a text, in the finding's own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
    /// Among insertions at one place, the lower stands first.
    pub order: u16,
}

impl Edit {
    /// Puts a text at a byte; `order` says where among other insertions there.
    pub fn insertion(at: usize, text: impl Into<String>, order: u16) -> Self {
        Self {
            span: Span::new(at, at),
            text: text.into(),
            order,
        }
    }
}

/// What a rule says: a place, what is wrong there and how to mend it. It knows no level.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The primary place.
    pub span: Span,
    /// What is wrong; lower case, no full stop, values in backticks.
    pub message: String,
    /// How to mend it; begins with a verb. May be empty.
    pub help: String,
    /// Other places worth seeing.
    pub related: Vec<Label>,
    /// A mechanical fix that changes no sentence, in the order of the text; empty when there is none.
    pub fix: Vec<Edit>,
    /// Whether the fix is a guess that somebody must look at: editors offer it, `fix` leaves it alone.
    pub guessed: bool,
    /// A lighter level than the rule's own, where this case weighs less.
    pub at_most: Option<Level>,
    /// Places of the file that no report may show, of this finding or of any other.
    pub hidden: Vec<Span>,
}

impl Finding {
    /// A finding at one place.
    pub fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            span,
            message: one_line(message.into()),
            help: one_line(help.into()),
            related: Vec::new(),
            fix: Vec::new(),
            guessed: false,
            at_most: None,
            hidden: Vec::new(),
        }
    }

    /// Caps the level of this one finding.
    #[must_use]
    pub fn at_most(mut self, level: Level) -> Self {
        self.at_most = Some(level);
        self
    }

    /// Hides a place from every report: what stands there must not go into a log that others read.
    #[must_use]
    pub fn hiding(mut self, span: Span) -> Self {
        self.hidden.push(span);
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn with_related(mut self, source: &Arc<Source>, span: Span, message: &str) -> Self {
        self.related.push(Label {
            source: Arc::clone(source),
            span,
            message: message.into(),
        });
        self
    }

    /// Adds an edit that somebody must look at before it is made: all of this fix is a guess then.
    #[must_use]
    pub fn with_guess(mut self, span: Span, text: impl Into<String>) -> Self {
        self.guessed = true;
        self.with_edit(span, text)
    }

    /// Whether the fix may be made without asking anybody.
    pub fn is_fixable(&self) -> bool {
        !self.fix.is_empty() && !self.guessed
    }

    /// Adds an edit to the fix.
    #[must_use]
    pub fn with_edit(self, span: Span, text: impl Into<String>) -> Self {
        let edit = Edit {
            span,
            text: text.into(),
            order: 0,
        };
        self.with_edits([edit])
    }

    /// Adds all edits of a fix that was worked out elsewhere.
    #[must_use]
    pub fn with_edits(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        self.fix.extend(edits);
        self.fix.sort_by_key(|edit| (edit.span, edit.order));
        self
    }
}

/// The most characters of a message that are kept.
const MOST: usize = 1_000;

/// A message as one line of bearable length, whatever the value that it quotes.
fn one_line(text: String) -> String {
    let plain = |c: char| c == ' ' || !(c.is_whitespace() || c.is_control());
    if text.len() <= MOST && text.chars().all(plain) {
        return text;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let words = words.join(" ");
    match words.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words,
    }
}

/// Why a finding is let pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The author's reason.
    pub because: String,
    /// The last day it holds, as written (`2026-12-01`).
    pub until: Option<String>,
}

/// A finding that was judged: what every report shows.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule's name.
    pub rule: &'static str,
    /// Its weight here.
    pub level: Level,
    /// The file it stands in.
    pub source: Arc<Source>,
    /// What the rule said.
    pub finding: Finding,
    /// Stays the same when lines move: rule, postmortem id, the text it points at, and a running number. Of a text that is
    /// hidden only its masked form goes in, so nobody can try passwords against it.
    pub fingerprint: String,
    /// Set when the author allowed it; then it counts nowhere else.
    pub allowed: Option<Allowed>,
}

impl Diagnostic {
    /// The path of the file, relative to the repository.
    pub fn path(&self) -> &str {
        self.source.path()
    }

    /// What reports are sorted by: path, place, rule.
    pub fn order(&self) -> (&str, u32, u32, &'static str, &str) {
        let span = self.finding.span;
        let message = self.finding.message.as_str();
        (self.path(), span.start, span.end, self.rule, message)
    }
}
