//! The ledger: durable facts that no author types, as small JSON files on a branch of their own.
//!
//! Owns the values on record, the files' names and form, and the chain that ties them together. Pure: bytes in, values and
//! bytes out. How a verdict is made is for `approval`; the branch itself is read by [`crate::git`] and written through GitHub by `command`.

mod append;
pub mod book;
pub mod chain;
pub mod facts;
mod form;
pub mod items;
mod place;
mod read;
pub mod record;
pub mod standing;
#[cfg(test)]
mod tests;
pub mod verdict;
pub mod verify;
pub mod watch;
pub mod writer;

use std::collections::BTreeSet;

pub use append::{Addition, Draft};
pub use chain::{Flaw, Head};
pub use record::Record;

/// The branch.
pub const BRANCH: &str = "aftersight/ledger";
/// The file that names the last record and how far the history was looked at.
pub const HEAD: &str = "approvals/head.json";

/// What is on the branch, as far as it holds.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The end of the chain; none where the ledger is empty.
    pub head: Option<Head>,
    /// The records that hold, by sequence number, each with its path and the SHA-256 of its bytes.
    pub records: Vec<Kept>,
    /// What does not hold.
    pub flaws: Vec<Flaw>,
    /// Every path on the branch, of whatever file.
    pub paths: BTreeSet<String>,
}

impl Ledger {
    /// Whether anybody ever recorded an approval here: a ledger may hold action items alone.
    pub fn has_approvals(&self) -> bool {
        self.paths.iter().any(|path| path.starts_with("approvals/"))
    }
}

/// A record with its place.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The path on the branch.
    pub path: String,
    /// The SHA-256 of its bytes, in hex.
    pub digest: String,
    /// What it says.
    pub record: Record,
}
