//! What is different between two trees, and which of it is the same file under another name.
//!
//! Owns the comparison of trees. Which commits are compared, and why, is for the callers.

use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::diff::Rewrites;
use gix::diff::rewrites::Tracker;
use gix::diff::rewrites::tracker::{Change as Tracked, ChangeKind};
use gix::diff::tree::recorder::Change;
use gix::diff::tree::visit::Relation;
use gix::objs::TreeRefIter;
use gix::objs::tree::EntryMode;

use super::parts;

/// A file in a tree.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) path: BString,
    pub(super) id: ObjectId,
    pub(super) mode: EntryMode,
}

/// The files that are different between two trees.
#[derive(Debug, Default)]
pub(super) struct Delta {
    pub(super) added: Vec<Entry>,
    pub(super) deleted: Vec<Entry>,
    pub(super) modified: Vec<BString>,
}

/// Compares trees of one repository; keep it for many comparisons.
pub(super) struct Differ<'repo> {
    repo: &'repo gix::Repository,
    state: gix::diff::tree::State,
    blobs: Option<gix::diff::blob::Platform>,
}

impl<'repo> Differ<'repo> {
    pub(super) fn new(repo: &'repo gix::Repository) -> Self {
        Self {
            repo,
            state: Default::default(),
            blobs: None,
        }
    }

    /// What stands at `scope`, a folder or a file, in `tree`.
    pub(super) fn entry(&self, tree: ObjectId, scope: &BStr) -> gix::Result<Option<Entry>> {
        let mut found = Entry {
            path: scope.to_owned(),
            id: tree,
            mode: gix::objs::tree::EntryKind::Tree.into(),
        };
        if !scope.is_empty() {
            let tree = self.repo.find_tree(tree)?;
            match tree.lookup_entry(parts(scope))? {
                Some(entry) => (found.id, found.mode) = (entry.object_id(), entry.mode()),
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// Every file at and below `scope` in `tree`.
    pub(super) fn list(&mut self, tree: ObjectId, scope: &BStr) -> gix::Result<Vec<Entry>> {
        let entry = self.entry(tree, scope)?;
        Ok(self.compare(None, entry.as_ref())?.added)
    }

    /// What is different between two states of one place, either of which may be nothing.
    pub(super) fn compare(
        &mut self,
        old: Option<&Entry>,
        new: Option<&Entry>,
    ) -> gix::Result<Delta> {
        let mut delta = Delta::default();
        let tree = |entry: Option<&Entry>| entry.filter(|e| e.mode.is_tree()).map(|e| e.id);
        if let Some(place) = old.or(new) {
            self.compare_trees(tree(old), tree(new), place.path.as_bstr(), &mut delta)?;
        }
        let file = |entry: Option<&Entry>| entry.filter(|e| e.mode.is_blob_or_symlink()).cloned();
        delta.put(file(old), file(new));
        Ok(delta)
    }

    fn compare_trees(
        &mut self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        place: &BStr,
        delta: &mut Delta,
    ) -> gix::Result<()> {
        if old == new {
            return Ok(());
        }
        let read = |id: Option<ObjectId>| match id {
            Some(id) => self.repo.find_tree(id),
            None => Ok(self.repo.empty_tree()),
        };
        let (old, new) = (read(old)?, read(new)?);
        let mut recorder = gix::diff::tree::Recorder::default();
        gix::diff::tree(
            TreeRefIter::from_bytes(&old.data, old.id.kind()),
            TreeRefIter::from_bytes(&new.data, new.id.kind()),
            &mut self.state,
            &self.repo.objects,
            &mut recorder,
        )
        .map_err(gix::Error::from_error)?;
        for change in recorder.records {
            delta.record(place, change);
        }
        Ok(())
    }

    /// Pairs of a deleted and an added file that are one file renamed, as positions in the slices.
    ///
    /// Contents that are not here (a clone without blobs) leave only the pure renames.
    pub(super) fn renames(&mut self, deleted: &[Entry], added: &[Entry]) -> Vec<(usize, usize)> {
        if deleted.is_empty() || added.is_empty() {
            return Vec::new();
        }
        self.pairs(deleted, added, Rewrites::default())
            .or_else(|_| {
                let pure = Rewrites {
                    percentage: None,
                    ..Rewrites::default()
                };
                self.pairs(deleted, added, pure)
            })
            .unwrap_or_default()
    }

    fn pairs(
        &mut self,
        deleted: &[Entry],
        added: &[Entry],
        rewrites: Rewrites,
    ) -> gix::Result<Vec<(usize, usize)>> {
        let blobs = match &mut self.blobs {
            Some(blobs) => blobs,
            none => none.insert(self.repo.diff_resource_cache_for_tree_diff()?),
        };
        blobs.clear_resource_cache_keep_allocation();
        let mut tracker = Tracker::new(rewrites);
        for (kind, entries) in [
            (ChangeKind::Deletion, deleted),
            (ChangeKind::Addition, added),
        ] {
            for (at, entry) in entries.iter().enumerate() {
                let (id, mode) = (entry.id, entry.mode);
                let candidate = Candidate { id, mode, kind, at };
                tracker.try_push_change(candidate, entry.path.as_bstr());
            }
        }
        let mut found = Vec::new();
        tracker.emit(
            |new, old| {
                found.extend(old.map(|old| (old.change.at, new.change.at)));
                std::ops::ControlFlow::Continue(())
            },
            blobs,
            &self.repo.objects,
            |_| Ok::<_, std::io::Error>(()),
        )?;
        Ok(found)
    }
}

impl Delta {
    fn record(&mut self, place: &BStr, change: Change) {
        let file = |path: &BString, id, mode: EntryMode| {
            let mut full = place.to_owned();
            if !full.is_empty() {
                full.push(b'/');
            }
            full.extend_from_slice(path);
            let path = full;
            mode.is_blob_or_symlink()
                .then_some(Entry { path, id, mode })
        };
        match change {
            Change::Addition {
                entry_mode,
                oid,
                path,
                ..
            } => self.put(None, file(&path, oid, entry_mode)),
            Change::Deletion {
                entry_mode,
                oid,
                path,
                ..
            } => self.put(file(&path, oid, entry_mode), None),
            Change::Modification {
                previous_entry_mode,
                previous_oid,
                entry_mode,
                oid,
                path,
            } => self.put(
                file(&path, previous_oid, previous_entry_mode),
                file(&path, oid, entry_mode),
            ),
        }
    }

    fn put(&mut self, old: Option<Entry>, new: Option<Entry>) {
        match (old, new) {
            (None, Some(new)) => self.added.push(new),
            (Some(old), None) => self.deleted.push(old),
            (Some(old), Some(new)) if (old.id, old.mode) != (new.id, new.mode) => {
                self.modified.push(new.path);
            }
            _ => {}
        }
    }

    /// Takes all of `other` in.
    pub(super) fn extend(&mut self, other: Self) {
        self.added.extend(other.added);
        self.deleted.extend(other.deleted);
        self.modified.extend(other.modified);
    }
}

/// A file as the rename tracker wants it.
#[derive(Debug, Clone)]
struct Candidate {
    id: ObjectId,
    mode: EntryMode,
    kind: ChangeKind,
    at: usize,
}

impl Tracked for Candidate {
    fn id(&self) -> &gix::oid {
        &self.id
    }

    fn relation(&self) -> Option<Relation> {
        None
    }

    fn kind(&self) -> ChangeKind {
        self.kind
    }

    fn entry_mode(&self) -> EntryMode {
        self.mode
    }

    fn id_and_entry_mode(&self) -> (&gix::oid, EntryMode) {
        (&self.id, self.mode)
    }
}
