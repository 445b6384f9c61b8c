//! Which pull request brought a commit to the default branch.
//!
//! Owns the three kinds of merge: a merge commit and a squash are the pull request's own `merge_commit_sha`; of rebased
//! commits only the last one is. A number in a commit's subject is a hint to look there, never a proof: anybody can write it.

use super::gather;
use crate::error::Error;
use crate::git::{Landing, Repository};
use crate::github::{Client, Failure, PullRequest};

/// A pull request that reached the default branch.
#[derive(Debug)]
pub(super) struct Merged {
    /// The pull request, asked for by itself; lists leave out who merged it.
    pub(super) pull_request: PullRequest,
    /// The last commit that it became.
    pub(super) commit: String,
    /// The branch before it.
    pub(super) base: String,
}

/// The line of commits that is looked at.
pub(super) struct Line<'a> {
    /// The clone.
    pub(super) git: &'a Repository,
    /// GitHub.
    pub(super) client: &'a Client,
    /// The default branch.
    pub(super) branch: &'a str,
    /// Its commit; a rebased pull request may end after the commit up to which this run goes.
    pub(super) tip: &'a str,
}

impl Line<'_> {
    /// The pull request that introduced a commit; `None` for a direct push.
    pub(super) fn merged(&self, landing: &Landing) -> Result<Option<Merged>, Error> {
        let found = match self.client.pull_requests_of(&landing.commit) {
            // GitHub's answer for a commit that it does not know.
            Err(Failure::NotFound { .. } | Failure::Refused { status: 422, .. }) => {
                return Err(Error::refused(
                    format!("GitHub does not know the commit `{}`", landing.commit),
                    "push the branch first, and check GITHUB_REPOSITORY",
                ));
            }
            found => found?,
        };
        for one in &found {
            if self.is_candidate(one) && one.merge_commit_sha.as_deref() == Some(&landing.commit) {
                return self.by_itself(one.number, landing).map(Some);
            }
        }
        for one in &found {
            if self.is_candidate(one)
                && let Some(merged) = self.rebased(one, landing)?
            {
                return Ok(Some(merged));
            }
        }
        let Some(number) = hint(&landing.subject) else {
            return Ok(None);
        };
        let hinted = self.client.pull_request(number)?;
        let proven = hinted.is_some_and(|one| {
            self.is_candidate(&one) && one.merge_commit_sha.as_deref() == Some(&landing.commit)
        });
        if proven {
            return self.by_itself(number, landing).map(Some);
        }
        Ok(None)
    }

    fn is_candidate(&self, one: &PullRequest) -> bool {
        let home = one.base.repo.as_ref().map(|repo| &repo.full_name);
        let ours = &self.client.settings().repository;
        one.merged_at.is_some()
            && one.base.branch == self.branch
            && home.is_none_or(|home| home.eq_ignore_ascii_case(ours))
    }

    /// A merge commit or a squash; also a rebase of which only the last commit changed postmortems.
    fn by_itself(&self, number: u64, landing: &Landing) -> Result<Merged, Error> {
        let base = match landing.parents.as_slice() {
            [_] => self.before(number, &landing.commit)?,
            parents => parents.first().cloned(),
        };
        Ok(Merged {
            pull_request: gather::pull_request(self.client, number)?,
            commit: landing.commit.clone(),
            base: base.unwrap_or_default(),
        })
    }

    fn rebased(&self, one: &PullRequest, landing: &Landing) -> Result<Option<Merged>, Error> {
        let Some(last) = one.merge_commit_sha.as_deref() else {
            return Ok(None);
        };
        let on_line =
            self.git.is_before(last, self.tip)? && self.git.is_before(&landing.commit, last)?;
        if !on_line {
            return Ok(None);
        }
        let Some(base) = self.before(one.number, last)? else {
            return Ok(None);
        };
        let after_base = base != landing.commit && self.git.is_before(&base, &landing.commit)?;
        if !after_base {
            return Ok(None);
        }
        Ok(Some(Merged {
            pull_request: gather::pull_request(self.client, one.number)?,
            commit: last.into(),
            base,
        }))
    }

    /// The last commit on the line that the pull request did not bring: the parent of a squash; of a rebase it lies further
    /// back. GitHub knows which commits those are; their messages are their authors' own, and a policy must not come
    /// to be in force by a message.
    fn before(&self, number: u64, last: &str) -> Result<Option<String>, Error> {
        let mut at = last.to_string();
        while let Some(parent) = self.git.first_parent(&at)? {
            let brought = self.client.pull_requests_of(&parent)?;
            if brought.iter().all(|one| one.number != number) {
                return Ok(Some(parent));
            }
            at = parent;
        }
        Ok(None)
    }
}

/// The number that GitHub writes into the subject of a squash or a merge.
fn hint(subject: &str) -> Option<u64> {
    let merge = subject
        .strip_prefix("Merge pull request #")
        .and_then(|rest| rest.split(' ').next());
    let squash = || {
        let (_, rest) = subject.trim_end().strip_suffix(')')?.rsplit_once("(#")?;
        Some(rest)
    };
    merge.or_else(squash)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_subjects_are_hints() {
        assert_eq!(hint("Merge pull request #12 from alice/topic"), Some(12));
        assert_eq!(hint("Checkout postmortem (#7)"), Some(7));
        assert_eq!(hint("Revert \"x (#7)\" (#9)"), Some(9));
        assert_eq!(hint("See (#7) for more"), None);
        assert_eq!(hint("no number (#x)"), None);
    }
}
