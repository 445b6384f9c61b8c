//! What a tracker has to be able to do: the one seam between the plan and GitHub, or any other tracker.
//!
//! Owns the trait and its values. Who implements it is for `command`.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::labels::Label;
use super::{Issue, Reason};

/// Which issues are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that are open, with our label.
    Open,
    /// Those with our label that changed after a moment, in every state; all of them without one.
    Changed(Option<Timestamp>),
    /// Those that changed after a moment, in every state, whatever their labels.
    Any(Timestamp),
}

/// A list of issues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The issues.
    pub issues: Vec<Issue>,
    /// What has our label and is no issue, like a pull request: its number, and whether it is open.
    pub others: Vec<(u64, bool)>,
    /// Numbers of issues whose answer could not be read whole.
    pub unclear: Vec<u64>,
}

/// What became of an issue's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is here.
    Found(Issue),
    /// It is in another place.
    Moved(String),
    /// It was deleted.
    Gone,
}

/// An issue to open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct New {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Whom it is assigned to.
    pub assignees: Vec<String>,
}

/// What is to be changed of an issue; the rest stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// Another title.
    pub title: Option<String>,
    /// Another text.
    pub body: Option<String>,
    /// These labels and no others.
    pub labels: Option<Vec<String>>,
    /// These accounts and no others.
    pub assignees: Option<Vec<String>>,
    /// Whether it is to be closed, and how, or opened again.
    pub standing: Option<Option<Reason>>,
}

/// What somebody said on an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who, by the number of the account; none where that account is gone.
    pub author: Option<u64>,
    /// What.
    pub text: String,
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What follows from it.
    pub kind: Kind,
    /// Cause, then place; lower case, no full stop.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It was not done; another request may be.
    NotDone,
    /// It was done or not.
    Unknown,
    /// It was not done, and others of its kind are not done either: a right is missing.
    Denied,
    /// Nothing more can be asked now; a later run goes on.
    Exhausted,
    /// The repository has no issues at all.
    Off,
}

/// A tracker of issues, about one repository.
///
/// A write is sent once: where its answer is lost the failure is [`Kind::Unknown`], and nobody sends it again.
pub trait Desk {
    /// The tracker's clock.
    fn now(&self) -> Timestamp;

    /// Whether so many requests more, besides what writing to the ledger takes, are too many.
    fn is_spent(&self, more: u32) -> bool {
        self.left() <= more
    }

    /// How many requests may still be asked, besides what writing to the ledger takes.
    fn left(&self) -> u32;

    /// Issues.
    fn list(&self, which: Which) -> Result<Listing, Trouble>;

    /// Whether exactly so many issues with our label are open, in one request.
    fn has_open(&self, count: usize) -> Result<bool, Trouble>;

    /// What became of an issue.
    fn look(&self, number: u64) -> Result<Look, Trouble>;

    /// The names of the labels that are there, in small letters.
    fn labels(&self) -> Result<BTreeSet<String>, Trouble>;

    /// Makes a label, unless it is there.
    fn make(&self, label: &Label) -> Result<(), Trouble>;

    /// Whether a login may be assigned.
    fn may_be_assigned(&self, login: &str) -> Result<bool, Trouble>;

    /// Opens an issue and gives back what became of it: a tracker may drop labels and assignees.
    fn open(&self, new: &New) -> Result<Issue, Trouble>;

    /// Changes an issue and gives back what became of it.
    fn change(&self, number: u64, edit: &Edit) -> Result<Issue, Trouble>;

    /// What was said on an issue.
    fn said(&self, number: u64) -> Result<Vec<Said>, Trouble>;

    /// Says something on an issue; who said it, as far as the answer tells.
    fn say(&self, number: u64, text: &str) -> Result<Option<u64>, Trouble>;

    /// The account that we ask with, where the tracker tells.
    fn me(&self) -> Result<Option<u64>, Trouble>;
}
