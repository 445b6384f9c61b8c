//! What a review was shown: the files at the reviewed commit, and where its branch left the base.
//!
//! A text that already stood there when the branch was made was not before the reviewer's eyes, and is not approved by
//! approving something else: a rename afterwards, or a merge that takes a later edit back, would bring it in unseen.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::Candidate;
use super::snapshot::{Snapshots, Tree};
use crate::error::Error;
use crate::github::WrittenCommit;
use crate::ledger::facts::Seen;

/// So many commits that are in no list are asked for, one by one, to find where a branch that was replaced left the base.
const MOST_STEPS: usize = 100;

/// A reviewed commit.
pub(super) struct Shown {
    /// Its files; none where it can no longer be read.
    files: Option<Tree>,
    /// The files where it left the base, of each place where it did; none where that cannot be told.
    before: Option<Vec<Tree>>,
}

/// Finds what reviews were shown.
pub(super) struct Reviewed<'a> {
    snapshots: &'a Snapshots<'a>,
    /// The folders that are looked at.
    scope: &'a [String],
    base: &'a str,
    /// The commits of the pull request with their parents.
    own: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Reviewed<'a> {
    /// For a pull request onto `base` with these commits.
    pub(super) fn new(
        snapshots: &'a Snapshots<'a>,
        scope: &'a [String],
        base: &'a str,
        commits: &'a [WrittenCommit],
    ) -> Self {
        let parents = |commit: &'a WrittenCommit| {
            let parents = commit.parents.iter();
            parents.map(|parent| parent.sha.as_str()).collect()
        };
        let own = commits.iter();
        Self {
            snapshots,
            scope,
            base,
            own: own
                .map(|commit| (commit.sha.as_str(), parents(commit)))
                .collect(),
        }
    }

    /// What a review of this commit was shown.
    pub(super) fn at(&self, commit: &str) -> Result<Shown, Error> {
        let nothing = Shown {
            files: None,
            before: None,
        };
        if commit.is_empty() {
            return Ok(nothing);
        }
        let Some(files) = self.snapshots.trees(commit, self.scope)? else {
            return Ok(nothing);
        };
        let mut before = Some(Vec::new());
        for fork in self.forks(commit)? {
            let tree = match fork {
                Some(fork) => self.snapshots.trees(&fork, self.scope)?,
                None => None,
            };
            before = before.zip(tree).map(|(mut all, tree)| {
                all.push(tree);
                all
            });
        }
        Ok(Shown {
            files: Some(files),
            before,
        })
    }

    /// Where the history of a commit leaves the base; several where it met the base more than once and this clone cannot
    /// tell which came last, and `None` for what cannot be told at all.
    fn forks(&self, commit: &str) -> Result<BTreeSet<Option<String>>, Error> {
        if let Some(fork) = self.local(commit)? {
            return Ok([Some(fork)].into());
        }
        let mut forks = BTreeSet::new();
        let mut looked = BTreeSet::new();
        let mut next = vec![commit.to_string()];
        let mut steps = 0;
        while let Some(commit) = next.pop() {
            if !looked.insert(commit.clone()) {
                continue;
            }
            if let Some(parents) = self.own.get(commit.as_str()) {
                for parent in parents {
                    match self.own.contains_key(parent) {
                        true => next.push((*parent).into()),
                        // Whatever is before the pull request's own commits is the base's.
                        false => drop(forks.insert(Some((*parent).into()))),
                    }
                }
                continue;
            }
            if !self.snapshots.is_whole() {
                // Without history, the base as it is now.
                forks.insert(Some(self.base.into()));
                continue;
            }
            if let Some(fork) = self.local(&commit)? {
                forks.insert(Some(fork));
                continue;
            }
            steps += 1;
            let parents = match steps <= MOST_STEPS {
                true => self.snapshots.parents(&commit)?,
                false => None,
            };
            match parents {
                Some(parents) if !parents.is_empty() => next.extend(parents),
                _ => {
                    forks.insert(None);
                    break;
                }
            }
        }
        self.last(forks)
    }

    fn local(&self, commit: &str) -> Result<Option<String>, Error> {
        match self.snapshots.is_whole() {
            true => self.snapshots.fork(commit, self.base),
            false => Ok(None),
        }
    }

    /// The forks without those that lie before another.
    fn last(&self, forks: BTreeSet<Option<String>>) -> Result<BTreeSet<Option<String>>, Error> {
        let mut last = forks.clone();
        for one in forks.iter().flatten() {
            for other in forks.iter().flatten().filter(|other| *other != one) {
                if self.snapshots.fork(one, other)?.as_ref() == Some(one) {
                    last.remove(&Some(one.clone()));
                }
            }
        }
        Ok(last)
    }
}

impl Shown {
    /// Whether the text was shown: under its own path, or under one that it has left since.
    pub(super) fn text(&self, now: &Tree, text: &Candidate) -> Seen {
        let Some(files) = &self.files else {
            return Seen::Unreachable;
        };
        let Some(before) = &self.before else {
            return Seen::Other;
        };
        let brought = |path: &str, blob: Option<&String>| {
            files.get(path) == blob && before.iter().all(|before| before.get(path) != blob)
        };
        let same = match &text.blob {
            None => brought(&text.path, None),
            Some(blob) => files.keys().any(|path| {
                (*path == text.path || !now.contains_key(path)) && brought(path, Some(blob))
            }),
        };
        if same { Seen::Same } else { Seen::Other }
    }
}
