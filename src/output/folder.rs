//! The folder of the built site, of which we only touch what we wrote.
//!
//! Owns claiming, filling and tidying it. Files are written in place: a build that is stopped leaves at most a
//! few unfinished pages, and the next one finds them different and writes them again.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::manifest::{self, Journal, is_own, is_plain};
use crate::error::Error;

/// A folder that is ours to fill. Without [`OutputFolder::finish`] nothing in it is deleted.
#[derive(Debug)]
pub struct OutputFolder {
    root: PathBuf,
    /// What earlier builds wrote.
    before: BTreeSet<String>,
    journal: Journal,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    written: BTreeSet<String>,
    /// Folders that are there and are no links.
    folders: HashSet<PathBuf>,
    changed: usize,
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
    /// Takes the folder at `path` for the site: a new or empty one, or one that we filled before.
    ///
    /// Refused without touching anything: a folder with files of others, one that is or contains one of the
    /// `forbidden` paths, a file, a link.
    pub fn claim(path: &Path, forbidden: &[PathBuf]) -> Result<Self, Error> {
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
        Ok(Self {
            journal: Journal::open(&root)?,
            before: known.unwrap_or_default(),
            root,
            state: Mutex::default(),
        })
    }

    /// The folder, with links resolved.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Puts a file into the folder; may be called from many threads. Whether it is new or different.
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
        if first && !self.before.contains(file) {
            if found.is_some() {
                self.state().written.remove(file);
                if changed {
                    return Err(self.refused(file, "was not written by aftersight"));
                }
                return Ok(false);
            }
            self.journal.add(file).map_err(failed)?;
        }
        if changed {
            fs::write(&path, bytes).map_err(failed)?;
            self.state().changed += 1;
        }
        Ok(changed)
    }

    /// Deletes what earlier builds wrote and this one did not, and folders that become empty by that.
    pub fn finish(self) -> Result<Written, Error> {
        let state = std::mem::take(&mut *self.state());
        let folded: BTreeMap<String, &String> = state
            .written
            .iter()
            .map(|file| (file.to_lowercase(), file))
            .collect();
        let mut deleted = 0;
        for file in self.before.difference(&state.written) {
            let path = self.root.join(file);
            // Where case does not count, a file under a new spelling is the same file.
            let twin = folded.get(&file.to_lowercase());
            let is_twin = twin.is_some_and(|twin| {
                fs::canonicalize(self.root.join(twin)).ok() == fs::canonicalize(&path).ok()
            });
            if !is_twin && self.is_regular(file) {
                fs::remove_file(&path).map_err(|error| Error::io("remove", &path, error))?;
                deleted += 1;
                self.remove_empty_folders(&path);
            }
        }
        let written = Written {
            files: state.written.len(),
            changed: state.changed,
            deleted,
        };
        manifest::write(&self.root, state.written)?;
        self.journal.close(&self.root)?;
        Ok(written)
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

    /// What is at `path` now, a regular file or nothing; makes the folders above it.
    fn find(&self, file: &str, path: &Path) -> Result<Option<Metadata>, Error> {
        let folder = path.parent().unwrap_or(&self.root);
        if !self.state().folders.contains(folder) {
            let mut part = self.root.clone();
            for name in folder.strip_prefix(&self.root).unwrap_or(folder) {
                part.push(name);
                if self.state().folders.contains(&part) {
                    continue;
                }
                make_folder(&part).map_err(|error| Error::io("create", &part, error))?;
                self.state().folders.insert(part.clone());
            }
        }
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_file() => Ok(Some(found)),
            Ok(_) => Err(self.refused(file, "is a folder or a link there")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", path, error)),
        }
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

fn make_folder(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if fs::symlink_metadata(path)?.is_dir() {
                Ok(())
            } else {
                Err(error)
            }
        }
        made => made,
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
