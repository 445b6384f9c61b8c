//! What lies around the postmortems: whether the targets of links exist.
//!
//! Owns what existing means: spelt as in the folder, inside the root, and not in git's own folder. What links ask for, and
//! what it means that something is missing, is for the rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::MOST_BYTES;

/// Entries of one folder that are told as neighbours of something missing.
const MOST_NEIGHBOURS: usize = 500;

/// Which of the wanted paths exist below `root`, with the bytes of Markdown files; of a missing one the neighbours that
/// do exist. Paths have `/` and neither `.` nor `..`. A symbolic link that leaves the root does not exist; nor does what
/// cannot be read.
pub fn around<'a>(
    root: &Path,
    wanted: impl Iterator<Item = &'a str>,
) -> BTreeMap<String, Option<Vec<u8>>> {
    let mut folders = Folders::default();
    let mut found = BTreeMap::new();
    let mut told = BTreeSet::new();
    let Ok(root) = root.canonicalize() else {
        return found;
    };
    for path in wanted {
        match folders.look(&root, path) {
            Ok(()) => {
                found.insert(path.to_string(), markdown(&root.join(path)));
            }
            Err(None) => {}
            Err(Some(missing)) => {
                let beside = missing.rsplit_once('/').map_or("", |(folder, _)| folder);
                if !told.insert(beside) {
                    continue;
                }
                let names = folders.entries(&root, &root.join(beside)).clone();
                for name in names.iter().take(MOST_NEIGHBOURS) {
                    let neighbour = format!("{beside}/{name}");
                    let neighbour = neighbour.trim_start_matches('/');
                    if folders.look(&root, neighbour).is_ok() {
                        found.entry(neighbour.to_string()).or_insert(None);
                    }
                }
            }
        }
    }
    found
}

/// Folders as listed: a look at each is enough for many links, and names are compared letter for letter on every system.
#[derive(Default)]
struct Folders(HashMap<PathBuf, BTreeSet<String>>);

impl Folders {
    /// Whether a path exists; otherwise how far it goes, with the first part that is missing, and nothing where it leaves
    /// the root.
    fn look<'a>(&mut self, root: &Path, path: &'a str) -> Result<(), Option<&'a str>> {
        let mut folder = root.to_path_buf();
        let mut end = 0;
        for part in path.split('/') {
            end += part.len();
            if !self.entries(root, &folder).contains(part) {
                return Err(Some(&path[..end]));
            }
            folder.push(part);
            end += 1;
        }
        match folder.canonicalize() {
            Ok(real) if real.starts_with(root) => Ok(()),
            _ => Err(None),
        }
    }

    /// The names in a folder; none where it lies outside the root.
    fn entries(&mut self, root: &Path, folder: &Path) -> &BTreeSet<String> {
        self.0.entry(folder.to_path_buf()).or_insert_with(|| {
            let real = folder.canonicalize();
            let inside = real.is_ok_and(|real| real.starts_with(root));
            let entries = inside.then(|| fs::read_dir(folder).ok()).flatten();
            let entries = entries.into_iter().flatten().flatten();
            let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
            names.filter(|name| name != ".git").collect()
        })
    }
}

/// The bytes of a Markdown file that is not too large to be read.
fn markdown(path: &Path) -> Option<Vec<u8>> {
    let is_text = path.extension().is_some_and(|extension| extension == "md");
    let small =
        || fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() <= MOST_BYTES);
    (is_text && small()).then(|| fs::read(path).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_inside_exists() {
        let outside = tempfile::tempdir().expect("a folder");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("s.txt"), "x").expect("a file");
        let root = folder.path();
        fs::create_dir_all(root.join("docs/.git")).expect("a folder");
        fs::write(root.join("docs/Run Book.md"), "# A").expect("a file");
        fs::write(root.join("docs/.git/config"), "").expect("a file");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outside.path(), root.join("docs/out")).expect("a link");
            let file = outside.path().join("s.txt");
            std::os::unix::fs::symlink(file, root.join("docs/s.txt")).expect("a link");
        }
        let wanted = [
            "docs",
            "docs/Run Book.md",
            "docs/run book.md",
            "docs/out/s.txt",
            "docs/out/t.txt",
            "docs/s.txt",
            "docs/.git/config",
            "no/x.md",
        ];
        let found = around(root, wanted.into_iter());
        let exists = |path: &str| found.contains_key(path);
        assert_eq!(found["docs/Run Book.md"].as_deref(), Some(&b"# A"[..]));
        assert!(exists("docs") && !exists("docs/run book.md"));
        let left = found.keys().any(|path| path.contains("s.txt"));
        assert!(!left, "{found:?}");
        assert!(!exists("docs/out/s.txt") && !exists("docs/.git/config") && !exists("no/x.md"));
    }
}
