//! What this clone knows of the default branch and of the ledger's past, for the proof.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::candidate::{self, Candidate};
use super::places::Places;
use super::snapshot::Snapshots;
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::git::Repository;
use crate::ledger::Record;
use crate::ledger::record::Judged;
use crate::ledger::verify::{History, Step, Told};

/// The postmortems of a record; none where they cannot be told.
type Asked = Option<Rc<Vec<Candidate>>>;

/// A clone.
pub(super) struct Clone<'a> {
    git: &'a Repository,
    /// The ledger's commit.
    ledger: &'a str,
    /// The commits of the default branch and of what is checked out.
    reached: BTreeSet<String>,
    snapshots: Snapshots<'a>,
    /// The folder of the postmortems in the repository.
    prefix: String,
    /// By the base and the commit of a record.
    asked: RefCell<BTreeMap<(String, String), Asked>>,
}

impl<'a> Clone<'a> {
    /// The clone that holds the ledger at a commit.
    pub(super) fn new(
        workspace: &Workspace,
        git: &'a Repository,
        ledger: &'a str,
    ) -> Result<Self, Error> {
        let mut reached = BTreeSet::new();
        // Either may be ahead of the other.
        for tip in [git.default_tip(), git.head()?].into_iter().flatten() {
            if !reached.contains(&tip) {
                reached.extend(git.ancestors(&tip)?);
            }
        }
        let (prefix, offset) = workspace.prefix(git);
        Ok(Self {
            git,
            ledger,
            reached,
            snapshots: Snapshots::new(Some(git), None, offset),
            prefix,
            asked: RefCell::default(),
        })
    }

    /// The postmortems of a record as the policy at its base sees them; none where that cannot be told.
    fn candidates(&self, record: &Record) -> Result<Asked, Error> {
        let Some(facts) = &record.pull_request else {
            return Ok(None);
        };
        let key = (facts.base.clone(), record.commit.clone());
        let known = self.asked.borrow().get(&key).cloned();
        if let Some(candidates) = known {
            return Ok(candidates);
        }
        // A configuration of another version of this program may not be readable here.
        let found = match self.snapshots.law(&facts.base) {
            Err(_) => None,
            Ok(law) => {
                let files = self.git.between(&facts.base, &record.commit, "")?;
                let places = Places::of(&law, &record.commit, &self.snapshots)?;
                let of = |files| candidate::of(&files, &facts.base, &law, &places, &self.snapshots);
                files.map(of).transpose()?.map(Rc::new)
            }
        };
        self.asked.borrow_mut().insert(key, found.clone());
        Ok(found)
    }
}

impl History for Clone<'_> {
    type Error = Error;

    fn contains(&self, commit: &str) -> Result<bool, Error> {
        Ok(self.reached.contains(commit))
    }

    fn blob(&self, commit: &str, path: &str) -> Result<Option<String>, Error> {
        self.snapshots.file(commit, path)
    }

    fn holds(&self, commit: &str, blob: &str) -> Result<Option<bool>, Error> {
        // The folder may have had another name then.
        for scope in [self.prefix.as_str(), ""] {
            match self.snapshots.tree(commit, scope)? {
                Some(tree) if tree.values().any(|known| known == blob) => return Ok(Some(true)),
                Some(_) => {}
                None => return Ok(None),
            }
        }
        Ok(Some(false))
    }

    fn past(&self) -> Result<Vec<Step>, Error> {
        let steps = self.git.changes_along(self.ledger, "")?;
        let steps = steps.into_iter().map(|step| Step {
            parents: step.parents.len(),
            commit: step.commit,
            files: step.files,
        });
        Ok(steps.collect())
    }

    fn told(&self, record: &Record, judged: &Judged) -> Result<Option<Told>, Error> {
        let candidates = self.candidates(record)?;
        Ok(candidates.map(|candidates| {
            let found = candidates.iter().find(|one| one.path == judged.text.path);
            found.map_or(Told::Foreign, |one| Told::Postmortem {
                id: one.id.clone(),
                requirements: one.requirements.clone(),
            })
        }))
    }
}
