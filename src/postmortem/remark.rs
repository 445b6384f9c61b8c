//! What a reader of the language remarks in a postmortem: a place, and why it may read as blame.
//!
//! Owns the values only, so that a postmortem can keep them for all the rules that speak of them. Which words are remarked is
//! for the rules.

use crate::source::Span;

/// How strictly a passage is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Zone {
    /// What happened and why: blame does most harm here.
    Narrative,
    /// What was learned: people look back, and may do so about themselves.
    Lessons,
    /// What will be done.
    Actions,
}

/// Of whom a passage speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The author: I.
    Author,
    /// Somebody: a role or a name.
    Person,
    /// A team or we.
    Collective,
    /// Nobody in particular.
    Nobody,
}

/// One place worth a word.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The rule that speaks of it.
    pub rule: &'static str,
    /// Where.
    pub span: Span,
    /// The words, shortened where they are many.
    pub words: String,
    /// The zone it stands in.
    pub zone: Zone,
    /// Of whom it speaks.
    pub subject: Subject,
    /// Whether it weighs less than the rule does otherwise.
    pub light: bool,
    /// A question to ask instead, with its question mark.
    pub ask: &'static str,
}
