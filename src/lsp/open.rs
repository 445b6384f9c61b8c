//! The files that are open in the editor, by their paths.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use url::Url;

use super::text::Text;

/// A file as the editor has it.
#[derive(Debug)]
pub(super) struct Open {
    /// Its address as the editor writes it.
    pub(super) uri: String,
    /// The editor's number of this state.
    pub(super) version: i32,
    /// The text, saved or not.
    pub(super) text: Text,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct OpenFiles {
    files: BTreeMap<PathBuf, Open>,
}

impl OpenFiles {
    pub(super) fn insert(&mut self, path: PathBuf, open: Open) {
        self.files.insert(path, open);
    }

    pub(super) fn remove(&mut self, path: &Path) -> Option<Open> {
        self.files.remove(path)
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Open> {
        self.files.get(path)
    }

    pub(super) fn get_mut(&mut self, path: &Path) -> Option<&mut Open> {
        self.files.get_mut(path)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &Open)> {
        self.files.iter().map(|(path, open)| (path.as_path(), open))
    }
}

/// The path of a file's address; `None` for what is no file, such as a text that was never saved.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let url = Url::parse(uri).ok()?;
    (url.scheme() == "file").then(|| url.to_file_path().ok())?
}

/// The address of a file.
pub(super) fn uri(path: &Path) -> Option<String> {
    Url::from_file_path(path).ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn addresses_are_paths() {
        let written = "file:///a%20b/%C3%A9%40.md";
        assert_eq!(path(written), Some(PathBuf::from("/a b/é@.md")));
        assert_eq!(
            uri(Path::new("/a b/é.md")).as_deref(),
            Some("file:///a%20b/%C3%A9.md")
        );
        for no in [
            "untitled:Untitled-1",
            "https://example.org/a.md",
            "a.md",
            "",
        ] {
            assert_eq!(path(no), None, "{no}");
        }
    }
}
