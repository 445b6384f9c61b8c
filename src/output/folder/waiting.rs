//! Where the files of a site wait until all of them are there.
//!
//! Owns the folder beside the site's, `.<name>.aftersight-new`, or inside it where nothing can be made beside it, and that it is
//! gone afterwards, also the one of a build that was killed. It waits either for the whole site, with everything that did not change
//! linked into it, or for the files that changed alone.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use walkdir::WalkDir;

use super::super::manifest::{self, WAITING, is_own};
use super::exchange;
use crate::error::Error;

/// Stands in the folder until the site in it is whole.
const UNFINISHED: &str = ".aftersight-unfinished";

/// The folder where files wait.
#[derive(Debug)]
pub(super) struct Waiting {
    path: PathBuf,
    whole: bool,
    /// Folders that have been made in it.
    made: Mutex<HashSet<PathBuf>>,
}

impl Waiting {
    /// Makes the folder for the site at `root`, for a `whole` site where that can be. Nobody else may have claimed the site.
    pub(super) fn open(root: &Path, whole: bool) -> Result<Self, Error> {
        let inside = || (root.join(WAITING), false);
        let (path, whole) = match beside(root) {
            Some(path) if clear(&path, root) && fs::create_dir(&path).is_ok() => {
                if is_one_disk(&path, root) {
                    (path, whole)
                } else {
                    let _ = fs::remove_dir(&path);
                    inside()
                }
            }
            _ => inside(),
        };
        let failed = |error| Error::io("create", &path, error);
        if !whole && path.starts_with(root) {
            // Whatever a build that was killed left there was never shown.
            match fs::remove_dir_all(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
                _ => fs::create_dir(&path).map_err(failed)?,
            }
        }
        fs::write(path.join(UNFINISHED), "").map_err(failed)?;
        Ok(Self {
            path,
            whole,
            made: Mutex::default(),
        })
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it waits for the whole site.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Takes a file that is new or different.
    pub(super) fn write(&self, file: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path.join(file);
        let failed = |error| Error::io("write", &path, error);
        self.make_folder(&path).map_err(failed)?;
        fs::write(&path, bytes).map_err(failed)
    }

    /// Takes a file that stands at `old` already.
    pub(super) fn keep(&self, file: &str, old: &Path) -> Result<(), Error> {
        if !self.whole {
            return Ok(());
        }
        let path = self.path.join(file);
        let failed = |error| Error::io("write", &path, error);
        self.make_folder(&path).map_err(failed)?;
        match fs::hard_link(old, &path) {
            // What waits may be the very file: copying one over itself would empty both.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.forget(file);
                fs::hard_link(old, &path).map_err(failed)
            }
            // A disk without links gets a copy.
            Err(_) => fs::copy(old, &path).map(drop).map_err(failed),
            Ok(()) => Ok(()),
        }
    }

    /// Lets a file go that waits.
    pub(super) fn forget(&self, file: &str) {
        let _ = fs::remove_file(self.path.join(file));
    }

    /// Links files and folders of others into the new site. Whether that went well: if not, the folders cannot change places.
    pub(super) fn carry(&self, root: &Path, is_ours: &dyn Fn(&str) -> bool) -> bool {
        let walk = WalkDir::new(root).min_depth(1).into_iter();
        // Below what is ours there is nothing of others; the other way round there may be.
        let entries = walk.filter_entry(|entry| {
            let name = entry.path().strip_prefix(root).map(Path::to_string_lossy);
            !name.is_ok_and(|name| is_own(&name))
        });
        for entry in entries {
            let Ok(entry) = entry else { return false };
            let Ok(inside) = entry.path().strip_prefix(root) else {
                return false;
            };
            let to = self.path.join(inside);
            let kind = entry.file_type();
            let name = inside.to_string_lossy().replace('\\', "/");
            if kind.is_dir() {
                let is_empty = fs::read_dir(entry.path()).is_ok_and(|mut all| all.next().is_none());
                if is_empty && fs::create_dir_all(&to).is_err() {
                    return false;
                }
            } else if !(kind.is_file() && is_ours(&name)) {
                let linked = match kind.is_symlink() {
                    true => self
                        .make_folder(&to)
                        .and_then(|()| link_again(entry.path(), &to)),
                    false => self
                        .make_folder(&to)
                        .and_then(|()| fs::hard_link(entry.path(), &to)),
                };
                if linked.is_err() {
                    return false;
                }
            }
        }
        let permissions = fs::metadata(root).map(|found| found.permissions());
        permissions.is_ok_and(|found| fs::set_permissions(&self.path, found).is_ok())
    }

    /// Puts the whole site in the place of the old one, which is here then.
    pub(super) fn exchange(&self, root: &Path) -> bool {
        let mark = self.path.join(UNFINISHED);
        if fs::remove_file(&mark).is_err() {
            return false;
        }
        let exchanged = exchange::folders(root, &self.path).is_ok();
        if !exchanged {
            let _ = fs::write(mark, "");
        }
        exchanged
    }

    /// Deletes the old site, which is here now; what somebody put into it at the last moment goes back to `root`.
    pub(super) fn tidy(&self, root: &Path, before: &BTreeSet<String>) {
        remove_site(&self.path, root, before);
        let left = WalkDir::new(&self.path).min_depth(1).into_iter().flatten();
        for entry in left.filter(|entry| !entry.file_type().is_dir()) {
            let Ok(inside) = entry.path().strip_prefix(&self.path) else {
                continue;
            };
            let to = root.join(inside);
            if !is_own(&inside.to_string_lossy()) && to.symlink_metadata().is_err() {
                let _ = to.parent().map(fs::create_dir_all);
                let _ = fs::rename(entry.path(), to);
            }
        }
        remove_empty(&self.path);
    }

    /// Removes the folder. What cannot be removed is cleared by the next build.
    pub(super) fn close(&self) {
        if self.path.join(UNFINISHED).exists() {
            let _ = fs::remove_dir_all(&self.path);
        } else {
            remove_empty(&self.path);
        }
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let Some(folder) = path.parent() else {
            return Ok(());
        };
        let is_made = |made: &HashSet<PathBuf>| made.contains(folder);
        if is_made(&self.made.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.insert(folder.to_owned());
        Ok(())
    }
}

fn beside(root: &Path) -> Option<PathBuf> {
    let name = root.file_name()?.to_string_lossy().into_owned();
    Some(root.parent()?.join(format!(".{name}.aftersight-new")))
}

/// Makes room where a build that was killed left something; whether there is room. What is not ours is not touched.
fn clear(path: &Path, root: &Path) -> bool {
    match path.symlink_metadata() {
        Err(error) => return error.kind() == io::ErrorKind::NotFound,
        Ok(found) if !found.is_dir() => return false,
        Ok(_) => {}
    }
    if path.join(UNFINISHED).exists() {
        return fs::remove_dir_all(path).is_ok();
    }
    // The old site, after the exchange.
    if let Ok(Some(files)) = manifest::read(path) {
        remove_site(path, root, &files);
    }
    remove_empty(path);
    !path.exists()
}

/// Removes what we wrote into a folder, and what stands under the same name in `root`, where it was linked to.
fn remove_site(path: &Path, root: &Path, ours: &BTreeSet<String>) {
    let entries = WalkDir::new(path).min_depth(1).into_iter().flatten();
    for entry in entries.filter(|entry| !entry.file_type().is_dir()) {
        let Ok(inside) = entry.path().strip_prefix(path) else {
            continue;
        };
        let name = inside.to_string_lossy().replace('\\', "/");
        let is_linked = || root.join(inside).symlink_metadata().is_ok();
        if is_own(&name) || ours.contains(&name) || is_linked() {
            let _ = fs::remove_file(entry.path());
        }
    }
    remove_empty(path);
}

/// Removes a folder and those in it as far as they are empty.
fn remove_empty(path: &Path) {
    let entries = WalkDir::new(path)
        .contents_first(true)
        .into_iter()
        .flatten();
    for entry in entries.filter(|entry| entry.file_type().is_dir()) {
        // One that is not empty cannot be removed, and stays.
        let _ = fs::remove_dir(entry.path());
    }
}

#[cfg(unix)]
fn link_again(link: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(link)?, to)
}

#[cfg(not(unix))]
fn link_again(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn is_one_disk(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let disk = |path: &Path| fs::symlink_metadata(path).map(|found| found.dev());
    matches!((disk(one), disk(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(not(unix))]
fn is_one_disk(_: &Path, _: &Path) -> bool {
    true
}
