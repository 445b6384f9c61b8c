//! The commit that a name means, and where its history and ours part.
//!
//! Owns the words for a name that means nothing and for a history that is cut off.

use gix::bstr::{BStr, ByteSlice};

use super::failed;
use crate::error::Error;

pub(super) const FULL_HISTORY: &str = "fetch the full history: set `fetch-depth: 0` on actions/checkout, \
                            or run `git fetch --unshallow`";

/// The commit that `name` means: a branch, a tag, an id, or a branch that only `origin` has.
pub(super) fn resolve<'repo>(
    repo: &'repo gix::Repository,
    name: &str,
) -> Result<gix::Commit<'repo>, Error> {
    let commit = |name: &str| {
        let id = repo.rev_parse_single(BStr::new(name)).ok()?;
        id.object().ok()?.peel_to_commit().ok()
    };
    let found = (!name.is_empty())
        .then(|| commit(name).or_else(|| commit(&format!("refs/remotes/origin/{name}"))));
    found.flatten().ok_or_else(|| unknown(repo, name))
}

/// The commit of the default branch, as far as this clone tells which one that is.
pub(super) fn default_branch(repo: &gix::Repository) -> Option<gix::Commit<'_>> {
    let names = [
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
        "refs/remotes/origin/master",
        "refs/heads/main",
        "refs/heads/master",
    ];
    names.iter().find_map(|name| {
        let mut reference = repo.find_reference(*name).ok()?;
        reference.peel_to_commit().ok()
    })
}

/// The name of the default branch: what `origin` calls its HEAD, else `main` or `master` where either is there.
pub(super) fn default_name(repo: &gix::Repository) -> Option<String> {
    const REMOTE: &str = "refs/remotes/origin/";
    let head = repo.find_reference("refs/remotes/origin/HEAD").ok();
    let named = head.and_then(|head| {
        let name = head.target().try_name()?.as_bstr().to_string();
        name.strip_prefix(REMOTE).map(str::to_string)
    });
    named.or_else(|| {
        let is_there = |name: &&&str| {
            let places = [format!("{REMOTE}{name}"), format!("refs/heads/{name}")];
            places
                .iter()
                .any(|place| repo.find_reference(place.as_str()).is_ok())
        };
        ["main", "master"]
            .iter()
            .find(is_there)
            .map(ToString::to_string)
    })
}

/// The commit that HEAD means.
pub(super) fn head(repo: &gix::Repository) -> Result<Option<gix::ObjectId>, Error> {
    let head = repo.head().map_err(|error| failed(&error))?;
    if head.is_unborn() {
        return Ok(None);
    }
    let id = repo.head_id().map_err(|error| failed(&error))?;
    Ok(Some(id.detach()))
}

/// Where the histories of HEAD and of `name` part.
pub(super) fn merge_base<'repo>(
    repo: &'repo gix::Repository,
    name: &str,
) -> Result<gix::Commit<'repo>, Error> {
    let Some(head) = head(repo)? else {
        return Err(Error::Git {
            message: "the repository has no commit yet".into(),
            help: "commit first, or check without `--changed`".into(),
        });
    };
    let base = resolve(repo, name)?;
    let shallow = repo.is_shallow().unwrap_or(false);
    let found = match repo.merge_base(head, base.id) {
        Ok(found) => found,
        Err(_) if shallow => None,
        Err(error) => return Err(failed(&error)),
    };
    let commit = found.and_then(|id| repo.find_commit(id).ok());
    commit.ok_or_else(|| Error::Git {
        message: format!("`{name}` and HEAD have no commit in common"),
        help: if shallow {
            FULL_HISTORY.into()
        } else {
            "name a branch that this one was made from".into()
        },
    })
}

fn unknown(repo: &gix::Repository, name: &str) -> Error {
    let branch = name.strip_prefix("origin/").unwrap_or(name);
    let help = if repo.is_shallow().unwrap_or(false) {
        FULL_HISTORY.to_owned()
    } else {
        match nearest(repo, branch) {
            Some(near) => format!("use `{near}`, or run `git fetch origin {branch}`"),
            None => format!("run `git fetch origin {branch}`"),
        }
    };
    Error::Git {
        message: format!("`{name}` names no commit here"),
        help,
    }
}

/// The branch whose name is most like `name`; of two alike, the local one.
fn nearest(repo: &gix::Repository, name: &str) -> Option<String> {
    let references = repo.references().ok()?;
    let branches = references.local_branches().ok()?;
    let remote = references.remote_branches().ok()?;
    branches
        .chain(remote)
        .flatten()
        .map(|branch| branch.name().shorten().to_str_lossy().into_owned())
        .filter(|branch| !branch.ends_with("/HEAD"))
        .map(|branch| {
            let own = branch.strip_prefix("origin/").unwrap_or(&branch);
            (strsim::damerau_levenshtein(own, name), branch)
        })
        .filter(|(distance, _)| *distance <= 2.max(name.len() / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, branch)| branch)
}
