//! What this clone knows of the default branch and of the ledger's past, for the proof.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::candidate::{self, Candidate};
use super::snapshot::{Snapshots, Tree};
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
    offset: String,
    trees: RefCell<BTreeMap<String, Option<Rc<Tree>>>>,
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
        let offset = workspace.offset();
        Ok(Self {
            git,
            ledger,
            reached,
            snapshots: Snapshots::new(Some(git), None, offset.clone()),
            offset,
            trees: RefCell::default(),
            asked: RefCell::default(),
        })
    }

    fn tree(&self, commit: &str) -> Result<Option<Rc<Tree>>, Error> {
        let known = self.trees.borrow().get(commit).cloned();
        if let Some(tree) = known {
            return Ok(tree);
        }
        let tree = self.git.tree(commit, "")?.map(Rc::new);
        self.trees.borrow_mut().insert(commit.into(), tree.clone());
        Ok(tree)
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
        let found = match (self.tree(&facts.base)?, self.tree(&record.commit)?) {
            (Some(before), Some(after)) => {
                // A configuration of another version of this program may not be readable here.
                let law = self.snapshots.law(&facts.base).ok();
                let files = candidate::changes(&before, &after);
                let of =
                    |law| candidate::of(&files, &facts.base, law, &self.snapshots, &self.offset);
                law.as_ref().map(of).transpose()?.map(Rc::new)
            }
            _ => None,
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
        let tree = self.tree(commit)?;
        Ok(tree.and_then(|tree| tree.get(path).cloned()))
    }

    fn holds(&self, commit: &str, blob: &str) -> Result<Option<bool>, Error> {
        let tree = self.tree(commit)?;
        Ok(tree.map(|tree| tree.values().any(|known| known == blob)))
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
