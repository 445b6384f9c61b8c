//! The commits behind HEAD, each once, children before parents.
//!
//! Owns reading the commit graph. What the commits did to files is for `dates`.

use std::collections::{HashMap, HashSet};

use gix::ObjectId;

/// A commit, as far as dates need it.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) tree: ObjectId,
    /// Committer time in seconds; nothing when the commit is malformed there.
    pub(super) time: Option<i64>,
    /// Positions of the parents that are here.
    pub(super) parents: Vec<usize>,
}

/// All commits that can be reached from one.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) commits: Vec<Commit>,
    /// Positions in `commits`, every child before its parents.
    pub(super) order: Vec<usize>,
}

impl History {
    /// Reads everything behind `head`, which becomes the first commit.
    pub(super) fn read(repo: &gix::Repository, head: ObjectId) -> gix::Result<Self> {
        let cut: HashSet<ObjectId> = match repo.shallow_commits()? {
            Some(commits) => commits.iter().copied().collect(),
            None => HashSet::new(),
        };
        let mut ids = vec![head];
        let mut places = HashMap::from([(head, 0)]);
        let mut commits = Vec::new();
        while let Some(id) = ids.get(commits.len()).copied() {
            let commit = repo.find_commit(id)?;
            let mut parents = Vec::new();
            if !cut.contains(&id) {
                for parent in commit.parent_ids().map(gix::Id::detach) {
                    let place = *places.entry(parent).or_insert_with(|| {
                        ids.push(parent);
                        ids.len() - 1
                    });
                    if !parents.contains(&place) {
                        parents.push(place);
                    }
                }
            }
            commits.push(Commit {
                tree: commit.tree_id()?.detach(),
                time: commit.time().ok().map(|time| time.seconds),
                parents,
            });
        }
        let order = order(&commits);
        Ok(Self { commits, order })
    }
}

fn order(commits: &[Commit]) -> Vec<usize> {
    let mut children = vec![0_usize; commits.len()];
    for parent in commits.iter().flat_map(|commit| &commit.parents) {
        children[*parent] += 1;
    }
    let mut ready = vec![0];
    let mut order = Vec::with_capacity(commits.len());
    while let Some(place) = ready.pop() {
        order.push(place);
        for parent in &commits[place].parents {
            children[*parent] -= 1;
            if children[*parent] == 0 {
                ready.push(*parent);
            }
        }
    }
    order
}
