//! When every file was first and last committed, and the versions it had, from one walk of the history.
//!
//! Owns following files back through renames and merges. A commit is only looked into where the folder
//! is another than in a parent. Where a file came from another folder, the walk is repeated with that
//! folder in view, so that moving all postmortems does not make them young.

use std::collections::{BTreeMap, BTreeSet};

use gix::bstr::{BStr, BString, ByteSlice};
use rayon::prelude::*;

use super::diff::{Delta, Differ, Entry};
use super::history::{Commit, History};
use super::walk::{Step, Walk};
use super::{FileDates, Repository, base, failed, scope};
use crate::error::Error;

/// So many folders and files outside of the own folder are looked at for where files came from.
const MAX_SCOPES: usize = 64;
/// So often a move is followed.
const MAX_MOVES: usize = 16;

/// The courses of files through the history.
#[derive(Debug, Default)]
pub struct Courses {
    files: BTreeMap<String, FileCourse>,
    commits: Vec<Commit>,
    names: Vec<BString>,
}

/// The course of one file.
#[derive(Debug)]
pub(super) struct FileCourse {
    pub(super) dates: FileDates,
    /// The commits that touched it, parents before children, and its name there, both by position.
    pub(super) versions: Vec<(usize, usize)>,
}

/// A file as one commit left it.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// The commit, by a number that other versions in the same [`Courses`] share.
    pub commit: usize,
    /// When its author made it, in seconds since 1970 UTC; never later than when it was committed. A rebase, an
    /// amendment and a cherry-pick leave it as it is.
    pub at: i64,
    /// Whether a pull request was made into this one commit: what it holds is older than `at`.
    pub squashed: bool,
    path: &'a BStr,
    tree: gix::ObjectId,
}

impl Version<'_> {
    /// The path that the file had, relative to the root; bytes that are no text are shown as `�`.
    pub fn path(&self) -> String {
        self.path.to_string()
    }
}

impl Courses {
    /// Every file with when it was first and last committed, by path.
    pub fn dates(&self) -> impl Iterator<Item = (&str, FileDates)> {
        let files = self.files.iter();
        files.map(|(path, course)| (path.as_str(), course.dates))
    }

    /// The versions of a file, parents before children; none for a file that was never committed.
    pub fn versions(&self, path: &str) -> impl Iterator<Item = Version<'_>> {
        let course = self.files.get(path);
        let versions = course.map_or(&[][..], |course| &course.versions);
        versions.iter().filter_map(|(place, name)| {
            let commit = &self.commits[*place];
            Some(Version {
                commit: *place,
                at: commit.authored?,
                squashed: commit.squashed,
                path: self.names[*name].as_bstr(),
                tree: commit.tree,
            })
        })
    }
}

impl Repository {
    /// The course of every file below `prefix` that HEAD has, following renames.
    ///
    /// Files that were never committed are not there. A merge counts only for files that are different
    /// from all its parents. In a shallow clone the oldest commit that is here counts as the first; so it does
    /// behind `since` (seconds since 1970 UTC), from where on nobody wants to know more.
    pub fn courses(&self, prefix: &str, since: Option<i64>) -> Result<Courses, Error> {
        let repo = self.local();
        let Some(head) = base::head(&repo)? else {
            return Ok(Courses::default());
        };
        self.courses_from(&repo, head, scope(prefix), since)
            .map_err(|error| failed(&error))
    }

    /// The same of the files that a commit has, and of what was committed until then.
    pub fn courses_at(&self, commit: &str, prefix: &str) -> Result<Courses, Error> {
        let repo = self.local();
        let commit = base::resolve(&repo, commit)?.id;
        self.courses_from(&repo, commit, scope(prefix), None)
            .map_err(|error| failed(&error))
    }

    /// What a version holds; nothing where that is not here, as in a clone without blobs.
    pub fn content(&self, version: &Version<'_>) -> Option<Vec<u8>> {
        let repo = self.local();
        let entry = Differ::new(&repo)
            .entry(version.tree, version.path)
            .ok()??;
        let mut blob = repo.find_blob(entry.id).ok()?;
        Some(blob.take_data())
    }

    /// The files below `prefix` on the default branch: what `origin` calls its HEAD, else its `main` or `master`,
    /// else ours. Nothing where HEAD itself is all there is.
    pub fn default_branch(&self, prefix: &str) -> Option<BTreeSet<String>> {
        let repo = self.local();
        let tree = base::default_branch(&repo)?.tree_id().ok()?;
        let files = Differ::new(&repo).list(tree.detach(), scope(prefix).as_bstr());
        let paths = files.ok()?.into_iter();
        Some(paths.map(|entry| entry.path.to_string()).collect())
    }

    fn courses_from(
        &self,
        repo: &gix::Repository,
        head: gix::ObjectId,
        scope: BString,
        since: Option<i64>,
    ) -> gix::Result<Courses> {
        let history = History::read(repo, head, since)?;
        let files = Differ::new(repo).list(history.commits[0].tree, scope.as_bstr())?;
        let mut scopes = BTreeSet::from([scope]);
        let mut steps = self.steps(&history, &scopes)?;
        for _ in 0..MAX_MOVES {
            if !widen(&mut scopes, &steps) {
                break;
            }
            steps = self.steps(&history, &scopes)?;
        }
        let mut walk = Walk::new(files.into_iter().map(|entry| entry.path));
        walk.run(&history, &steps);
        let (files, names) = walk.finish();
        Ok(Courses {
            files,
            commits: history.commits,
            names,
        })
    }

    /// What every commit did in the scopes, for each parent; nothing where all is the same.
    fn steps(
        &self,
        history: &History,
        scopes: &BTreeSet<BString>,
    ) -> gix::Result<Vec<Vec<Option<Step>>>> {
        let commits = &history.commits;
        let places: Vec<Vec<Option<Entry>>> = commits
            .par_iter()
            .with_min_len(256)
            .map_init(
                || self.local(),
                |repo, commit| {
                    let differ = Differ::new(repo);
                    let at = |scope: &BString| differ.entry(commit.tree, scope.as_bstr());
                    scopes.iter().map(at).collect()
                },
            )
            .collect::<gix::Result<_>>()?;
        (0..commits.len())
            .into_par_iter()
            .with_min_len(256)
            .map_init(
                || self.local(),
                |repo, at| {
                    let mut differ = None;
                    let parents = commits[at].parents.iter();
                    let steps = parents.map(|parent| {
                        let (old, new) = (&places[*parent], &places[at]);
                        let same = |(a, b): (&Option<Entry>, &Option<Entry>)| id(a) == id(b);
                        if old.iter().zip(new).all(same) {
                            return Ok(None);
                        }
                        let differ = differ.get_or_insert_with(|| Differ::new(repo));
                        let mut delta = Delta::default();
                        for (old, new) in old.iter().zip(new) {
                            delta.extend(differ.compare(old.as_ref(), new.as_ref())?);
                        }
                        step(differ, &commits[*parent], &commits[at], delta).map(Some)
                    });
                    steps.collect()
                },
            )
            .collect()
    }
}

fn id(entry: &Option<Entry>) -> Option<gix::ObjectId> {
    entry.as_ref().map(|entry| entry.id)
}

fn step(
    differ: &mut Differ<'_>,
    parent: &Commit,
    commit: &Commit,
    delta: Delta,
) -> gix::Result<Step> {
    let mut found = Step::default();
    for path in delta.modified {
        found.files.insert(path.clone(), Some(path));
    }
    for entry in &delta.added {
        found.files.insert(entry.path.clone(), None);
    }
    let (mut deleted, mut added) = (delta.deleted, delta.added);
    // A file may come from anywhere; of a merge the branches tell that better.
    if !added.is_empty() && commit.parents.len() == 1 {
        let whole = |tree| differ.entry(tree, BStr::new(""));
        let (old, new) = (whole(parent.tree)?, whole(commit.tree)?);
        let whole = differ.compare(old.as_ref(), new.as_ref())?;
        (deleted, added) = (whole.deleted, whole.added);
    }
    for (from, to) in differ.renames(&deleted, &added) {
        if let Some(source) = found.files.get_mut(&added[to].path) {
            *source = Some(deleted[from].path.clone());
        }
    }
    Ok(found)
}

/// Takes the places that files came from into view; whether there were any.
fn widen(scopes: &mut BTreeSet<BString>, steps: &[Vec<Option<Step>>]) -> bool {
    let before = scopes.len();
    let steps = steps.iter().flatten().flatten();
    let sources: BTreeSet<&BString> = steps
        .flat_map(|step| step.files.values().flatten())
        .collect();
    for source in sources {
        if scopes.len() >= MAX_SCOPES || scopes.iter().any(|scope| covers(scope, source)) {
            continue;
        }
        let end = source.rfind_byte(b'/').unwrap_or(0);
        let folder = BString::from(&source[..end]);
        // A folder around one that is in view would show its files twice.
        let around = folder.is_empty() || scopes.iter().any(|scope| covers(&folder, scope));
        scopes.insert(if around { source.clone() } else { folder });
    }
    scopes.len() > before
}

/// Whether `path` is `scope` or lies below it.
fn covers(scope: &BString, path: &BString) -> bool {
    scope.is_empty()
        || path
            .strip_prefix(scope.as_slice())
            .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
}
