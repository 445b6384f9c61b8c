//! The repository at a commit: from the clone where it has the commit, else from GitHub.
//!
//! A reviewed commit that a force-push replaced is in no clone, and GitHub still has it. Without network there is the clone
//! alone.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::approval::codeowners::{self, CodeOwners};
use crate::command::workspace::parse_config;
use crate::config::{Config, PLACES};
use crate::error::Error;
use crate::git::Repository;
use crate::ledger::record::Origin;

/// Paths and their blobs.
pub(super) type Tree = BTreeMap<String, String>;

/// Who has what the clone has not.
pub(super) trait Remote {
    /// Every file at a commit; `None` where nobody has the commit.
    fn tree(&self, commit: &str) -> Result<Option<Tree>, Error>;
    /// The bytes of a blob; `None` where nobody has it.
    fn blob(&self, id: &str) -> Result<Option<Vec<u8>>, Error>;
    /// The parents of a commit; `None` where nobody has it.
    #[cfg(feature = "github")]
    fn parents(&self, commit: &str) -> Result<Option<Vec<String>>, Error>;
}

#[cfg(feature = "github")]
impl Remote for crate::github::Client {
    fn tree(&self, commit: &str) -> Result<Option<Tree>, Error> {
        Ok(self.tree(commit)?)
    }

    fn blob(&self, id: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.blob(id)?)
    }

    #[cfg(feature = "github")]
    fn parents(&self, commit: &str) -> Result<Option<Vec<String>>, Error> {
        let found = self.commit_of(commit)?;
        let parents = |found: crate::github::WrittenCommit| {
            let parents = found.parents.into_iter();
            parents.map(|parent| parent.sha).collect()
        };
        Ok(found.map(parents))
    }
}

/// Reads commits.
pub(super) struct Snapshots<'a> {
    git: Option<&'a Repository>,
    remote: Option<&'a dyn Remote>,
    /// What to put before paths of the workspace to get those of the repository.
    offset: String,
    known: RefCell<BTreeMap<String, Option<Rc<Tree>>>>,
}

/// What decides about approval at a commit.
#[cfg_attr(
    not(feature = "github"),
    expect(dead_code, reason = "the proof from a clone needs less than a record")
)]
pub(super) struct Law {
    /// The configuration.
    pub(super) config: Config,
    /// Where it was read.
    pub(super) policy: Option<Origin>,
    /// The owners of paths.
    pub(super) owners: Option<CodeOwners>,
    /// Where they were read.
    pub(super) codeowners: Option<Origin>,
}

impl<'a> Snapshots<'a> {
    /// Reads from this clone, and what it does not have from `remote`.
    pub(super) fn new(
        git: Option<&'a Repository>,
        remote: Option<&'a dyn Remote>,
        offset: String,
    ) -> Self {
        Self {
            git,
            remote,
            offset,
            known: RefCell::default(),
        }
    }

    /// The files at and below `scope`; `None` where nobody has the commit any more.
    pub(super) fn tree(&self, commit: &str, scope: &str) -> Result<Option<Tree>, Error> {
        if let Some(git) = self.git
            && let Some(tree) = git.tree(commit, scope)?
        {
            return Ok(Some(tree));
        }
        let Some(remote) = self.remote else {
            return Ok(None);
        };
        let known = self.known.borrow().get(commit).cloned();
        let whole = match known {
            Some(whole) => whole,
            None => {
                let whole = remote.tree(commit)?.map(Rc::new);
                self.known.borrow_mut().insert(commit.into(), whole.clone());
                whole
            }
        };
        // The folder may be `.`, in which everything lies.
        let parts = scope.split('/').filter(|part| !matches!(*part, "" | "."));
        let scope = parts.collect::<Vec<_>>().join("/");
        let below = |path: &str| match path.strip_prefix(&scope) {
            Some(rest) => scope.is_empty() || rest.is_empty() || rest.starts_with('/'),
            None => false,
        };
        Ok(whole.map(|whole| {
            let inside = whole.iter().filter(|(path, _)| below(path));
            inside
                .map(|(path, blob)| (path.clone(), blob.clone()))
                .collect()
        }))
    }

    /// The files at and below several places.
    #[cfg(feature = "github")]
    pub(super) fn trees(&self, commit: &str, scopes: &[String]) -> Result<Option<Tree>, Error> {
        let mut all = Some(Tree::new());
        for scope in scopes {
            let tree = self.tree(commit, scope)?;
            all = all.zip(tree).map(|(mut all, tree)| {
                all.extend(tree);
                all
            });
        }
        Ok(all)
    }

    /// The blob of a file; `None` where the commit has no such file, or nobody has the commit any more.
    pub(super) fn file(&self, commit: &str, path: &str) -> Result<Option<String>, Error> {
        let tree = self.tree(commit, path)?;
        Ok(tree.and_then(|mut tree| tree.remove(path)))
    }

    /// The bytes of a blob.
    pub(super) fn blob(&self, id: &str) -> Result<Vec<u8>, Error> {
        if let Some(git) = self.git
            && let Some(bytes) = git.blob(id)?
        {
            return Ok(bytes);
        }
        let bytes = self.remote.map(|remote| remote.blob(id)).transpose()?;
        bytes.flatten().ok_or_else(|| {
            Error::refused(
                format!("the blob `{id}` is not to be found"),
                "fetch the full history: set `fetch-depth: 0` on actions/checkout",
            )
        })
    }

    /// Whether there is a clone with its whole history.
    #[cfg(feature = "github")]
    pub(super) fn is_whole(&self) -> bool {
        self.git.is_some_and(|git| !git.is_shallow())
    }

    /// Where the histories of two commits of this clone part.
    #[cfg(feature = "github")]
    pub(super) fn fork(&self, one: &str, other: &str) -> Result<Option<String>, Error> {
        match self.git {
            Some(git) => git.fork(one, other),
            None => Ok(None),
        }
    }

    /// The parents of a commit that this clone does not have; `None` where nobody has it.
    #[cfg(feature = "github")]
    pub(super) fn parents(&self, commit: &str) -> Result<Option<Vec<String>>, Error> {
        let asked = self.remote.map(|remote| remote.parents(commit));
        Ok(asked.transpose()?.flatten())
    }

    /// What to put before paths of the workspace to get those of the repository.
    pub(super) fn offset(&self) -> &str {
        &self.offset
    }

    /// What is in force at a commit.
    pub(super) fn law(&self, commit: &str) -> Result<Law, Error> {
        self.unread(commit, self.config(commit)?)
    }

    /// The configuration at a commit.
    pub(super) fn config(&self, commit: &str) -> Result<Config, Error> {
        match self.policy(commit)? {
            Some(origin) => parse_config(
                &format!("{} at {}", origin.path, short(commit)),
                self.blob(&origin.blob)?,
            ),
            None => Ok(Config::default()),
        }
    }

    /// What is in force at a commit, with another configuration than the one that is there.
    pub(super) fn unread(&self, commit: &str, config: Config) -> Result<Law, Error> {
        let owners = self.first(commit, codeowners::PLACES.into_iter())?;
        let text = owners.as_ref().map(|origin| self.blob(&origin.blob));
        let text = text.transpose()?;
        Ok(Law {
            config,
            policy: self.policy(commit)?,
            owners: text.map(|bytes| CodeOwners::read(&String::from_utf8_lossy(&bytes))),
            codeowners: owners,
        })
    }

    /// Where the configuration lies at a commit.
    fn policy(&self, commit: &str) -> Result<Option<Origin>, Error> {
        self.first(commit, self.config_places().iter().map(String::as_str))
    }

    fn config_places(&self) -> [String; 4] {
        PLACES.map(|place| format!("{}{place}", self.offset))
    }

    /// Every place where a policy may stand: one that is new may take the place of the one in force.
    #[cfg(feature = "github")]
    pub(super) fn policy_places(&self) -> impl Iterator<Item = String> {
        let owners = codeowners::PLACES.map(String::from);
        self.config_places().into_iter().chain(owners)
    }

    fn first<'p>(
        &self,
        commit: &str,
        places: impl Iterator<Item = &'p str>,
    ) -> Result<Option<Origin>, Error> {
        for place in places {
            let Some(tree) = self.tree(commit, place)? else {
                return Err(Error::refused(
                    format!(
                        "the commit `{}`, whose policy is in force, is not to be found",
                        short(commit)
                    ),
                    "fetch the full history: set `fetch-depth: 0` on actions/checkout",
                ));
            };
            if let Some(blob) = tree.get(place) {
                return Ok(Some(Origin {
                    path: place.into(),
                    blob: blob.clone(),
                }));
            }
        }
        Ok(None)
    }
}

/// The beginning of a commit's id, as people name it.
pub(in crate::command) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}
