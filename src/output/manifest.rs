//! The list of the files that we wrote into a folder, kept in that folder.
//!
//! Owns the manifest, which marks a folder as ours, and the journal beside it, which knows of the files that
//! an unfinished build has added since. A file is in one of the two before it is in the folder.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Component, Path};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::file::write_atomically;
use crate::error::Error;

const MANIFEST: &str = ".aftersight-manifest.json";
const JOURNAL: &str = ".aftersight-journal";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Manifest {
    tool: String,
    version: u32,
    files: BTreeSet<String>,
}

/// Where the files of an unfinished build wait, when that cannot be beside the folder.
pub(super) const WAITING: &str = ".aftersight-new";

/// Whether a name is one of ours.
pub(super) fn is_own(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or_default();
    matches!(first, MANIFEST | JOURNAL | WAITING)
}

/// Whether a build of before was stopped while it exchanged files.
pub(super) fn was_stopped(folder: &Path) -> bool {
    folder.join(JOURNAL).exists()
}

/// Takes the marks off a folder that nothing was written to.
pub(super) fn unmark(folder: &Path, manifest: bool) {
    // Whoever cannot remove them keeps a folder that is known as ours, which is the truth.
    let _ = std::fs::remove_file(folder.join(JOURNAL));
    if manifest {
        let _ = std::fs::remove_file(folder.join(MANIFEST));
    }
}

/// Whether `path` is a plain relative path with `/` that leads nowhere but down.
pub(super) fn is_plain(path: &str) -> bool {
    let plain = |part: Component| matches!(part, Component::Normal(_));
    !path.is_empty()
        && !path.contains(['\\', '\0'])
        && !path.split('/').any(|part| part.is_empty() || part == ".")
        && Path::new(path).components().all(plain)
}

/// The files of earlier builds; `None` when the folder does not say that it is ours.
pub(super) fn read(folder: &Path) -> Result<Option<BTreeSet<String>>, Error> {
    let path = folder.join(MANIFEST);
    let is_file = path.symlink_metadata().is_ok_and(|m| m.is_file());
    if !is_file {
        return Ok(None);
    }
    let text = std::fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .ok()
        .filter(|manifest: &Manifest| manifest.version == VERSION)
        .ok_or_else(|| {
            Error::refused(
                format!(
                    "`{}` was not written by this version of aftersight",
                    path.display()
                ),
                "choose another folder with `--out`, or remove this one yourself",
            )
        })?;
    let mut files = manifest.files;
    if let Ok(journal) = std::fs::read_to_string(folder.join(JOURNAL)) {
        // A line that was cut off belongs to a file that was not written.
        let lines = journal.lines().map(serde_json::from_str::<String>);
        files.extend(lines.filter_map(Result::ok));
    }
    files.retain(|file| is_plain(file) && !is_own(file));
    Ok(Some(files))
}

/// Writes the list of a finished build.
pub(super) fn write(folder: &Path, files: BTreeSet<String>) -> Result<(), Error> {
    let path = folder.join(MANIFEST);
    let manifest = Manifest {
        tool: "aftersight".into(),
        version: VERSION,
        files,
    };
    let mut text = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| Error::io("write", &path, error.into()))?;
    text.push(b'\n');
    write_atomically(&path, &text)
}

/// The files that this build has added so far, on disk. While it is open the folder is locked.
#[derive(Debug)]
pub(super) struct Journal(Mutex<File>);

impl Journal {
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(JOURNAL);
        let failed = |error| Error::io("write", &path, error);
        if path.symlink_metadata().is_ok_and(|m| !m.is_file()) {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        let mut options = OpenOptions::new();
        let mut file = options
            .append(true)
            .create(true)
            .open(&path)
            .map_err(failed)?;
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(Error::refused(
                format!("another aftersight is writing to `{}`", folder.display()),
                "wait for it, or choose another folder with `--out`",
            ));
        }
        // Ends a line that was cut off.
        file.write_all(b"\n").map_err(failed)?;
        Ok(Self(Mutex::new(file)))
    }

    pub(super) fn add(&self, file: &str) -> io::Result<()> {
        let line = serde_json::to_string(file)? + "\n";
        let mut journal = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        journal.write_all(line.as_bytes())
    }

    /// The build is finished and the manifest tells all; where the folder itself went may be gone already.
    pub(super) fn close(self, folder: &Path, may_be_gone: bool) -> Result<(), Error> {
        let path = folder.join(JOURNAL);
        match std::fs::remove_file(&path) {
            Err(error) if !(may_be_gone && error.kind() == io::ErrorKind::NotFound) => {
                Err(Error::io("remove", &path, error))
            }
            _ => Ok(()),
        }
    }
}
