//! Single files, written whole or not at all.
//!
//! Owns the exchange of a file's content. The many files of a site are written by `folder`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Gives the file at `path` a new content, making the folders above it.
///
/// A reader sees the old or the new content, never a part. The file keeps its permissions; a new one gets the
/// usual ones. What a link leads to is written, not the link.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    Draft::write(path, bytes)?.publish()
}

/// A content that waits beside the file that it is for; gone if it is not published.
pub struct Draft {
    path: PathBuf,
    place: Place,
}

enum Place {
    /// A new file, and the one whose place it takes.
    Beside(tempfile::NamedTempFile, PathBuf),
    /// What is no regular file (a device, a pipe) has no content to be exchanged: these bytes are written into it.
    Into(Vec<u8>),
}

impl Draft {
    /// Writes the content for the file at `path`, making the folders above it.
    pub fn write(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let write = || -> io::Result<Place> {
            if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
                return Ok(Place::Into(bytes.to_vec()));
            }
            let target = target(path)?;
            let folder = folder(&target);
            fs::create_dir_all(folder)?;
            let mut file = beside(folder)?;
            file.write_all(bytes)?;
            if let Ok(metadata) = fs::metadata(&target) {
                file.as_file().set_permissions(metadata.permissions())?;
            }
            file.as_file().sync_all()?;
            Ok(Place::Beside(file, target))
        };
        Ok(Self {
            place: write().map_err(|error| Error::io("write", path, error))?,
            path: path.to_owned(),
        })
    }

    /// Puts the content in its place.
    pub fn publish(self) -> Result<(), Error> {
        let publish = match self.place {
            Place::Beside(file, target) => {
                file.persist(target).map_err(|error| error.error).map(drop)
            }
            Place::Into(bytes) => fs::OpenOptions::new()
                .write(true)
                .open(&self.path)
                .and_then(|mut file| file.write_all(&bytes)),
        };
        publish.map_err(|error| Error::io("write", self.path, error))
    }
}

/// Whether a [`Draft`] for `path` could be written and published, without leaving anything behind. Folders are not made.
pub fn check_writable(path: &Path) -> Result<(), Error> {
    if let Ok(found) = fs::metadata(path) {
        if found.is_dir() {
            return Err(Error::refused(
                format!("`{}` is a folder", path.display()),
                "name a file in it",
            ));
        }
        let opened = fs::OpenOptions::new().append(true).open(path);
        opened.map_err(|error| Error::io("write", path, error))?;
        if !found.is_file() {
            return Ok(());
        }
    }
    let parent = folder(path);
    if !parent.is_dir() {
        return Err(Error::refused(
            format!("there is no folder `{}` for the file", parent.display()),
            "make the folder first, or name another file",
        ));
    }
    let probe = target(path).and_then(|target| beside(folder(&target)));
    probe
        .map(drop)
        .map_err(|error| Error::io("write", path, error))
}

/// Adds to the end of a file, making it if it is not there.
pub fn append(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let file = fs::OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(bytes))
        .map_err(|error| Error::io("write", path, error))
}

/// What a path leads to.
fn target(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => fs::canonicalize(path),
        _ => Ok(path.to_owned()),
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut options = tempfile::Builder::new();
    options.prefix(".aftersight-").suffix(".tmp");
    #[cfg(unix)]
    options.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    options.tempfile_in(folder)
}

/// Writes a file that is not there yet, whole or not at all, making the folders above it; an error where it is.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || -> io::Result<()> {
        let folder = folder(path);
        fs::create_dir_all(folder)?;
        let mut file = beside(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        let persisted = file.persist_noclobber(path);
        persisted.map_err(|error| error.error).map(drop)
    };
    write().map_err(|error| Error::io("write", path, error))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Draft, append, check_writable, write_atomically, write_new};

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b.txt");
        write_new(&path, b"one").expect("written");
        write_new(&path, b"two").expect_err("it is there");
        assert_eq!(fs::read(&path).expect("the file"), b"one");
        let rest = fs::read_dir(folder.path().join("a")).expect("the folder");
        assert_eq!(rest.count(), 1);
    }

    #[test]
    fn files_are_made_and_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b/c.txt");
        write_atomically(&path, b"one").expect("written");
        write_atomically(&path, b"two").expect("written");
        assert_eq!(fs::read(&path).expect("the file"), b"two");
        let rest = fs::read_dir(folder.path().join("a/b")).expect("the folder");
        assert_eq!(rest.count(), 1);
    }

    #[test]
    fn the_error_names_the_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "x").expect("a file");
        let error = write_atomically(&file.join("below"), b"x").expect_err("an error");
        assert!(error.to_string().contains("below"), "{error}");
    }

    #[test]
    fn a_draft_that_is_not_published_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        check_writable(&path).expect("it can be written");
        let draft = Draft::write(&path, b"one").expect("written");
        assert!(!path.exists());
        drop(draft);
        let rest = fs::read_dir(folder.path()).expect("the folder");
        assert_eq!(rest.count(), 0);
        check_writable(folder.path()).expect_err("a folder");
        check_writable(&folder.path().join("b/a.txt")).expect_err("no folder");
    }

    #[test]
    fn what_is_there_stays_when_more_is_added() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        append(&path, b"one").expect("written");
        append(&path, b"two").expect("written");
        assert_eq!(fs::read(&path).expect("the file"), b"onetwo");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_stays_a_device() {
        use std::os::unix::fs::FileTypeExt;
        let null = std::path::Path::new("/dev/null");
        check_writable(null).expect("it can be written");
        write_atomically(null, b"one").expect("written");
        let found = fs::metadata(null).expect("it is there");
        assert!(found.file_type().is_char_device());
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_the_usual_ones_and_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let mode = |path: &std::path::Path| {
            fs::metadata(path).expect("a file").permissions().mode() & 0o777
        };
        let usual = folder.path().join("usual");
        fs::write(&usual, "").expect("a file");
        let ours = folder.path().join("ours");
        write_atomically(&ours, b"").expect("written");
        assert_eq!(mode(&ours), mode(&usual));
        fs::set_permissions(&ours, fs::Permissions::from_mode(0o750)).expect("changed");
        write_atomically(&ours, b"more").expect("written");
        assert_eq!(mode(&ours), 0o750);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").expect("a file");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        write_atomically(&link, b"new").expect("written");
        assert!(link.is_symlink());
        assert_eq!(fs::read(&file).expect("the file"), b"new");
    }
}
