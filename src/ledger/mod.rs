//! The ledger: durable facts that no author types, as small JSON files on a branch of their own.
//!
//! Owns the values on record, the files' names and form, and the chain that ties them together. Pure: bytes in, values and
//! bytes out. How a verdict is made is for `approval`; the branch itself is read by [`crate::git`] and written through GitHub by `command`.

pub mod chain;
pub mod facts;
pub mod record;
pub mod standing;
pub mod verdict;

use std::collections::BTreeMap;

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

impl Ledger {
    /// Reads every file of the branch, by path. Never fails: what does not hold is a flaw that names its file.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let _ = files;
        todo!()
    }
}
