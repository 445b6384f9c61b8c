//! What this clone says of action items: what the files promise, and what the ledger knows of it.
//!
//! Joins the two for the list, the plan, the check and the site. What follows from them is for [`crate::tracker`].

use std::collections::BTreeSet;

use super::home::Home;
use super::standing::{BranchFiles, Standings};
use crate::corpus::Corpus;
use crate::ledger::items;
use crate::ledger::standing::Standing;
use crate::ledger::watch::Watch;
use crate::output::Terminal;
use crate::rules::context::Tracked;
use crate::tracker::Ledger;
use crate::tracker::promise::{self, Promises};

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

/// What the files promise, where these texts are approved; `commit` is the one that they are of, if they are of one.
pub(super) fn promises(corpus: &Corpus, standings: Option<&Standings>, commit: &str) -> Promises {
    let standings = standings.into_iter().flatten();
    let approved = standings.filter(|(_, standing)| matches!(standing, Standing::Approved(_)));
    let approved = approved.map(|(path, _)| path.clone()).collect();
    promise::read(corpus, &approved, commit)
}
