//! The chain: each record names the digest of the one before, and the head file the last.

use serde::{Deserialize, Serialize};

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The version of this form, 1.
    pub version: u32,
    /// The last record's number; the first has 1.
    pub sequence: u64,
    /// The last record's path on the branch.
    pub record: String,
    /// The SHA-256 of that record's bytes, in hex.
    pub digest: String,
    /// The commit of the default branch up to which everything is on record, in hex.
    pub through: String,
}

/// Something on the branch that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// The file on the branch.
    pub path: String,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}
