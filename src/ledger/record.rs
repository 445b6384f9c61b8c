//! One record: a pull request that brought postmortems to the default branch, or a push that did so without one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::facts::{Facts, Text};
use super::verdict::Verdict;

/// What was judged of one postmortem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The text as it stands on the default branch after the merge, and what the reviewers saw of it.
    #[serde(flatten)]
    pub text: Text,
    /// The verdict, made from the facts of this record.
    pub verdict: Verdict,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of this form, 1.
    pub version: u32,
    /// Its place in the chain, from 1.
    pub sequence: u64,
    /// The SHA-256 of the record before, in hex; none for the first.
    pub previous: Option<String>,
    /// The repository, `owner/name`.
    pub repository: String,
    /// The commit that brought the texts to the default branch, in hex; of several, the last.
    pub commit: String,
    /// The pull request; none for a direct push, whose texts nobody reviewed.
    pub pull_request: Option<Facts>,
    /// The configuration at the base commit: its path and git blob; none where there was none.
    pub policy: Option<Origin>,
    /// The CODEOWNERS file at the base commit, likewise.
    pub codeowners: Option<Origin>,
    /// The postmortems.
    pub postmortems: Vec<Judged>,
    /// When this was written, by GitHub's clock.
    pub recorded_at: Timestamp,
    /// The program that wrote it: `aftersight 0.1.0`.
    pub tool: String,
    /// The page of the workflow run that wrote it, where there is one.
    pub run: Option<String>,
}

/// A file at the base commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its path.
    pub path: String,
    /// Its git blob, in hex.
    pub blob: String,
}
