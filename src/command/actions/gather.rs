//! What this clone says of action items, for the commands that need nothing but it.

use std::collections::BTreeSet;

use crate::command::items::{self, Items};
use crate::command::standing::{self, Branch};
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::output::Terminal;
use crate::tracker::Ledger;
use crate::tracker::promise::Promises;

/// What was gathered.
pub(super) struct Gathered {
    /// What the files promise.
    pub(super) promises: Promises,
    /// What the ledger knows.
    pub(super) known: Ledger,
    /// Postmortems whose file in the ledger cannot be used.
    pub(super) blocked: BTreeSet<String>,
}

/// Reads the files and the ledger, and tells what of them cannot be used.
pub(super) fn from_clone(workspace: &Workspace, terminal: &Terminal) -> Result<Gathered, Error> {
    let files = workspace.read(&[])?;
    // Read once for both: the approvals and the items.
    let branch = match &workspace.git {
        Some(git) => Branch::of(git)?.files(git)?.map(|branch| (git, branch)),
        None => None,
    };
    let evidence = branch
        .as_ref()
        .map(|(git, branch)| standing::compare(workspace, git, branch, &files, terminal));
    let corpus = workspace.corpus(files);
    let standings = evidence.map(|evidence| evidence.standings(workspace, &corpus));
    let promises = items::promises(&corpus, standings.as_ref());
    for (path, cause) in &promises.flaws {
        terminal.status(&format!("{path} {cause}"));
    }
    let items = branch.map(|(_, branch)| Items::read(&branch, terminal));
    let Items { known, blocked } = items.unwrap_or_default();
    Ok(Gathered {
        promises,
        known,
        blocked,
    })
}
