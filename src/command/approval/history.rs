//! What this clone knows of the default branch and of the ledger's past, for the proof.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::candidate::{self, Candidate};
use super::snapshot::Snapshots;
use crate::command::workspace::Workspace;
use crate::error::Error;
use crate::git::Repository;
use crate::ledger::Record;
use crate::ledger::record::Judged;
use crate::ledger::verdict::Requirement;
use crate::ledger::verify::{History, Step};

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
    /// What to put before paths of the workspace to get those of the repository.
    offset: String,
    /// By the commit of a record.
    asked: RefCell<BTreeMap<String, Option<Rc<Vec<Candidate>>>>>,
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
            snapshots: Snapshots::new(Some(git), None, offset.clone()),
            prefix,
            offset,
            asked: RefCell::default(),
        })
    }

    /// The postmortems of a record as the policy at its base sees them; none where that cannot be told.
    fn candidates(&self, record: &Record) -> Result<Option<Rc<Vec<Candidate>>>, Error> {
        let known = self.asked.borrow().get(&record.commit).cloned();
        if let Some(candidates) = known {
            return Ok(candidates);
        }
        let Some(facts) = &record.pull_request else {
            return Ok(None);
        };
        // A configuration of another version of this program may not be readable here.
        let found = match self.snapshots.law(&facts.base) {
            Err(_) => None,
            Ok(law) => {
                let scope = format!("{}{}", self.offset, law.config.postmortems);
                let files = self.git.between(&facts.base, &record.commit, &scope)?;
                let of =
                    |files| candidate::of(&files, &facts.base, &law, &self.snapshots, &self.offset);
                files.map(of).transpose()?.map(Rc::new)
            }
        };
        self.asked
            .borrow_mut()
            .insert(record.commit.clone(), found.clone());
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

    fn requirements(
        &self,
        record: &Record,
        judged: &Judged,
    ) -> Result<Option<Vec<Requirement>>, Error> {
        let candidates = self.candidates(record)?;
        Ok(candidates.and_then(|candidates| {
            let found = candidates.iter().find(|one| one.path == judged.text.path);
            found.map(|one| one.requirements.clone())
        }))
    }
}
