//! What is in the repository at a commit, for what the local clone does not have.

use super::{Client, Failure};

/// The bytes of a file.
pub type Blob = Vec<u8>;

/// Paths and the blobs they hold.
pub type Tree = std::collections::BTreeMap<String, String>;

impl Client {
    /// Every file at a commit; `None` where the commit cannot be read, or is too large to be listed whole.
    pub fn tree(&self, commit: &str) -> Result<Option<Tree>, Failure> {
        let _ = commit;
        todo!()
    }

    /// The bytes of a blob; `None` where there is none.
    pub fn blob(&self, id: &str) -> Result<Option<Blob>, Failure> {
        let _ = id;
        todo!()
    }
}
