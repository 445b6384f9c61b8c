//! When every file was first and last committed, from one walk of the history.
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

impl Repository {
    /// First and last commit of every file below `prefix` that HEAD has, following renames.
    ///
    /// Files that were never committed are not there. A merge counts only for files that are different
    /// from all its parents. In a shallow clone the oldest commit that is here counts as the first.
    pub fn dates(&self, prefix: &str) -> Result<BTreeMap<String, FileDates>, Error> {
        let repo = self.local();
        let Some(head) = base::head(&repo)? else {
            return Ok(BTreeMap::new());
        };
        self.dates_from(&repo, head, scope(prefix))
            .map_err(|error| failed(&error))
    }

    fn dates_from(
        &self,
        repo: &gix::Repository,
        head: gix::ObjectId,
        scope: BString,
    ) -> gix::Result<BTreeMap<String, FileDates>> {
        let history = History::read(repo, head)?;
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
        Ok(walk.finish())
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
