//! A branch that is written through GitHub: created once, then moved by compare and swap.

use super::{Client, Failure};

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Its path.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its id.
    pub oid: String,
}

impl Client {
    /// The commit that a branch points to; `None` where there is no such branch.
    pub fn branch(&self, name: &str) -> Result<Option<String>, Failure> {
        let _ = name;
        todo!()
    }

    /// Makes a branch without history that holds these files (REST git data: blobs in the tree, commit without parents, reference).
    /// A branch that somebody else has made meanwhile is [`Failure::Conflict`].
    pub fn create_orphan(
        &self,
        name: &str,
        message: &str,
        files: &[Addition],
    ) -> Result<Committed, Failure> {
        let _ = (name, message, files);
        todo!()
    }

    /// Adds one commit to a branch that still points to `expected` (GraphQL `createCommitOnBranch`); one that does not is
    /// [`Failure::Conflict`].
    pub fn commit(
        &self,
        name: &str,
        expected: &str,
        message: &str,
        files: &[Addition],
    ) -> Result<Committed, Failure> {
        let _ = (name, expected, message, files);
        todo!()
    }
}
