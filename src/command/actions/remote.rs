//! The ledger's branch on GitHub, as the run over action items wants it.
//!
//! What this clone has of it is not asked for again.

use std::collections::BTreeMap;

use super::desk::trouble;
use crate::command::ledger_branch;
use crate::git::Repository;
use crate::github::{Client, Failure};
use crate::ledger::book::{Page, Pages};
use crate::ledger::items::FOLDER;
use crate::ledger::writer::Outcome;
use crate::ledger::{Addition, BRANCH};
use crate::tracker::desk::{Kind, Trouble};

/// What commits on the branch are called.
const MESSAGE: &str = "Write down action items";

/// The branch.
pub(super) struct Remote<'a> {
    client: &'a Client,
    git: &'a Repository,
    /// Blobs that GitHub was asked for or that were written, by their ids.
    known: BTreeMap<String, Vec<u8>>,
}

impl<'a> Remote<'a> {
    /// The branch of the client's repository, and the clone that has some of it.
    pub(super) fn new(client: &'a Client, git: &'a Repository) -> Self {
        Self {
            client,
            git,
            known: BTreeMap::new(),
        }
    }

    fn blob(&mut self, id: &str) -> Result<Vec<u8>, Trouble> {
        if let Some(bytes) = self.known.get(id) {
            return Ok(bytes.clone());
        }
        if let Ok(Some(bytes)) = self.git.blob(id) {
            return Ok(bytes);
        }
        let found = self.client.blob(id).map_err(trouble)?;
        let bytes = found.ok_or_else(|| unreadable(&format!("the blob `{id}` is not there")))?;
        self.known.insert(id.into(), bytes.clone());
        Ok(bytes)
    }

    fn remember(&mut self, files: &[Addition]) {
        for file in files {
            let id = self.git.blob_id(&file.bytes);
            self.known.insert(id, file.bytes.clone());
        }
    }
}

fn unreadable(why: &str) -> Trouble {
    Trouble {
        kind: Kind::NotDone,
        message: format!("the ledger on the branch `{BRANCH}` cannot be read: {why}"),
        help: format!(
            "fetch it with `git fetch origin {BRANCH}:refs/remotes/origin/{BRANCH}`, and run this again"
        ),
    }
}

fn unwritten(failure: Failure) -> Trouble {
    let trouble = trouble(failure);
    let message = match trouble.kind {
        Kind::Exhausted => trouble.message,
        _ => format!(
            "the ledger on the branch `{BRANCH}` cannot be written: {}",
            trouble.message
        ),
    };
    Trouble { message, ..trouble }
}

impl Pages for Remote<'_> {
    type Error = Trouble;

    fn read(&mut self) -> Result<Option<Page>, Trouble> {
        let Some(commit) = self.client.branch(BRANCH).map_err(trouble)? else {
            return Ok(None);
        };
        let local = self.git.tree(&commit, "").ok().flatten();
        let tree = match local {
            Some(tree) => Some(tree),
            None => self.client.tree(&commit).map_err(trouble)?,
        };
        let Some(tree) = tree else {
            return Err(unreadable("its files cannot be listed whole"));
        };
        let mut files = BTreeMap::new();
        for (path, id) in tree {
            if path.starts_with(FOLDER) {
                files.insert(path, self.blob(&id)?);
            }
        }
        Ok(Some(Page { commit, files }))
    }

    fn create(&mut self, files: &[Addition]) -> Result<Outcome, Trouble> {
        self.remember(files);
        ledger_branch::create(self.client, MESSAGE, files).map_err(unwritten)
    }

    fn commit(&mut self, expected: &str, files: &[Addition]) -> Result<Outcome, Trouble> {
        self.remember(files);
        ledger_branch::commit(self.client, expected, MESSAGE, files).map_err(unwritten)
    }

    fn writer(&mut self, commit: &str) -> Result<Option<u64>, Trouble> {
        let commit = self.client.commit_of(commit).map_err(trouble)?;
        let author = commit.and_then(|commit| commit.author);
        Ok(author.map(|author| author.id))
    }
}
