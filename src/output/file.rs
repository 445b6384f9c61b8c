//! Single files, written whole or not at all.
//!
//! Owns the exchange of a file's content. The many files of a site are written by `folder`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::error::Error;

/// Gives the file at `path` a new content, making the folders above it.
///
/// A reader sees the old or the new content, never a part. The file keeps its permissions; a new one gets the
/// usual ones. What a link leads to is written, not the link.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || -> io::Result<()> {
        let target = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_symlink() => fs::canonicalize(path)?,
            _ => path.to_owned(),
        };
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder)?;
        let mut options = tempfile::Builder::new();
        options.prefix(".aftersight-").suffix(".tmp");
        #[cfg(unix)]
        options.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = options.tempfile_in(folder)?;
        file.write_all(bytes)?;
        if let Ok(metadata) = fs::metadata(&target) {
            file.as_file().set_permissions(metadata.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&target)?;
        Ok(())
    };
    write().map_err(|error| Error::io("write", path, error))
}

/// Writes a file that is not there yet, making the folders above it; an error where it is.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::File::create_new(path)?.write_all(bytes)
    };
    write().map_err(|error| Error::io("write", path, error))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{write_atomically, write_new};

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b.txt");
        write_new(&path, b"one").expect("written");
        write_new(&path, b"two").expect_err("it is there");
        assert_eq!(fs::read(&path).expect("the file"), b"one");
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
