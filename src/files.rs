//! Finding and reading the files of a repository.
//!
//! Owns which files are postmortems (FORMAT.md, Files) and what is refused before it is read: links, giants, names that are
//! no text. What they say is for `document`.

pub mod around;
pub mod export;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use globset::{Glob, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use crate::error::Error;

/// Largest file that is read, in bytes.
pub const MOST_BYTES: u64 = 5 << 20;

/// One file as found.
#[derive(Debug)]
pub struct File {
    /// Relative to the root, with `/`; bytes that are no text are shown as `�`.
    pub path: String,
    /// What it holds, or why it was not read.
    pub content: Content,
}

/// What a file holds, or why it was not read.
#[derive(Debug)]
pub enum Content {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It is a symbolic link.
    Link,
    /// Its name is not UTF-8.
    UnreadableName,
    /// It has this many bytes, more than [`MOST_BYTES`].
    TooLarge(u64),
}

/// What tells a file from the same file after a change, without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    bytes: u64,
    modified: SystemTime,
    /// When anything about it was changed, in seconds and nanoseconds, and which file it is; 0 where the system does not tell.
    identity: (i64, i64, u64),
}

impl Stamp {
    /// A file changed so shortly before it was read may change again within one tick of the disk's clock.
    const TICK: Duration = Duration::from_secs(2);

    /// The stamp of what is at `path`; none where nothing is, or where it is not older than the clock of the disk can tell.
    pub fn of(path: &Path) -> Option<Self> {
        let found = fs::symlink_metadata(path).ok()?;
        let modified = found.modified().ok()?;
        let age = SystemTime::now().duration_since(modified).ok()?;
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt as _;
            (found.ctime(), found.ctime_nsec(), found.ino())
        };
        #[cfg(not(unix))]
        let identity = (0, 0, 0);
        (age > Self::TICK && found.is_file()).then_some(Self {
            bytes: found.len(),
            modified,
            identity,
        })
    }
}

/// Finds every postmortem below `folder`. `ignore` are globs relative to the folder or to the root.
pub fn postmortems<'a>(
    root: &Path,
    folder: &str,
    ignore: impl Iterator<Item = &'a str>,
) -> Result<Vec<PathBuf>, Error> {
    let start = root.join(folder);
    let found = fs::symlink_metadata(&start).map_err(|error| Error::io("read", &start, error))?;
    if !found.is_dir() {
        let message = format!("`{folder}` is not a folder");
        return Err(Error::refused(
            message,
            "name the folder of the postmortems in the configuration, `postmortems: FOLDER`",
        ));
    }
    let ignore = globs(ignore)?;
    let mut paths = Vec::new();
    let walk = WalkDir::new(&start).min_depth(1).into_iter();
    for entry in walk.filter_entry(|entry| !is_hidden(entry.file_name())) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(&start).to_path_buf();
            Error::io("read", path, error.into())
        })?;
        let inside = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let below = entry.path().strip_prefix(&start).unwrap_or(inside);
        if is_postmortem(&entry) && !ignore.is_match(inside) && !ignore.is_match(below) {
            paths.push(entry.path().to_path_buf());
        }
    }
    Ok(paths)
}

/// Tells of a path relative to the root whether [`postmortems`] would read it, without looking at the disk.
pub fn postmortem_paths(
    folder: &str,
    ignore: &[&str],
) -> Result<impl Fn(&str) -> bool + use<>, Error> {
    let ignore = globs(ignore.iter().copied())?;
    let folder = match folder.trim_matches('/') {
        "" | "." => String::new(),
        folder => format!("{folder}/"),
    };
    Ok(move |path: &str| {
        let Some(below) = path.strip_prefix(&folder) else {
            return false;
        };
        let name = below.rsplit('/').next().unwrap_or_default();
        let hidden = below.split('/').any(|part| part.starts_with(['_', '.']));
        let named = name.ends_with(".md") && !name.eq_ignore_ascii_case("README.md");
        named && !hidden && !ignore.is_match(path) && !ignore.is_match(below)
    })
}

/// Reads files, sorted by path.
pub fn all(root: &Path, paths: &[PathBuf]) -> Result<Vec<File>, Error> {
    let read = |path: &PathBuf| read(root, path);
    let files = paths.par_iter().map(read);
    let mut files: Vec<File> = files.collect::<Result<_, _>>()?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The path of a file as it is shown: relative to the root, with `/`.
pub fn shown(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    inside.to_string_lossy().replace('\\', "/")
}

/// Reads one file.
pub fn read(root: &Path, path: &Path) -> Result<File, Error> {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let shown = shown(root, path);
    let found = fs::symlink_metadata(path).map_err(|error| Error::io("read", path, error))?;
    let content = if found.is_symlink() {
        Content::Link
    } else if inside.to_str().is_none() {
        Content::UnreadableName
    } else if found.len() > MOST_BYTES {
        Content::TooLarge(found.len())
    } else {
        Content::Bytes(fs::read(path).map_err(|error| Error::io("read", path, error))?)
    };
    Ok(File {
        path: shown,
        content,
    })
}

/// The text files below a folder, by their path relative to it with `/`; for a theme.
pub fn texts(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::io("read", folder, error.into()))?;
        if let (true, Ok(inside)) = (
            entry.file_type().is_file(),
            entry.path().strip_prefix(folder),
        ) {
            let bytes =
                fs::read(entry.path()).map_err(|error| Error::io("read", entry.path(), error))?;
            found.push((inside.to_string_lossy().replace('\\', "/"), bytes));
        }
    }
    Ok(found)
}

/// Whether a folder or a file is nobody's business: its name begins with `_` or `.`.
fn is_hidden(name: &OsStr) -> bool {
    matches!(name.as_encoded_bytes().first(), Some(b'_' | b'.'))
}

/// A regular `*.md` that is no `README.md`; a link to a folder or to such a file, so that it can be told.
fn is_postmortem(entry: &DirEntry) -> bool {
    let name = entry.file_name().as_encoded_bytes();
    let named = name.ends_with(b".md") && !name.eq_ignore_ascii_case(b"README.md");
    let kind = entry.file_type();
    kind.is_file() && named || kind.is_symlink() && (named || entry.path().is_dir())
}

fn globs<'a>(patterns: impl Iterator<Item = &'a str>) -> Result<GlobSet, Error> {
    let unreadable = |error: globset::Error| {
        Error::refused(
            format!("`ignore` holds a pattern that cannot be read: {error}"),
            "write it as `archive/**`",
        )
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(unreadable)?);
        set.add(Glob::new(&format!("{}/**", pattern.trim_end_matches('/'))).map_err(unreadable)?);
    }
    set.build().map_err(unreadable)
}

/// The absolute path of something named on the command line, without following links in its last part.
pub fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let parent = parent
        .canonicalize()
        .map_err(|error| Error::io("read", parent, error))?;
    match path.file_name() {
        Some(name) => Ok(parent.join(name)),
        None => path
            .canonicalize()
            .map_err(|error| Error::io("read", path, error)),
    }
}
