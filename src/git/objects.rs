//! Single commits, trees and blobs, by their ids: what stands where, and what is an ancestor of what.

use std::collections::BTreeMap;

use super::Repository;
use crate::error::Error;

/// A commit on a branch's own line that changed files below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The commit, in hex.
    pub commit: String,
    /// Its parents, in hex; the first is the branch before it.
    pub parents: Vec<String>,
    /// The first line of its message.
    pub subject: String,
    /// When it was committed, in seconds since 1970 UTC.
    pub at: i64,
    /// The `*.md` files below the folder that are new or other than in the first parent, with their blobs in hex; none for
    /// a file that is gone.
    pub files: BTreeMap<String, Option<String>>,
}

impl Repository {
    /// The commit that a full reference name (`refs/heads/main`) points to, in hex.
    pub fn reference(&self, name: &str) -> Result<Option<String>, Error> {
        let _ = name;
        todo!()
    }

    /// The commit that HEAD means, in hex; none before the first one.
    pub fn head(&self) -> Result<Option<String>, Error> {
        todo!()
    }

    /// Every file at a commit with its bytes; for small branches.
    pub fn contents(&self, commit: &str) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        let _ = commit;
        todo!()
    }

    /// The blobs of every file below `prefix` at a commit (all for an empty one), in hex; `None` where the commit is not
    /// in this clone.
    pub fn tree(
        &self,
        commit: &str,
        prefix: &str,
    ) -> Result<Option<BTreeMap<String, String>>, Error> {
        let _ = (commit, prefix);
        todo!()
    }

    /// The bytes of a blob; `None` where it is not in this clone.
    pub fn blob(&self, id: &str) -> Result<Option<Vec<u8>>, Error> {
        let _ = id;
        todo!()
    }

    /// Whether the first commit is the second, or one before it; `false` where either is not in this clone.
    pub fn is_before(&self, commit: &str, later: &str) -> Result<bool, Error> {
        let _ = (commit, later);
        todo!()
    }

    /// The commits on the own line of `tip` (first parents) after `from`, oldest first, that changed `*.md` files below
    /// `prefix`; all of them where `from` is none or not on that line.
    pub fn landings(
        &self,
        from: Option<&str>,
        tip: &str,
        prefix: &str,
    ) -> Result<Vec<Landing>, Error> {
        let _ = (from, tip, prefix);
        todo!()
    }

    /// The id that git gives to a blob of these bytes, in hex.
    pub fn blob_id(&self, bytes: &[u8]) -> String {
        let _ = bytes;
        todo!()
    }
}
