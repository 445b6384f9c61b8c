//! Action items against issues: what postmortems promise, what the ledger knows and what the tracker holds become a plan.
//!
//! Pure but for [`sync`], which works through the traits of [`desk`] and [`crate::ledger::book`]: values in, values out; the time
//! is an argument. Who stands behind the traits is for `command`.

pub mod block;
pub mod desk;
pub mod digest;
pub mod item;
pub mod labels;
pub mod ladder;
pub mod plan;
pub mod promise;
pub mod sync;

use std::collections::{BTreeMap, BTreeSet};

pub use crate::ledger::items::{ItemState, Key, Known};

/// How an issue was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was done; also where nothing is said.
    Completed,
    /// It will not be done.
    NotPlanned,
    /// Another issue has it.
    Duplicate,
}

/// An issue of the tracker as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Its number.
    pub number: u64,
    /// Who opened it, by the number of the account; none where that account is gone.
    pub author: Option<u64>,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// How it was closed; none while it is open.
    pub closed: Option<Reason>,
    /// Its labels.
    pub labels: Vec<String>,
    /// The logins it is assigned to.
    pub assignees: Vec<String>,
    /// Whether nobody may comment on it.
    pub locked: bool,
}

/// What became of an issue that is no longer there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was deleted.
    Gone,
    /// It was moved to another repository; where it is now.
    Moved(String),
}

/// The accounts that issues are opened with, by their numbers: logins change hands.
pub type Accounts = BTreeSet<u64>;

/// What is known of all items.
pub type Ledger = BTreeMap<Key, Known>;
