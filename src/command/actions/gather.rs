//! What this clone says of action items, for the commands that need nothing but it.

use crate::command::items::{self, Items};
use crate::command::standing::{self, Branch};
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::files::File;
use crate::git::Repository;
use crate::output::Terminal;
use crate::tracker::promise::Promises;

/// What was gathered.
pub(super) struct Gathered {
    /// What the files promise.
    pub(super) promises: Promises,
    /// What the ledger knows.
    pub(super) items: Items,
}

/// Reads the files and the ledger, and tells what of them cannot be used.
pub(super) fn from_clone(workspace: &Workspace, terminal: &Terminal) -> Result<Gathered, Error> {
    let gathered = from_files(workspace, workspace.read(&[])?, "", terminal)?;
    for (path, cause) in &gathered.promises.flaws {
        terminal.status(&format!("{path} {cause}"));
    }
    Ok(gathered)
}

/// The same of a commit instead of the files that lie there; `linked` is the one that links name, if they name one.
pub(super) fn from_commit(
    workspace: &Workspace,
    git: &Repository,
    commit: &str,
    linked: &str,
    terminal: &Terminal,
) -> Result<Gathered, Error> {
    from_files(workspace, workspace.read_at(git, commit)?, linked, terminal)
}

fn from_files(
    workspace: &Workspace,
    files: Vec<File>,
    commit: &str,
    terminal: &Terminal,
) -> Result<Gathered, Error> {
    // Read once for both: the approvals and the items.
    let branch = match &workspace.git {
        Some(git) => Branch::of(git)?.files(git)?.map(|branch| (git, branch)),
        None => None,
    };
    let evidence = branch
        .as_ref()
        .and_then(|(git, branch)| standing::compare(workspace, git, branch, &files, terminal));
    let corpus = workspace.corpus(files);
    let standings = evidence.map(|evidence| evidence.standings(workspace, &corpus));
    let promises = items::promises(&corpus, standings.as_ref(), &workspace.config, commit);
    let items = branch.map(|(_, branch)| Items::read(&branch, terminal));
    Ok(Gathered {
        promises,
        items: items.unwrap_or_default(),
    })
}
