//! What this clone says of action items: what the files promise, and what the ledger knows of it.
//!
//! Joins the two for the list, the plan, the check and the site. What follows from them is for [`crate::tracker`].

use std::collections::BTreeSet;

use super::home::Home;
use super::standing::{BranchFiles, Standings};
use crate::check::policy;
use crate::config::Config;
use crate::corpus::Corpus;
use crate::ledger::items;
use crate::ledger::standing::Standing;
use crate::ledger::watch::Watch;
use crate::output::Terminal;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Status;
use crate::rules::context::Tracked;
use crate::tracker::Ledger;
use crate::tracker::promise::{self, Promises, Word};

/// What the ledger knows.
#[derive(Default)]
pub(super) struct Items {
    /// Every item that it knows.
    pub(super) known: Ledger,
    /// Postmortems whose file in the ledger cannot be used.
    pub(super) blocked: BTreeSet<String>,
    /// Logins that could not be assigned, in small letters.
    pub(super) unassignable: BTreeSet<String>,
}

impl Items {
    /// Reads the items of the ledger's branch, and tells what cannot be used.
    pub(super) fn read(branch: &BranchFiles, terminal: &Terminal) -> Self {
        let (known, flaws) = items::read(branch);
        for flaw in &flaws {
            terminal.status(&format!("the ledger's `{}` {}", flaw.path, flaw.message));
        }
        let blocked = flaws.iter();
        let blocked = blocked.filter_map(|flaw| items::postmortem(&flaw.path));
        Self {
            known,
            blocked: blocked.collect(),
            unassignable: Watch::read(branch).unwrap_or_default().unassignable,
        }
    }

    /// The same for the rules.
    pub(super) fn tracked(self, home: &Home) -> Tracked {
        Tracked {
            items: self.known,
            repository: home.name.clone(),
        }
    }
}

/// What the files promise; `commit` is the one that they are of, if they are of one.
///
/// A promise counts where the postmortem is final or this very text is approved, and not where it was written before this tool
/// came: what was done of it long ago, nobody can tell.
pub(super) fn promises(
    corpus: &Corpus,
    standings: Option<&Standings>,
    config: &Config,
    commit: &str,
) -> Promises {
    let is_approved = |postmortem: &Postmortem| {
        let standing = standings.and_then(|standings| standings.get(postmortem.path()));
        matches!(standing, Some(Standing::Approved(_)))
    };
    let word = |postmortem: &Postmortem| match postmortem.status() == Status::Final {
        _ if policy::is_old(postmortem, config) => Word::Past,
        is_final if is_final || is_approved(postmortem) => Word::Given,
        _ => Word::Waiting,
    };
    promise::read(corpus, word, commit)
}
