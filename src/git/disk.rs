//! The files of the work tree, with the ids that git would give them.
//!
//! Owns reading from disk for comparison. Files that the index vouches for are not read again;
//! the others go through the filters that git would apply (line ends, large file storage).

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice};
use gix::filter::plumbing::pipeline::convert::ToGitOutcome;
use gix::index::entry::{Flags, Stat, stat};
use gix::objs::Kind;
use gix::objs::tree::{EntryKind, EntryMode};
use walkdir::WalkDir;

use super::failed;
use crate::error::Error;

/// Files up to this size are kept to find out whether they are renamed ones.
const COMPARABLE: usize = 4 << 20;

/// A file on disk as git would store it.
#[derive(Debug)]
pub(super) struct OnDisk {
    pub(super) id: ObjectId,
    pub(super) mode: EntryMode,
    /// The content, where it had to be read and is not too long to be compared.
    pub(super) content: Option<Vec<u8>>,
}

/// Every file below `scope` in the work tree `root`.
pub(super) fn files(
    repo: &gix::Repository,
    root: &Path,
    scope: &BStr,
) -> Result<BTreeMap<BString, OnDisk>, Error> {
    let mut reader = Reader::new(repo)?;
    let mut files = BTreeMap::new();
    let folder = root.join(gix::path::from_bstr(scope).map_err(|error| failed(&error))?);
    if fs::symlink_metadata(&folder).is_ok() {
        let walk = WalkDir::new(&folder).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| entry.file_name() != ".git") {
            let entry = entry.map_err(|error| unreadable(&folder, error))?;
            let (path, kind) = (entry.path(), entry.file_type());
            if kind.is_dir() {
                continue;
            }
            let Some(name) = name_below(root, path) else {
                continue;
            };
            if let Some(file) = reader.read(path, name.as_bstr(), kind)? {
                files.insert(name, file);
            }
        }
    }
    reader.add_left_out(scope, &mut files);
    Ok(files)
}

fn unreadable(folder: &Path, error: walkdir::Error) -> Error {
    let path = error.path().unwrap_or(folder).to_owned();
    Error::io("read", path, error.into())
}

/// The path of a file as git names it.
fn name_below(root: &Path, path: &Path) -> Option<BString> {
    let below = path.strip_prefix(root).ok()?;
    let name = gix::path::into_bstr(below).ok()?;
    Some(gix::path::to_unix_separators_on_windows(name).into_owned())
}

struct Reader<'repo> {
    repo: &'repo gix::Repository,
    filters: gix::filter::Pipeline<'repo>,
    index: gix::worktree::IndexPersistedOrInMemory,
    stat: stat::Options,
}

impl<'repo> Reader<'repo> {
    fn new(repo: &'repo gix::Repository) -> Result<Self, Error> {
        let (filters, index) = repo.filter_pipeline(None).map_err(|error| failed(&error))?;
        let stat = repo.stat_options().map_err(|error| failed(&error))?;
        Ok(Self {
            repo,
            filters,
            index,
            stat,
        })
    }

    fn read(
        &mut self,
        path: &Path,
        name: &BStr,
        kind: fs::FileType,
    ) -> Result<Option<OnDisk>, Error> {
        let mode = match (kind.is_file(), kind.is_symlink()) {
            (true, _) => EntryKind::Blob.into(),
            (_, true) => EntryKind::Link.into(),
            _ => return Ok(None),
        };
        let content = None;
        if let Some(id) = self.known(path, name) {
            return Ok(Some(OnDisk { id, mode, content }));
        }
        let bytes = if kind.is_symlink() {
            let target = fs::read_link(path).map_err(|error| Error::io("read", path, error))?;
            gix::path::into_bstr(target).map_or_else(|_| Vec::new(), |t| t.into_owned().into())
        } else {
            let bytes = fs::read(path).map_err(|error| Error::io("read", path, error))?;
            self.filtered(name, &bytes).unwrap_or(bytes)
        };
        let id = gix::objs::compute_hash(self.repo.object_hash(), Kind::Blob, &bytes)
            .map_err(|error| failed(&gix::Error::from_error(error)))?;
        let content = (bytes.len() <= COMPARABLE).then_some(bytes);
        Ok(Some(OnDisk { id, mode, content }))
    }

    /// The id in the index, if the file was not written since.
    fn known(&self, path: &Path, name: &BStr) -> Option<ObjectId> {
        let entry = self.index.entry_by_path(name)?;
        let now = gix::index::fs::Metadata::from_path_no_follow(path).ok()?;
        let same = entry.stat.matches(&Stat::from_fs(&now).ok()?, self.stat);
        let racy = entry.stat.is_racy(self.index.timestamp(), self.stat);
        (same && !racy && !entry.mode.is_submodule()).then_some(entry.id)
    }

    /// What git would store of `bytes`, if a filter makes something else of it.
    fn filtered(&mut self, name: &BStr, bytes: &[u8]) -> Option<Vec<u8>> {
        let path = gix::path::from_bstr(name).ok()?;
        match self
            .filters
            .convert_to_git(bytes, &path, &self.index)
            .ok()?
        {
            ToGitOutcome::Unchanged(_) => None,
            ToGitOutcome::Buffer(buffer) => Some(buffer.to_vec()),
            ToGitOutcome::Process(mut output) => {
                let mut content = Vec::new();
                output.read_to_end(&mut content).ok().map(|_| content)
            }
        }
    }

    /// Files that a sparse checkout leaves out of the work tree are there all the same.
    fn add_left_out(&self, scope: &BStr, files: &mut BTreeMap<BString, OnDisk>) {
        let mut folder = scope.to_owned();
        if !folder.is_empty() {
            folder.push(b'/');
        }
        for entry in self
            .index
            .prefixed_entries(folder.as_bstr())
            .unwrap_or_default()
        {
            if !entry.flags.contains(Flags::SKIP_WORKTREE) {
                continue;
            }
            let Some(mode) = entry.mode.to_tree_entry_mode() else {
                continue;
            };
            let (id, content) = (entry.id, None);
            let name = entry.path(&self.index).to_owned();
            files.entry(name).or_insert(OnDisk { id, mode, content });
        }
    }
}
