//! Single commits, trees and blobs, by their ids: what stands where, and what is an ancestor of what.
//!
//! Ids come from records that anybody may have written, so they are read as full ids and never as names: `main` or `HEAD~3`
//! in the place of an id is a commit that is not here. Names are for tips alone.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::object::Kind;

use super::diff::{Differ, Entry};
use super::{Repository, base, failed, scope};
use crate::error::Error;

/// A commit on a branch's own line that changed files below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The commit, in hex.
    pub commit: String,
    /// Its parents, in hex; the first is the branch before it.
    pub parents: Vec<String>,
    /// The first line of its message.
    pub subject: String,
    /// When it was committed, in seconds since 1970 UTC.
    pub at: i64,
    /// The files below the folder that are new or other than in the first parent, with their blobs in hex; none for a file
    /// that is gone.
    pub files: BTreeMap<String, Option<String>>,
}

/// The newest commit of a branch's own line that was there at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// This one, in hex.
    Commit(String),
    /// None: the first commit of the line was made later, at this second since 1970 UTC.
    Before(i64),
}

impl Repository {
    /// The newest commit on the own line of `tip` (first parents) that was committed at `at` (seconds since 1970 UTC) or before.
    ///
    /// Fails where that needs commits that a shallow clone does not have.
    pub fn line_at(&self, tip: &str, at: i64) -> Result<Then, Error> {
        let repo = self.local();
        let cut = cut_off(&repo)?;
        let mut commit = base::resolve(&repo, tip)?;
        loop {
            let time = commit.time().map_or(0, |time| time.seconds);
            if time <= at {
                return Ok(Then::Commit(commit.id.to_string()));
            }
            if cut.contains(&commit.id) {
                return Err(shortened(commit.id));
            }
            let Some(parent) = commit.parent_ids().next().map(gix::Id::detach) else {
                return Ok(Then::Before(time));
            };
            commit = repo.find_commit(parent).map_err(|error| failed(&error))?;
        }
    }

    /// The commit that a full reference name (`refs/heads/main`) points to, in hex.
    pub fn reference(&self, name: &str) -> Result<Option<String>, Error> {
        let repo = self.local();
        let found = repo.try_find_reference(name);
        let Some(mut reference) = found.map_err(|error| failed(&error))? else {
            return Ok(None);
        };
        // git completes short names; what is asked for here is one place only.
        if reference.name().as_bstr() != name.as_bytes() {
            return Ok(None);
        }
        let commit = reference.peel_to_commit();
        Ok(Some(commit.map_err(|error| failed(&error))?.id.to_string()))
    }

    /// The commit that HEAD means, in hex; none before the first one.
    pub fn head(&self) -> Result<Option<String>, Error> {
        Ok(base::head(&self.local())?.map(|id| id.to_string()))
    }

    /// The commit of the default branch, in hex, as far as this clone tells which one that is.
    pub fn default_tip(&self) -> Option<String> {
        base::default_branch(&self.local()).map(|commit| commit.id.to_string())
    }

    /// The name of the default branch, as far as this clone tells which one that is.
    pub fn default_name(&self) -> Option<String> {
        base::default_name(&self.local())
    }

    /// The address that this clone came from, as it was written into the configuration; any text at all, a password included.
    pub fn origin(&self) -> Option<String> {
        let repo = self.local();
        let address = repo.config_snapshot().string("remote.origin.url")?;
        Some(address.to_string())
    }

    /// The first parent of a commit, in hex; `None` where either is not in this clone.
    pub fn first_parent(&self, commit: &str) -> Result<Option<String>, Error> {
        let repo = self.local();
        let commit = commit_of(&repo, commit)?;
        Ok(commit.and_then(|commit| commit.parent_ids().next().map(|id| id.to_string())))
    }

    /// Every file at a commit with its bytes, symbolic links with their targets; for small branches.
    pub fn contents(&self, commit: &str) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        let repo = self.local();
        let tree = base::resolve(&repo, commit)?.tree_id();
        let read = |tree: ObjectId| {
            let listed = Differ::new(&repo).list(tree, "".into())?;
            let files = listed.into_iter().map(|entry| {
                let mut blob = repo.find_blob(entry.id)?;
                Ok((entry.path.to_string(), blob.take_data()))
            });
            files.collect::<gix::Result<_>>()
        };
        tree.and_then(|tree| read(tree.detach()))
            .map_err(|error| failed(&error))
    }

    /// The blobs of every file below `prefix` at a commit (all for an empty one), in hex; `None` where the commit is not
    /// in this clone. A prefix that names a file gives that file.
    pub fn tree(
        &self,
        commit: &str,
        prefix: &str,
    ) -> Result<Option<BTreeMap<String, String>>, Error> {
        let repo = self.local();
        let Some(commit) = commit_of(&repo, commit)? else {
            return Ok(None);
        };
        let tree = commit.tree_id().map_err(|error| failed(&error))?;
        let listed = Differ::new(&repo)
            .list(tree.detach(), scope(prefix).as_bstr())
            .map_err(|error| failed(&error))?;
        let blobs = listed
            .into_iter()
            .map(|entry| (entry.path.to_string(), entry.id.to_string()));
        Ok(Some(blobs.collect()))
    }

    /// The bytes of a blob; `None` where it is not in this clone.
    pub fn blob(&self, id: &str) -> Result<Option<Vec<u8>>, Error> {
        let repo = self.local();
        let found = object(&repo, id)?.filter(|object| object.kind == Kind::Blob);
        Ok(found.map(|mut object| std::mem::take(&mut object.data)))
    }

    /// Whether the first commit is the second, or one before it; `false` where either is not in this clone.
    pub fn is_before(&self, commit: &str, later: &str) -> Result<bool, Error> {
        let repo = self.local();
        let (Some(commit), Some(later)) = (commit_of(&repo, commit)?, commit_of(&repo, later)?)
        else {
            return Ok(false);
        };
        let (commit, later) = (commit.id, later.id);
        match repo.merge_base(commit, later) {
            Ok(found) => Ok(found.is_some_and(|id| id == commit)),
            Err(_) if repo.is_shallow().unwrap_or(false) => Ok(false),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Where the histories of two commits part, in hex; `None` where either is not in this clone or they have nothing in
    /// common.
    pub fn fork(&self, one: &str, other: &str) -> Result<Option<String>, Error> {
        let repo = self.local();
        let (Some(one), Some(other)) = (commit_of(&repo, one)?, commit_of(&repo, other)?) else {
            return Ok(None);
        };
        let (one, other) = (one.id, other.id);
        match repo.merge_base(one, other) {
            Ok(found) => Ok(found.map(|id| id.to_string())),
            Err(_) if repo.is_shallow().unwrap_or(false) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Every commit that can be reached from `tip`, in hex, as far as this clone goes back: one walk for many questions of
    /// the kind of [`Repository::is_before`].
    pub fn ancestors(&self, tip: &str) -> Result<BTreeSet<String>, Error> {
        let repo = self.local();
        let tip = base::resolve(&repo, tip)?.id;
        let walk = repo.rev_walk([tip]).all();
        let mut found = BTreeSet::new();
        for commit in walk.map_err(|error| failed(&error))? {
            found.insert(commit.map_err(|error| failed(&error))?.id.to_string());
        }
        Ok(found)
    }

    /// The commits on the own line of `tip` (first parents) after `from`, oldest first, that changed `*.md` files below
    /// `prefix`; all of them where `from` is none or not on that line.
    ///
    /// Fails where that needs commits that a shallow clone does not have.
    pub fn landings(
        &self,
        from: Option<&str>,
        tip: &str,
        prefix: &str,
    ) -> Result<Vec<Landing>, Error> {
        self.line(from, tip, prefix, false)
    }

    /// The commits on the own line of `tip` (first parents), oldest first, that changed any file below `prefix`, and
    /// every merge on it.
    ///
    /// Fails where that needs commits that a shallow clone does not have.
    pub fn changes_along(&self, tip: &str, prefix: &str) -> Result<Vec<Landing>, Error> {
        self.line(None, tip, prefix, true)
    }

    /// The `*.md` files below `prefix` that are other at `new` than at `old`, with their blobs in hex, none for a file that
    /// is gone; `None` where either commit is not in this clone.
    pub fn between(
        &self,
        old: &str,
        new: &str,
        prefix: &str,
    ) -> Result<Option<BTreeMap<String, Option<String>>>, Error> {
        let repo = self.local();
        let (Some(old), Some(new)) = (commit_of(&repo, old)?, commit_of(&repo, new)?) else {
            return Ok(None);
        };
        let scope = scope(prefix);
        let mut differ = Differ::new(&repo);
        let mut compare = || {
            let old = differ.entry(old.tree_id()?.detach(), scope.as_bstr())?;
            let new = differ.entry(new.tree_id()?.detach(), scope.as_bstr())?;
            changed(&mut differ, old.as_ref(), new.as_ref(), false)
        };
        compare().map(Some).map_err(|error| failed(&error))
    }

    /// The id that git gives to a blob of these bytes, in hex; empty, and so no blob's id, for bytes that were made to
    /// collide with others under SHA-1.
    pub fn blob_id(&self, bytes: &[u8]) -> String {
        let id = gix::objs::compute_hash(self.local().object_hash(), Kind::Blob, bytes);
        id.map_or_else(|_| String::new(), |id| id.to_string())
    }

    /// The line of `tip`; `all` means files of every kind, and merges that changed none.
    fn line(
        &self,
        from: Option<&str>,
        tip: &str,
        prefix: &str,
        all: bool,
    ) -> Result<Vec<Landing>, Error> {
        let repo = self.local();
        let from = from.and_then(|from| ObjectId::from_hex(from.as_bytes()).ok());
        let mut next = Some(base::resolve(&repo, tip)?.id);
        let cut = cut_off(&repo)?;
        let scope = scope(prefix);
        let mut differ = Differ::new(&repo);
        let mut newer: Option<(gix::Commit<'_>, Option<Entry>)> = None;
        let mut found = Vec::new();
        loop {
            let commit = next.map(|id| repo.find_commit(id)).transpose();
            let commit = commit.map_err(|error| failed(&error))?;
            let mut look = || -> gix::Result<_> {
                let place = match &commit {
                    Some(commit) => differ.entry(commit.tree_id()?.detach(), scope.as_bstr())?,
                    None => None,
                };
                if let Some((child, new)) = &newer {
                    let files = changed(&mut differ, place.as_ref(), new.as_ref(), all)?;
                    if !files.is_empty() || all && child.parent_ids().count() > 1 {
                        found.push(landing(child, files));
                    }
                }
                Ok(place)
            };
            let place = look().map_err(|error| failed(&error))?;
            let Some(commit) = commit.filter(|commit| Some(commit.id) != from) else {
                break;
            };
            if cut.contains(&commit.id) {
                return Err(shortened(commit.id));
            }
            next = commit.parent_ids().next().map(gix::Id::detach);
            newer = Some((commit, place));
        }
        found.reverse();
        Ok(found)
    }
}

/// The files that are other in `new` than in `old`, by path, with their blobs.
fn changed(
    differ: &mut Differ<'_>,
    old: Option<&Entry>,
    new: Option<&Entry>,
    all: bool,
) -> gix::Result<BTreeMap<String, Option<String>>> {
    let wanted = |path: &[u8]| all || path.ends_with(b".md");
    let mut files = BTreeMap::new();
    if old.map(|old| (old.id, old.mode)) == new.map(|new| (new.id, new.mode)) {
        return Ok(files);
    }
    let delta = differ.compare(old, new)?;
    for gone in delta.deleted {
        if gone.mode.is_blob() && wanted(&gone.path) {
            files.insert(gone.path.to_string(), None);
        }
    }
    for added in delta.added {
        if added.mode.is_blob() && wanted(&added.path) {
            files.insert(added.path.to_string(), Some(added.id.to_string()));
        }
    }
    for path in delta.modified.into_iter().filter(|path| wanted(path)) {
        let blob = |place: Option<&Entry>| -> gix::Result<Option<ObjectId>> {
            let Some(place) = place else { return Ok(None) };
            let below = path.strip_prefix(place.path.as_slice()).unwrap_or(&path);
            let entry = match place.mode.is_tree() {
                true => differ.entry(place.id, below.as_bstr())?,
                false => Some(place.clone()),
            };
            Ok(entry
                .filter(|entry| entry.mode.is_blob())
                .map(|entry| entry.id))
        };
        let (old, new) = (blob(old)?, blob(new)?);
        // A changed mode, or a link that leads elsewhere, is no other text.
        if old != new {
            files.insert(path.to_string(), new.map(|id| id.to_string()));
        }
    }
    Ok(files)
}

/// What a commit did.
fn landing(commit: &gix::Commit<'_>, files: BTreeMap<String, Option<String>>) -> Landing {
    let subject = commit.message_raw_sloppy().lines().next();
    Landing {
        commit: commit.id.to_string(),
        parents: commit.parent_ids().map(|id| id.to_string()).collect(),
        subject: subject
            .unwrap_or_default()
            .trim()
            .to_str_lossy()
            .into_owned(),
        at: commit.time().map_or(0, |time| time.seconds),
        files,
    }
}

/// The commits at which a shallow clone ends.
fn cut_off(repo: &gix::Repository) -> Result<HashSet<ObjectId>, Error> {
    let cut = repo.shallow_commits().map_err(|error| failed(&error))?;
    Ok(cut.map_or_else(HashSet::new, |cut| cut.iter().copied().collect()))
}

fn shortened(commit: ObjectId) -> Error {
    Error::Git {
        message: format!("what came before the commit `{commit}` was cut off"),
        help: base::FULL_HISTORY.into(),
    }
}

/// The commit of a full id, where it is here.
fn commit_of<'repo>(
    repo: &'repo gix::Repository,
    id: &str,
) -> Result<Option<gix::Commit<'repo>>, Error> {
    let found = object(repo, id)?;
    Ok(found.and_then(|object| object.try_into_commit().ok()))
}

/// The object of a full id, where it is here.
fn object<'repo>(
    repo: &'repo gix::Repository,
    id: &str,
) -> Result<Option<gix::Object<'repo>>, Error> {
    let id = ObjectId::from_hex(id.as_bytes()).ok();
    let Some(id) = id.filter(|id| id.kind() == repo.object_hash()) else {
        return Ok(None);
    };
    repo.try_find_object(id).map_err(|error| failed(&error))
}
