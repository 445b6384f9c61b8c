//! What a rule may know besides the postmortem itself.
//!
//! Owns the values that the effects hand to the rules: what git and the folders say, gathered beforehand. Gathering
//! them is for `command`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::corpus::Corpus;
use crate::ledger::items::{Key, Known};
use crate::postmortem::conventions::Conventions;

/// What a rule may know besides the postmortem itself.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The names in use.
    pub conventions: &'a Conventions,
    /// The moment of the check.
    pub now: Timestamp,
    /// The postmortems of the base branch, where there is one.
    pub base: Option<&'a Corpus>,
    /// What git tells of each postmortem; `None` outside a repository and in a shallow clone. Only for rules that look
    /// at all postmortems together.
    pub history: Option<&'a History>,
    /// What lies around the postmortems; `None` where nobody looked. Only for rules that look at all postmortems
    /// together.
    pub surroundings: Option<&'a Surroundings>,
    /// What the ledger knows of action items; `None` without one. Only for rules that look at all postmortems together.
    pub tracked: Option<&'a Tracked>,
}

impl<'a> Context<'a> {
    /// A context with nothing around the postmortems.
    pub fn new(conventions: &'a Conventions, now: Timestamp) -> Self {
        Self {
            conventions,
            now,
            base: None,
            history: None,
            surroundings: None,
            tracked: None,
        }
    }
}

/// The course of every committed postmortem, by its path relative to the root of the workspace. What is not in it was
/// never committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The courses.
    pub courses: BTreeMap<String, Course>,
}

/// What git tells of one postmortem. Times are those of the authors: a rebase changes none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// When it was first committed.
    pub added: Timestamp,
    /// Whether it is older than `added`, and nobody knows by how much: it came with a pull request that was made into
    /// one commit, or together with many others, from where they were kept before.
    pub older: bool,
    /// When it was last changed.
    pub changed: Timestamp,
    /// When it first said `status: final`; `None` where it never did, and where it was changed for the last time before
    /// anything was due, so that nobody looked.
    pub finished: Option<Timestamp>,
    /// Whether it was final before `finished`, and nobody knows by how much: see `older`.
    pub finished_earlier: bool,
    /// Whether it is on the default branch.
    pub published: bool,
}

/// Files that links of postmortems lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Every target that exists, relative to the root of the workspace, with `/` and without `.` or `..`; folders
    /// without a trailing `/`. Of Markdown files with the anchors of their headings.
    pub files: BTreeMap<String, BTreeSet<String>>,
}

/// What the ledger knows of action items.
#[derive(Clone, Debug, Default)]
pub struct Tracked {
    /// Every item that it knows.
    pub items: BTreeMap<Key, Known>,
    /// The repository that the issues are in, `owner/name`, where that is known.
    pub repository: Option<String>,
}
