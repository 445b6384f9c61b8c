//! The place a command works in: the root, the configuration, the clock and the files.
//!
//! Owns where they are found. What they mean is for the pure stages.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::check::{self, Examined, policy};
use crate::config::{Config, PLACES};
use crate::corpus::Corpus;
use crate::document::{Document, Problem, ProblemKind};
use crate::error::Error;
use crate::files::{self, Content, File};
use crate::git::Repository;
use crate::postmortem::Postmortem;
use crate::postmortem::conventions::Conventions;
use crate::rules::Context;
use crate::source::{Source, Span};

/// A repository's root with its configuration.
pub(super) struct Workspace {
    /// The folder that every path is relative to, links resolved.
    pub(super) root: PathBuf,
    /// The configuration in force.
    pub(super) config: Config,
    /// The git repository around it, where there is one.
    pub(super) git: Option<Repository>,
}

impl Workspace {
    /// Opens `repo`, or the git repository around the current folder, or that folder itself.
    pub(super) fn open(repo: Option<&Path>, config: Option<&Path>) -> Result<Self, Error> {
        Self::at(repo.unwrap_or(Path::new(".")), repo.is_none(), config)
    }

    /// Opens the git repository around a folder, or that folder itself.
    #[cfg(feature = "lsp")]
    pub(super) fn around(folder: &Path, config: Option<&Path>) -> Result<Self, Error> {
        Self::at(folder, true, config)
    }

    fn at(start: &Path, around: bool, config: Option<&Path>) -> Result<Self, Error> {
        let start = start
            .canonicalize()
            .map_err(|error| Error::io("read", start, error))?;
        if !start.is_dir() {
            return Err(Error::refused(
                format!("`{}` is not a folder", start.display()),
                "name a folder with `--repo`",
            ));
        }
        let git = Repository::discover(&start)?;
        let root = match &git {
            Some(git) if around => git.root().to_path_buf(),
            _ => start,
        };
        let config = read_config(&root, config)?;
        Ok(Self { root, config, git })
    }

    /// The same place with its configuration read again.
    #[cfg(feature = "serve")]
    pub(super) fn reopen(&self, config: Option<&Path>) -> Result<Self, Error> {
        Self::open(Some(&self.root), config)
    }

    /// The moment of the run; `SOURCE_DATE_EPOCH` (seconds since 1970 UTC) sets it, so that a build can be repeated.
    pub(super) fn now() -> Result<Timestamp, Error> {
        match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => {
                let seconds = text
                    .trim()
                    .parse()
                    .ok()
                    .and_then(|seconds| Timestamp::from_second(seconds).ok());
                seconds.ok_or_else(|| {
                    let message = format!("SOURCE_DATE_EPOCH holds `{text}`");
                    Error::refused(message, "set it to seconds since 1970 in UTC, or unset it")
                })
            }
            Err(_) => Ok(Timestamp::now()),
        }
    }

    /// What was named on the command line, absolute; each must be there.
    pub(super) fn named(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
        let named = paths.iter().map(|path| {
            // Reports name paths by the root, so a path copied from one is understood anywhere.
            let by_root = self.root.join(path);
            match (path.symlink_metadata(), by_root.symlink_metadata()) {
                (Err(_), Ok(_)) => files::absolute(&by_root),
                (found, _) => found
                    .map_err(|error| Error::io("read", path, error))
                    .and_then(|_| files::absolute(path)),
            }
        });
        named.collect()
    }

    /// Whether a path relative to the root is one of those that were named, or lies below one; each is where none was.
    pub(super) fn is_wanted(&self, named: &[PathBuf], path: &str) -> bool {
        let path = self.root.join(path);
        named.is_empty() || named.iter().any(|name| path.starts_with(name))
    }

    /// Finds and reads every postmortem's file, and the files named by hand that are none by their place.
    pub(super) fn read(&self, named: &[PathBuf]) -> Result<Vec<File>, Error> {
        let folder = self.root.join(&self.config.postmortems);
        let mut files = match folder.symlink_metadata() {
            Err(_) if !named.is_empty() => Vec::new(),
            _ => files::all(&self.root, &self.find()?)?,
        };
        for path in named.iter().filter(|path| path.is_file()) {
            let file = files::read(&self.root, path)?;
            if files.iter().all(|known| known.path != file.path) {
                files.push(file);
            }
        }
        Ok(files)
    }

    /// The same at a commit, instead of the files that lie there.
    pub(super) fn read_at(&self, git: &Repository, commit: &str) -> Result<Vec<File>, Error> {
        let (prefix, offset) = self.prefix(git);
        let is_ours = self.postmortem_paths()?;
        let files = git.files_at(commit, &prefix)?.into_iter();
        let files = files.filter_map(|(path, bytes)| {
            let path = path.strip_prefix(&offset)?.to_string();
            let content = Content::Bytes(bytes);
            is_ours(&path).then_some(File { path, content })
        });
        Ok(files.collect())
    }

    /// Finds every postmortem's file.
    pub(super) fn find(&self) -> Result<Vec<PathBuf>, Error> {
        let folder = &self.config.postmortems;
        if self.root.join(folder).symlink_metadata().is_err() {
            let message = format!("there is no folder `{folder}` in `{}`", self.root.display());
            let help = "write a first postmortem with `aftersight new TITLE`, or name the folder in the configuration, `postmortems: FOLDER`";
            return Err(Error::refused(message, help));
        }
        let ignore = self.config.ignore.iter();
        files::postmortems(&self.root, folder, ignore.map(|glob| glob.value.as_str()))
    }

    /// Tells of a path relative to the root whether a postmortem would be read there.
    pub(super) fn postmortem_paths(&self) -> Result<impl Fn(&str) -> bool, Error> {
        let ignore: Vec<&str> = self
            .config
            .ignore
            .iter()
            .map(|glob| glob.value.as_str())
            .collect();
        files::postmortem_paths(&self.config.postmortems, &ignore)
    }

    /// A corpus of files and what the rules found in each; files that cannot be read are told in it.
    pub(super) fn examine(&self, files: Vec<File>, now: Timestamp) -> (Corpus, Vec<Examined>) {
        let context = self.context(now, None);
        self.look(files, |postmortem| check::examine(postmortem, &context))
    }

    /// A corpus of files, without asking any rule.
    pub(super) fn corpus(&self, files: Vec<File>) -> Corpus {
        self.look(files, |_| ()).0
    }

    fn look<T: Send>(
        &self,
        files: Vec<File>,
        look: impl Fn(&Postmortem) -> T + Sync,
    ) -> (Corpus, Vec<T>) {
        let conventions = &self.config.conventions;
        let read = |file| postmortem(file, conventions);
        Corpus::look_and_forget(
            files.into_par_iter().map(read),
            Arc::clone(conventions),
            look,
        )
    }

    /// The folder whose files replace those of the theme, where one is configured.
    pub(super) fn theme(&self) -> Option<PathBuf> {
        self.config
            .theme
            .as_ref()
            .map(|theme| self.root.join(theme))
    }

    /// What rules may know.
    pub(super) fn context<'a>(&'a self, now: Timestamp, base: Option<&'a Corpus>) -> Context<'a> {
        Context {
            base,
            ..Context::new(&self.config.conventions, now)
        }
    }

    /// The git repository, for what cannot be done without one.
    pub(super) fn git(&self) -> Result<&Repository, Error> {
        self.git.as_ref().ok_or_else(|| {
            Error::refused(
                format!("`{}` is in no git repository", self.root.display()),
                "run this in a clone of the repository",
            )
        })
    }

    /// What to put before paths of this workspace to get those of the git repository; empty at its root.
    pub(super) fn offset(&self) -> String {
        let git = self.git.as_ref();
        git.map(|git| self.prefix(git).1).unwrap_or_default()
    }

    /// The folder of the postmortems relative to the root of the git repository, with `/`, and what to put before and
    /// take from its paths to get those of this workspace.
    pub(super) fn prefix(&self, git: &Repository) -> (String, String) {
        let offset = self.root.strip_prefix(git.root()).unwrap_or(Path::new(""));
        let offset = offset.to_string_lossy().replace('\\', "/");
        let offset = if offset.is_empty() {
            offset
        } else {
            format!("{offset}/")
        };
        (format!("{offset}{}", self.config.postmortems), offset)
    }
}

pub(super) fn postmortem(file: File, conventions: &Conventions) -> Postmortem {
    match file.content {
        Content::Bytes(bytes) => {
            Postmortem::parse(Arc::new(Source::from_bytes(&file.path, bytes)), conventions)
        }
        content => Postmortem::new(unreadable(&file.path, &content), conventions),
    }
}

fn unreadable(path: &str, content: &Content) -> Document {
    let (message, help) = match content {
        Content::Link => (
            "this is a symbolic link, which is not followed".to_string(),
            "put the file itself here, so that what is reviewed is what is published".to_string(),
        ),
        Content::UnreadableName => (
            "the name of this file is not UTF-8".into(),
            "give it a name of letters, digits and `-`".into(),
        ),
        Content::TooLarge(bytes) => (
            format!(
                "the file has {} MiB, more than the {} MiB that are read",
                bytes >> 20,
                files::MOST_BYTES >> 20
            ),
            "move logs and exports into files beside it and link them".into(),
        ),
        Content::Bytes(_) => (String::new(), String::new()),
    };
    let problem = Problem::new(ProblemKind::FrontMatter, Span::default(), message, help);
    Document::unreadable(Arc::new(Source::new(path, String::new())), vec![problem])
}

fn read_config(root: &Path, named: Option<&Path>) -> Result<Config, Error> {
    let found: Vec<PathBuf> = PLACES
        .iter()
        .map(|place| root.join(place))
        .filter(|path| path.is_file())
        .collect();
    let path = match (named, found.as_slice()) {
        (Some(path), _) => path.to_path_buf(),
        (None, []) => return Ok(Config::default()),
        (None, [one]) => one.clone(),
        (None, [one, other, ..]) => {
            let name = |path: &Path| {
                path.strip_prefix(root)
                    .unwrap_or(path)
                    .display()
                    .to_string()
            };
            let message = format!(
                "there are two configurations, `{}` and `{}`",
                name(one),
                name(other)
            );
            return Err(Error::refused(message, "keep one of the two"));
        }
    };
    let bytes = std::fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
    let shown = path
        .strip_prefix(root)
        .unwrap_or(&path)
        .to_string_lossy()
        .replace('\\', "/");
    parse_config(&shown, bytes)
}

/// Reads the bytes of a configuration; `shown` is what it is called.
pub(super) fn parse_config(shown: &str, bytes: Vec<u8>) -> Result<Config, Error> {
    let source = Arc::new(Source::from_bytes(shown, bytes));
    let (config, mut problems) = Config::read(Arc::clone(&source));
    problems.extend(policy::flaws(&config));
    if problems.is_empty() {
        return Ok(config);
    }
    problems.sort_by_key(|problem| problem.span);
    Err(Error::Config {
        path: shown.into(),
        details: listed(&source, &problems),
    })
}

/// Mistakes in a file that is not checked but used, each with its place and the way to mend it.
pub(super) fn listed(source: &Source, problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        let at = source.position(problem.span.start);
        format!(
            "  {}:{}:{}: {}\n    help: {}",
            source.path(),
            at.line,
            at.column,
            problem.message,
            problem.help
        )
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}
