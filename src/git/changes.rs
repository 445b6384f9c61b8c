//! What changed since this branch was made: the merge base against the work tree.
//!
//! Owns the comparison of a commit with what is on disk, committed or not.

use std::collections::{BTreeMap, BTreeSet};

use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};

use super::diff::{Differ, Entry};
use super::disk::{self, OnDisk};
use super::{Change, ChangeKind, Changes, Repository, base, failed, scope};
use crate::error::Error;

impl Repository {
    /// What is different below `prefix` between the merge base of `base` and HEAD, and the work tree.
    ///
    /// Uncommitted and untracked files count: what is on disk is what is checked.
    pub fn changes_since(&self, base: &str, prefix: &str) -> Result<Changes, Error> {
        let repo = self.local().with_object_memory();
        let scope = scope(prefix);
        let commit = base::merge_base(&repo, base)?;
        let tree = commit.tree_id().map_err(|error| failed(&error))?;
        let old = Differ::new(&repo)
            .list(tree.detach(), scope.as_bstr())
            .map_err(|error| failed(&error))?;
        let mut old: BTreeMap<_, _> = old.into_iter().map(|e| (e.path.clone(), e)).collect();
        let new = disk::files(&repo, self.root(), scope.as_bstr())?;

        let mut files = Vec::new();
        let mut added = Vec::new();
        for (path, file) in new {
            match old.remove(&path) {
                Some(entry) if entry.id == file.id => {}
                Some(_) => files.push(change(&path, ChangeKind::Modified)),
                None => added.push((path, file)),
            }
        }
        let deleted: Vec<Entry> = old.into_values().collect();
        files.extend(moved(&repo, &deleted, added));
        files.sort_by(|a: &Change, b| a.path.cmp(&b.path));
        Ok(Changes {
            base: commit.id.to_string(),
            files,
        })
    }
}

/// The changes that files only on one side are: renames first, then what is left over.
fn moved(repo: &gix::Repository, deleted: &[Entry], added: Vec<(BString, OnDisk)>) -> Vec<Change> {
    let gone: BTreeSet<ObjectId> = deleted.iter().map(|entry| entry.id).collect();
    let (mut candidates, mut rest) = (Vec::new(), Vec::new());
    for (path, file) in added {
        let (id, mode) = (file.id, file.mode);
        // The tracker reads contents from the object store, so what is only on disk goes there, in memory.
        let known = gone.contains(&id)
            || repo.has_object(id)
            || matches!(&file.content, Some(bytes) if !gone.is_empty() && repo.write_blob(bytes).is_ok());
        if known {
            candidates.push(Entry { path, id, mode });
        } else {
            rest.push(path);
        }
    }
    let mut sources: BTreeMap<usize, usize> = BTreeMap::new();
    let mut renamed = BTreeSet::new();
    for (from, to) in Differ::new(repo).renames(deleted, &candidates) {
        sources.insert(to, from);
        renamed.insert(from);
    }
    let mut changes: Vec<Change> = rest
        .iter()
        .map(|path| change(path, ChangeKind::Added))
        .collect();
    for (at, entry) in candidates.iter().enumerate() {
        let kind = match sources.get(&at) {
            Some(from) => ChangeKind::Renamed {
                from: deleted[*from].path.to_string(),
            },
            None => ChangeKind::Added,
        };
        changes.push(change(&entry.path, kind));
    }
    let left = deleted
        .iter()
        .enumerate()
        .filter(|(at, _)| !renamed.contains(at));
    changes.extend(left.map(|(_, entry)| change(&entry.path, ChangeKind::Deleted)));
    changes
}

fn change(path: &BString, kind: ChangeKind) -> Change {
    Change {
        path: path.to_string(),
        kind,
    }
}
