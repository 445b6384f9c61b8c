//! The folder of the built site, of which we only touch what we wrote.
//!
//! Owns claiming, filling and tidying it. Nothing in it changes before the last file of the new site is on the disk: new files
//! wait in [`waiting`], and then the folders change places in one step, or, where that cannot be or would take too long, file by
//! file. A build that fails or is stopped leaves the old site as it was.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::manifest::{self, Journal, is_own, is_plain};
use crate::error::Error;
use waiting::Waiting;

mod exchange;
mod waiting;

/// A folder that is ours to fill. Without [`OutputFolder::finish`] nothing in it is deleted.
#[derive(Debug)]
pub struct OutputFolder {
    root: PathBuf,
    /// What earlier builds wrote.
    before: BTreeSet<String>,
    /// Gone once the build is finished.
    journal: Option<Journal>,
    waiting: Waiting,
    state: Mutex<State>,
    /// Whether there was no such folder before.
    is_new: bool,
    /// Whether it was known as ours before.
    was_ours: bool,
    /// Whether the journal says what is in the folder: an exchange has begun, here or in a build that was stopped.
    is_journal_needed: bool,
}

#[derive(Debug, Default)]
struct State {
    written: BTreeSet<String>,
    /// Folders that are there and are no links, and such as are not there.
    folders: HashMap<PathBuf, bool>,
    /// Files that wait.
    changed: BTreeSet<String>,
}

/// What a build did to the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Files that are there now.
    pub files: usize,
    /// Of these, files that are new or different.
    pub changed: usize,
    /// Files of earlier builds that were deleted.
    pub deleted: usize,
}

impl OutputFolder {
    /// Takes the folder at `path` for the site: a new or empty one, or one that we filled before. It changes as a whole.
    ///
    /// Refused without touching anything: a folder with files of others, one that is or contains one of the
    /// `forbidden` paths, a file, a link.
    pub fn claim(path: &Path, forbidden: &[PathBuf]) -> Result<Self, Error> {
        Self::take(path, forbidden, true)
    }

    /// The same where folders cannot change places in one step: files are exchanged one by one.
    #[cfg(test)]
    fn claim_file_by_file(path: &Path, forbidden: &[PathBuf]) -> Result<Self, Error> {
        Self::take(path, forbidden, false)
    }

    fn take(path: &Path, forbidden: &[PathBuf], whole: bool) -> Result<Self, Error> {
        let other = "choose another folder with `--out`";
        let shown = path.display();
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => {
                return Err(Error::refused(
                    format!("`{shown}` is a link to another place"),
                    "name the folder itself with `--out`",
                ));
            }
            Ok(found) if !found.is_dir() => {
                let message = format!("`{shown}` is a file, not a folder");
                return Err(Error::refused(message, other));
            }
            _ => {}
        }
        let root = resolve(path)?;
        if root.iter().any(|part| part == ".git") {
            let message = format!("`{shown}` belongs to git");
            return Err(Error::refused(message, other));
        }
        for place in forbidden {
            let place = resolve(place)?;
            if place.starts_with(&root) {
                let message = if place == root {
                    format!("`{shown}` is not only for the site")
                } else {
                    format!("`{shown}` contains `{}`", place.display())
                };
                return Err(Error::refused(message, other));
            }
        }
        let known = manifest::read(&root)?;
        let is_new = !root.exists();
        if known.is_none() {
            if !is_empty(&root)? {
                return Err(Error::refused(
                    format!("`{shown}` holds files that aftersight did not write"),
                    "choose another folder with `--out`, or empty it yourself",
                ));
            }
            fs::create_dir_all(&root).map_err(|error| Error::io("create", &root, error))?;
            manifest::write(&root, BTreeSet::new())?;
        }
        let was_stopped = manifest::was_stopped(&root);
        let journal = Journal::open(&root)?;
        let waiting = Waiting::open(&root, whole)?;
        Ok(Self {
            journal: Some(journal),
            waiting,
            was_ours: known.is_some(),
            before: known.unwrap_or_default(),
            root,
            state: Mutex::default(),
            is_new,
            is_journal_needed: was_stopped,
        })
    }

    /// The folder, with links resolved.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Takes a file for the folder; may be called from many threads. Whether it is new or different.
    pub fn write(&self, file: &str, bytes: &[u8]) -> Result<bool, Error> {
        let path = self.root.join(file);
        if !is_plain(file) || is_own(file) {
            return Err(self.refused(file, "is no name for a file in it"));
        }
        let found = self.find(file, &path)?;
        let same_size = found
            .as_ref()
            .is_some_and(|found| found.len() == bytes.len() as u64);
        let failed = |error| Error::io("write", &path, error);
        let changed = !(same_size && fs::read(&path).map_err(failed)? == bytes);
        let first = self.state().written.insert(file.to_owned());
        if first && !self.before.contains(file) && found.is_some() {
            self.state().written.remove(file);
            if changed {
                return Err(self.refused(file, "was not written by aftersight"));
            }
            return Ok(false);
        }
        if !first {
            // What waits may be a link to the old file, which must not change.
            self.waiting.forget(file);
            self.state().changed.remove(file);
        }
        if changed {
            self.waiting.write(file, bytes)?;
            self.state().changed.insert(file.to_owned());
        } else {
            self.waiting.keep(file, &path)?;
        }
        Ok(changed)
    }

    /// What an earlier build wrote into a file, as it is now; none where that is no regular file any more.
    pub fn earlier(&self, file: &str) -> Option<Vec<u8>> {
        let known = self.before.contains(file) && self.is_regular(file);
        known.then(|| fs::read(self.root.join(file)).ok()).flatten()
    }

    /// Leaves everything that earlier builds wrote below a folder, given with a `/` at its end, as it is; whether all of it
    /// is still there. Where it is not, nothing is promised of any of it.
    pub fn keep(&self, folder: &str) -> Result<bool, Error> {
        let below = self.before.range(folder.to_owned()..);
        let below: Vec<&String> = below.take_while(|file| file.starts_with(folder)).collect();
        if !below.iter().all(|file| self.is_regular(file)) {
            return Ok(false);
        }
        for file in &below {
            let path = self.root.join(file);
            self.waiting.keep(file, &path)?;
        }
        self.state().written.extend(below.into_iter().cloned());
        Ok(true)
    }

    /// Puts the new site in the place of the old one. What earlier builds wrote and this one did not is gone then, and so are folders
    /// that become empty by that; files of others stay.
    pub fn finish(mut self) -> Result<Written, Error> {
        let state = std::mem::take(&mut *self.state());
        let gone = self.gone(&state.written);
        let written = Written {
            files: state.written.len(),
            changed: state.changed.len(),
            deleted: gone.len(),
        };
        let mut place = self.root.clone();
        let whole = self.waiting.is_whole() && {
            let is_ours =
                |file: &str| is_own(file) || self.before.contains(file) && self.is_regular(file);
            self.waiting.carry(&self.root, &is_ours)
        };
        let exchanged = whole && {
            manifest::write(self.waiting.path(), state.written.clone())?;
            self.waiting.exchange(&self.root)
        };
        if exchanged {
            place = self.waiting.path().to_owned();
            self.waiting.tidy(&self.root, &self.before);
        } else {
            self.is_journal_needed = true;
            self.exchange_files(&state, &gone)?;
        }
        if let Some(journal) = self.journal.take() {
            journal.close(&place, exchanged)?;
        }
        self.waiting.close();
        Ok(written)
    }

    /// Exchanges what changed file by file; each is the old or the new one at any moment.
    fn exchange_files(&self, state: &State, gone: &[String]) -> Result<(), Error> {
        for file in &state.changed {
            let path = self.root.join(file);
            let failed = |error| Error::io("write", &path, error);
            if let (false, Some(journal)) = (self.before.contains(file), &self.journal) {
                journal.add(file).map_err(failed)?;
            }
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            fs::rename(self.waiting.path().join(file), &path).map_err(failed)?;
        }
        for file in gone {
            let path = self.root.join(file);
            fs::remove_file(&path).map_err(|error| Error::io("remove", &path, error))?;
            self.remove_empty_folders(&path);
        }
        manifest::write(&self.root, state.written.clone())
    }

    /// Files of earlier builds that are there and have no place in this one.
    fn gone(&self, written: &BTreeSet<String>) -> Vec<String> {
        let folded: BTreeMap<String, &String> = written
            .iter()
            .map(|file| (file.to_lowercase(), file))
            .collect();
        let is_gone = |file: &&String| {
            let path = self.root.join(file);
            // Where case does not count, a file under a new spelling is the same file.
            let twin = folded.get(&file.to_lowercase());
            let is_twin = twin.is_some_and(|twin| {
                fs::canonicalize(self.root.join(twin)).ok() == fs::canonicalize(&path).ok()
            });
            !is_twin && self.is_regular(file)
        };
        self.before
            .difference(written)
            .filter(is_gone)
            .cloned()
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refused(&self, file: &str, why: &str) -> Error {
        Error::refused(
            format!(
                "cannot write `{file}` to `{}`: it {why}",
                self.root.display()
            ),
            "choose another folder with `--out`, or rename what is in the way",
        )
    }

    /// What is at `path` now, a regular file or nothing.
    fn find(&self, file: &str, path: &Path) -> Result<Option<Metadata>, Error> {
        let folder = path.parent().unwrap_or(&self.root);
        if !self.is_folder(file, folder)? {
            return Ok(None);
        }
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_file() => Ok(Some(found)),
            Ok(_) => Err(self.refused(file, "is a folder or a link there")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", path, error)),
        }
    }

    /// Whether a folder for `file` is there; refused where a file or a link stands in its way.
    fn is_folder(&self, file: &str, folder: &Path) -> Result<bool, Error> {
        let known = self.state().folders.get(folder).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let mut part = self.root.clone();
        let mut there = true;
        for name in folder.strip_prefix(&self.root).unwrap_or(folder) {
            part.push(name);
            match fs::symlink_metadata(&part) {
                Ok(found) if found.is_dir() => {}
                Ok(_) => return Err(self.refused(file, "is below a file or a link there")),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    there = false;
                    break;
                }
                Err(error) => return Err(Error::io("read", &part, error)),
            }
        }
        self.state().folders.insert(folder.to_owned(), there);
        Ok(there)
    }

    /// Whether `file` is a regular file that no link on the way leads to.
    fn is_regular(&self, file: &str) -> bool {
        let mut path = self.root.clone();
        let mut parts = file.split('/').peekable();
        while let Some(part) = parts.next() {
            path.push(part);
            let fits = |found: Metadata| match parts.peek() {
                Some(_) => found.is_dir(),
                None => found.is_file(),
            };
            if !fs::symlink_metadata(&path).is_ok_and(fits) {
                return false;
            }
        }
        true
    }

    fn remove_empty_folders(&self, file: &Path) {
        for folder in file.ancestors().skip(1) {
            // A folder that is not empty cannot be removed, which is the end of it.
            if folder == self.root || fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if self.journal.take().is_none() {
            return;
        }
        self.waiting.close();
        if self.is_journal_needed {
            return;
        }
        manifest::unmark(&self.root, !self.was_ours);
        if self.is_new {
            // Somebody may have put something there meanwhile; then it stays.
            let _ = fs::remove_dir(&self.root);
        }
    }
}

fn is_empty(folder: &Path) -> Result<bool, Error> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(Error::io("read", folder, error)),
    }
}

/// The absolute path with links resolved, as far as it is there.
fn resolve(path: &Path) -> Result<PathBuf, Error> {
    let absolute = std::path::absolute(path).map_err(|error| Error::io("find", path, error))?;
    let mut resolved = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            part => resolved.push(part),
        }
        if let Ok(real) = fs::canonicalize(&resolved) {
            resolved = real;
        }
    }
    Ok(resolved)
}

#[cfg(test)]
mod tests;
