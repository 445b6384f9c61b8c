//! What this clone says of action items: the files' promises and what the ledger knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::standing::{self, Branch};
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::ledger::items;
use crate::ledger::standing::Standing;
use crate::output::Terminal;
use crate::tracker::Ledger;
use crate::tracker::promise::{self, Promises};

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
    let approved: BTreeSet<String> = standings
        .into_iter()
        .flatten()
        .filter(|(_, standing)| matches!(standing, Standing::Approved(_)))
        .map(|(path, _)| path)
        .collect();
    let promises = promise::read(&corpus, &approved, &BTreeMap::new());
    let branch = branch.map(|(_, branch)| branch);
    let (known, flaws) = items::read(&branch.unwrap_or_default());
    for (path, cause) in &promises.flaws {
        terminal.status(&format!("{path} {cause}"));
    }
    for flaw in &flaws {
        terminal.status(&format!("the ledger's `{}` {}", flaw.path, flaw.message));
    }
    Ok(Gathered {
        promises,
        known,
        blocked: flaws
            .iter()
            .filter_map(|flaw| items::postmortem(&flaw.path))
            .collect(),
    })
}
