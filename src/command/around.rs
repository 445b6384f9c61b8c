//! What lies around the postmortems of a workspace, as far as their links ask for it: on disk, or at a commit.

use std::sync::Arc;

use super::workspace::Workspace;
use crate::corpus::Corpus;
use crate::document::Document;
use crate::error::Error;
use crate::files;
use crate::git::Repository;
use crate::rules::context::Surroundings;
use crate::rules::links::wanted;
use crate::source::Source;

/// What is there now around the postmortems whose paths `asks` accepts.
pub(super) fn on_disk(
    workspace: &Workspace,
    corpus: &Corpus,
    asks: impl Fn(&str) -> bool,
) -> Surroundings {
    let wanted = wanted(corpus, asks);
    let found = files::around::around(&workspace.root, wanted.iter().map(String::as_str));
    surroundings(found.into_iter())
}

/// What was there at a commit.
pub(super) fn at(
    workspace: &Workspace,
    git: &Repository,
    commit: &str,
    corpus: &Corpus,
) -> Result<Surroundings, Error> {
    let (_, offset) = workspace.prefix(git);
    let wanted = wanted(corpus, |_| true)
        .into_iter()
        .map(|path| offset.clone() + &path);
    let found = git.lookup(commit, wanted)?.into_iter();
    let own = |path: &str| path.strip_prefix(&offset).unwrap_or(path).to_string();
    Ok(surroundings(found.map(|(path, bytes)| (own(&path), bytes))))
}

fn surroundings(found: impl Iterator<Item = (String, Option<Vec<u8>>)>) -> Surroundings {
    let files = found.map(|(path, bytes)| {
        let anchors = bytes.map(|bytes| {
            let source = Source::from_bytes(&path, bytes);
            Document::parse(Arc::new(source))
                .anchors
                .into_iter()
                .collect()
        });
        (path, anchors.unwrap_or_default())
    });
    Surroundings {
        files: files.collect(),
    }
}
