//! Writing to the ledger's branch on GitHub: the first commit, and every other by compare and swap.
//!
//! Owns what both parts of the ledger have in common. What they write, and how they read it, is theirs.

use crate::github::{self, Client, Committed, Failure};
use crate::ledger::writer::Outcome;
use crate::ledger::{Addition, BRANCH};

/// Makes the branch, with one commit of these files.
pub(super) fn create(
    client: &Client,
    message: &str,
    files: &[Addition],
) -> Result<Outcome, Failure> {
    outcome(client.create_orphan(BRANCH, message, &additions(files)))
}

/// Adds one commit of these files, if the branch is still at the commit `expected`.
pub(super) fn commit(
    client: &Client,
    expected: &str,
    message: &str,
    files: &[Addition],
) -> Result<Outcome, Failure> {
    outcome(client.commit(BRANCH, expected, message, &additions(files)))
}

fn outcome(result: Result<Committed, Failure>) -> Result<Outcome, Failure> {
    match result {
        Ok(committed) => Ok(Outcome::Written(committed.oid)),
        Err(Failure::Conflict) => Ok(Outcome::Conflict),
        Err(failure) => Err(failure),
    }
}

fn additions(files: &[Addition]) -> Vec<github::Addition> {
    files
        .iter()
        .map(|file| github::Addition {
            path: file.path.clone(),
            bytes: file.bytes.clone(),
        })
        .collect()
}
