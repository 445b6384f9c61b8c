//! What a run over the action items has to know of the runs before it, besides the items: `items/head.json`.
//!
//! Owns the value, the file's name and its bytes. What follows from it is for `tracker`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::chain::Flaw;
use super::form::{self, VERSION};

/// The file.
pub const WATCH: &str = "items/head.json";

/// What is known of the tracker as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// The repository whose issues the items have, `owner/name`; empty before the first run.
    pub repository: String,
    /// The accounts that issues were opened with, by their numbers.
    pub accounts: BTreeSet<u64>,
    /// All that changed before this moment is known.
    pub since: Option<Timestamp>,
    /// Numbers of issues that are open with our label although no item says so, and of those that an item takes for open and
    /// that are not.
    pub odd: BTreeSet<u64>,
    /// Logins that could not be assigned, in small letters.
    pub unassignable: BTreeSet<String>,
}

/// The file's form.
#[derive(Serialize, Deserialize)]
struct Form {
    version: u32,
    repository: String,
    accounts: BTreeSet<u64>,
    since: Option<Timestamp>,
    odd: BTreeSet<u64>,
    unassignable: BTreeSet<String>,
}

impl Watch {
    /// Reads it from the files of the branch, by path; a branch without it knows nothing. A file that cannot be used is a flaw.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Flaw> {
        let Some(bytes) = files.get(WATCH) else {
            return Ok(Self::default());
        };
        let form: Form = form::read(bytes).map_err(|cause| Flaw::new(WATCH, cause))?;
        Ok(Self {
            repository: form.repository,
            accounts: form.accounts,
            since: form.since,
            odd: form.odd,
            unassignable: form.unassignable,
        })
    }

    /// The bytes of the file.
    pub fn write(&self) -> Vec<u8> {
        form::write(&Form {
            version: VERSION,
            repository: self.repository.clone(),
            accounts: self.accounts.clone(),
            since: self.since,
            odd: self.odd.clone(),
            unassignable: self.unassignable.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let watch = Watch {
            repository: "acme/pm".into(),
            accounts: [41_898_282].into(),
            since: Some("2026-11-01T10:00:00Z".parse().expect("a moment")),
            odd: [7, 9].into(),
            unassignable: ["zoe".to_string()].into(),
        };
        let files = BTreeMap::from([(WATCH.to_string(), watch.write())]);
        assert_eq!(Watch::read(&files), Ok(watch));
        assert_eq!(Watch::read(&BTreeMap::new()), Ok(Watch::default()));
    }

    #[test]
    fn a_broken_file_is_a_flaw() {
        let files = BTreeMap::from([(WATCH.to_string(), b"{\"version\": 9}".to_vec())]);
        let flaw = Watch::read(&files).expect_err("a flaw");
        assert_eq!(flaw.path, WATCH);
    }
}
