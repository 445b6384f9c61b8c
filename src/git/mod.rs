//! The git repository around the postmortems: where its root is, what changed, since when.
//!
//! Owns every look into git. Nothing here writes, fetches or runs the `git` program, and nothing here
//! knows what a postmortem is: folders and commits come in, paths, bytes and times go out.

mod base;
mod changes;
mod courses;
mod diff;
mod disk;
mod history;
mod objects;
mod walk;

#[cfg(test)]
mod sandbox;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gix::bstr::{BStr, BString, ByteSlice};
use gix::open::{Options, Permissions};
use gix::sec::trust::Mapping;

use crate::error::Error;
pub use courses::{Courses, Version};
use diff::Differ;
pub use objects::{Landing, Then};

/// A repository that can be read.
#[derive(Debug)]
pub struct Repository {
    inner: gix::ThreadSafeRepository,
    root: PathBuf,
}

/// What is different between a commit and the work tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The merge base that was compared with, in hex.
    pub base: String,
    /// The changed files, by path.
    pub files: Vec<Change>,
}

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where the file is now, or was when it is gone; relative to the root, with `/`.
    pub path: String,
    /// What happened to it.
    pub kind: ChangeKind,
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content is another.
    Modified,
    /// It is gone.
    Deleted,
    /// It has another name, perhaps also another content.
    Renamed {
        /// The name it had.
        from: String,
    },
}

/// When a file came into the history and when it was last touched, by committer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileDates {
    /// The first commit, in seconds since 1970 UTC.
    pub created: i64,
    /// The last commit, in seconds since 1970 UTC.
    pub changed: i64,
    /// How many commits touched it.
    pub commits: u32,
}

impl Repository {
    /// Finds the repository that `dir` is in; `None` when it is in none, which is a normal state.
    ///
    /// A repository that belongs to another user is read, but nothing in its configuration is run.
    pub fn discover(dir: &Path) -> Result<Option<Self>, Error> {
        let found = gix::ThreadSafeRepository::discover_opts(dir, Default::default(), trust());
        let inner = match found {
            Ok(inner) => inner,
            Err(error) if is_absent(&error) => return unreadable(dir).map_or(Ok(None), Err),
            Err(error) => return Err(failed(&error)),
        };
        let local = inner.to_thread_local();
        let Some(root) = local.workdir() else {
            return Err(Error::Git {
                message: format!("`{}` is a bare repository", local.git_dir().display()),
                help: "run this in a clone that has its files checked out".into(),
            });
        };
        let root = root
            .canonicalize()
            .map_err(|error| Error::io("read", root, error))?;
        Ok(Some(Self { inner, root }))
    }

    /// The folder that holds the files, with links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where it stands what is checked out and where the branches are, here and as the server had them at the last fetch: files
    /// and folders that change with a commit and a fetch.
    pub fn references(&self) -> [PathBuf; 3] {
        let local = self.local();
        let common = local.common_dir();
        [
            local.git_dir().join("HEAD"),
            common.join("packed-refs"),
            common.join("refs"),
        ]
    }

    /// Whether older commits were left out when this was cloned; the first dates are then too late.
    pub fn is_shallow(&self) -> bool {
        self.local().is_shallow().unwrap_or(false)
    }

    /// The content of every `*.md` file below `prefix` at `commit`, by path.
    pub fn files_at(&self, commit: &str, prefix: &str) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        let repo = self.local();
        let tree = base::resolve(&repo, commit)?
            .tree_id()
            .map_err(|error| failed(&error))?;
        let mut files = BTreeMap::new();
        let listed = Differ::new(&repo)
            .list(tree.detach(), scope(prefix).as_bstr())
            .map_err(|error| failed(&error))?;
        for entry in listed {
            if entry.mode.is_blob() && entry.path.ends_with(b".md") {
                let mut blob = repo.find_blob(entry.id).map_err(|error| failed(&error))?;
                files.insert(entry.path.to_string(), blob.take_data());
            }
        }
        Ok(files)
    }

    /// Which of these paths, relative to the root, are there at `commit`, with the bytes of `*.md` files.
    pub fn lookup(
        &self,
        commit: &str,
        paths: impl Iterator<Item = String>,
    ) -> Result<BTreeMap<String, Option<Vec<u8>>>, Error> {
        let repo = self.local();
        let tree = base::resolve(&repo, commit)?
            .tree_id()
            .map_err(|error| failed(&error))?;
        let differ = Differ::new(&repo);
        let mut found = BTreeMap::new();
        for path in paths {
            let entry = differ.entry(tree.detach(), path.as_str().into());
            let Some(entry) = entry.map_err(|error| failed(&error))? else {
                continue;
            };
            let text = entry.mode.is_blob() && entry.path.ends_with(b".md");
            let blob = text.then(|| repo.find_blob(entry.id)).transpose();
            let blob = blob.map_err(|error| failed(&error))?;
            found.insert(path, blob.map(|mut blob| blob.take_data()));
        }
        Ok(found)
    }

    fn local(&self) -> gix::Repository {
        let mut repo = self.inner.to_thread_local();
        repo.object_cache_size_if_unset(32 << 20);
        repo
    }
}

/// How a repository is opened: by the folder alone, whatever `GIT_DIR` and its like say.
fn trust() -> Mapping<Options> {
    let mut trust = Mapping::<Options>::default();
    for (options, mut permissions) in [
        (&mut trust.full, Permissions::all()),
        (&mut trust.reduced, Permissions::secure()),
    ] {
        permissions.env.git_prefix = gix::sec::Permission::Deny;
        options.modify(|options| options.permissions(permissions));
    }
    trust
}

/// A folder as git names it: no `./` before, no `/` behind, empty for the root.
fn scope(prefix: &str) -> BString {
    let parts = prefix
        .split(['/', std::path::MAIN_SEPARATOR])
        .filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<_>>().join("/").into()
}

/// The parts of a path that git knows.
fn parts(path: &BStr) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty())
}

/// Whether discovery failed only because there is nothing to discover.
fn is_absent(error: &gix::Error) -> bool {
    use gix::discover::upwards::Error as Upwards;
    matches!(
        error.downcast_any_ref::<Upwards>(),
        Some(
            Upwards::NoGitRepository { .. }
                | Upwards::NoGitRepositoryWithinCeiling { .. }
                | Upwards::NoGitRepositoryWithinFs { .. }
        )
    )
}

/// Something that means to be a repository but cannot be read as one, at `dir` or above.
fn unreadable(dir: &Path) -> Option<Error> {
    let dir = std::path::absolute(dir).ok()?;
    let found = dir.ancestors().map(|dir| dir.join(".git")).find(|git| {
        let head = git.join("HEAD").symlink_metadata();
        let hidden = |error: std::io::Error| error.kind() == std::io::ErrorKind::PermissionDenied;
        git.is_file() || head.map_or_else(hidden, |_| true)
    })?;
    Some(Error::Git {
        message: format!("`{}` is not a repository that can be read", found.display()),
        help: "check that `git status` works here, and that this user may read it".into(),
    })
}

/// What gix said, in our words as far as we have any.
fn failed(error: &gix::Error) -> Error {
    let mut message = lowered(&error.to_string());
    let cause = error.probable_cause().to_string();
    if !message.contains(&lowered(&cause)) {
        message = format!("{message}: {}", lowered(&cause));
    }
    let help = if error.is_permission_denied() {
        "give this user the right to read the repository, for a checkout in a container: \
         `git config --global --add safe.directory DIR`"
    } else if error.is_not_found() {
        "fetch the missing objects with `git fetch --refetch --no-filter`"
    } else {
        "check the repository with `git fsck`"
    };
    Error::Git {
        message,
        help: help.into(),
    }
}

fn lowered(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches('.');
    let mut letters = line.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests;
