//! What a run did: every change with the number it got, what failed, and what is left.

use super::super::Key;
use super::super::plan::{Change, Note};

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// What was done, or would be, in order.
    pub done: Vec<Done>,
    /// What was not done, or not as it was asked.
    pub failed: Vec<Failed>,
    /// What people should know.
    pub notes: Vec<Note>,
    /// Items whose issue waits for a later run.
    pub later: usize,
    /// Why the run ended before everything was done; none where it did not.
    pub stopped: Option<String>,
    /// Commits on the ledger's branch.
    pub commits: usize,
}

/// One change that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The change.
    pub change: Change,
    /// The issue that it opened.
    pub opened: Option<u64>,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What it is about: an item, else a label or an issue.
    pub about: String,
    /// The item, where it is about one.
    pub key: Option<Key>,
    /// What went wrong; lower case, no full stop.
    pub message: String,
}

impl Tally {
    /// Whether the run ended before it did anything at all.
    pub fn is_starved(&self) -> bool {
        self.stopped.is_some()
            && self.done.is_empty()
            && self.failed.is_empty()
            && self.commits == 0
    }

    /// Keeps a change that was done.
    pub(super) fn did(&mut self, change: &Change, opened: Option<u64>) {
        self.done.push(Done {
            change: change.clone(),
            opened,
        });
    }

    /// Keeps what went wrong with an item, the same only once.
    pub(super) fn fail(&mut self, key: &Key, message: impl Into<String>) {
        let failed = Failed {
            about: key.to_string(),
            key: Some(key.clone()),
            message: message.into(),
        };
        if !self.failed.contains(&failed) {
            self.failed.push(failed);
        }
    }

    /// Keeps what went wrong with something else, the same only once.
    pub(super) fn fail_about(&mut self, about: impl Into<String>, message: impl Into<String>) {
        let failed = Failed {
            about: about.into(),
            key: None,
            message: message.into(),
        };
        if !self.failed.contains(&failed) {
            self.failed.push(failed);
        }
    }
}
