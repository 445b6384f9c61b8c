//! The ledger's part on action items while a run works with it: what it says, and writing it by compare and swap.
//!
//! Owns the loop. The branch is behind [`Pages`]; nothing here knows of GitHub. Others write to the same branch: where only
//! other files changed, the write is tried again on top of them; where the items changed, nothing is written.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::chain::Flaw;
use super::items::{self, Key, Known};
use super::watch::{WATCH, Watch};
use super::writer::{MAX_CONFLICTS, Outcome};
use super::{Addition, append};

/// So many files go into one commit.
const MAX_FILES: usize = 500;

/// The branch, as far as it is about action items.
pub trait Pages {
    /// Why a request failed.
    type Error;

    /// The branch now; none where there is no such branch.
    fn read(&mut self) -> Result<Option<Page>, Self::Error>;

    /// Makes the branch, with one commit of these files that has no parents. A branch that is there is a conflict.
    fn create(&mut self, files: &[Addition]) -> Result<Outcome, Self::Error>;

    /// Adds one commit that writes these files, if the branch is still at the commit `expected`; else it is a conflict.
    fn commit(&mut self, expected: &str, files: &[Addition]) -> Result<Outcome, Self::Error>;

    /// The number of the account that made a commit of the branch, where that can be told.
    fn writer(&mut self, commit: &str) -> Result<Option<u64>, Self::Error>;
}

/// The branch at a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The commit, in hex.
    pub commit: String,
    /// The bytes of every file below `items/`, by path.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The branch says it now, by these commits' number.
    Done {
        /// How many commits it took.
        commits: usize,
    },
    /// Somebody else wrote about the items meanwhile, and nothing more was written: what they say now was read.
    Overtaken,
}

/// The branch as it was read or written last.
pub struct Book<P> {
    pages: P,
    commit: Option<String>,
    files: BTreeMap<String, Vec<u8>>,
}

impl<P: Pages> Book<P> {
    /// Reads the branch.
    pub fn open(mut pages: P) -> Result<Self, P::Error> {
        let page = pages.read()?;
        let (commit, files) = split(page);
        Ok(Self {
            pages,
            commit,
            files,
        })
    }

    /// What it says of the items, and what of it cannot be used.
    pub fn known(&self) -> (BTreeMap<Key, Known>, Vec<Flaw>) {
        items::read(&self.files)
    }

    /// What it says of the tracker as a whole.
    pub fn watch(&self) -> Result<Watch, Flaw> {
        Watch::read(&self.files)
    }

    /// The number of the account that made the last commit, where that can be told.
    pub fn writer(&mut self) -> Result<Option<u64>, P::Error> {
        match self.commit.clone() {
            Some(commit) => self.pages.writer(&commit),
            None => Ok(None),
        }
    }

    /// Makes the branch say this and nothing else of items. What it says already costs no request.
    pub fn write(
        &mut self,
        known: &BTreeMap<Key, Known>,
        watch: &Watch,
        now: Timestamp,
    ) -> Result<Written, P::Error> {
        let mut additions = items::write(&self.files, known, now);
        let watch = watch.write();
        if self.files.get(WATCH) != Some(&watch) {
            additions.push(Addition {
                path: WATCH.into(),
                bytes: watch,
            });
        }
        let mut commits = 0;
        for files in additions.chunks(MAX_FILES) {
            if !self.add(files)? {
                return Ok(Written::Overtaken);
            }
            commits += 1;
        }
        Ok(Written::Done { commits })
    }

    /// Adds one commit; whether nobody else wrote about items meanwhile.
    fn add(&mut self, files: &[Addition]) -> Result<bool, P::Error> {
        for _ in 0..=MAX_CONFLICTS {
            let outcome = match &self.commit {
                Some(commit) => self.pages.commit(commit, files),
                None => {
                    let mut files = files.to_vec();
                    files.push(append::readme());
                    self.pages.create(&files)
                }
            };
            let failed = match outcome {
                Ok(Outcome::Written(commit)) => {
                    self.commit = Some(commit);
                    let files = files.iter().cloned();
                    self.files.extend(files.map(|file| (file.path, file.bytes)));
                    return Ok(true);
                }
                Ok(Outcome::Conflict) => None,
                Err(error) => Some(error),
            };
            let (commit, found) = match self.pages.read() {
                Ok(page) => split(page),
                Err(error) => return Err(failed.unwrap_or(error)),
            };
            let there = |file: &Addition| found.get(&file.path) == Some(&file.bytes);
            let is_there = files.iter().all(there);
            let is_same = found == self.files;
            (self.commit, self.files) = (commit, found);
            match failed {
                // The answer was lost, and not the commit. After a conflict the same bytes are another writer's.
                Some(_) if is_there => return Ok(true),
                Some(error) => return Err(error),
                None if !is_same => return Ok(false),
                None => {}
            }
        }
        Ok(false)
    }
}

fn split(page: Option<Page>) -> (Option<String>, BTreeMap<String, Vec<u8>>) {
    match page {
        Some(page) => (Some(page.commit), page.files),
        None => (None, BTreeMap::new()),
    }
}
